"""Interactions, codes and copies of sessions, as typed values on the ephemeral stores."""

import json
from datetime import timedelta
from typing import Any

from idp.domain.grants import AuthorizationCode
from idp.domain.ids import ClientId, InteractionId, digest
from idp.domain.interaction.interaction import Interaction
from idp.domain.params import Params
from idp.domain.sessions import Session
from idp.domain.stores import ExpiringStore, OneTimeStore
from idp.storage.codec import Codec, to_json

INTERACTIONS = Codec(Interaction)
CODES = Codec(AuthorizationCode)
SESSIONS = Codec(Session)


class KeptInteractions:
    """Implements Interactions."""

    def __init__(self, store: ExpiringStore) -> None:
        self._store = store

    def get(self, interaction_id: InteractionId) -> Interaction | None:
        """Return the interaction, or None when it is finished or expired."""
        text = self._store.get(_interaction(interaction_id))
        return None if text is None else INTERACTIONS.decode(text)

    def put(self, interaction: Interaction, *, ttl: timedelta) -> None:
        """Keep the interaction."""
        self._store.put(_interaction(interaction.id), INTERACTIONS.encode(interaction), ttl=ttl)
        if interaction.request:
            self._store.put(_party(interaction.id), interaction.request.client_id, ttl=2 * ttl)

    def party(self, interaction_id: InteractionId) -> ClientId | None:
        """Return where the interaction came from; known for as long again as it is kept."""
        client_id = self._store.get(_party(interaction_id))
        return None if client_id is None else ClientId(client_id)

    def replace(self, old: Interaction, new: Interaction) -> bool:
        """Swap *old* for *new* unless somebody else was quicker."""
        return self._store.replace(
            _interaction(old.id), old=INTERACTIONS.encode(old), new=INTERACTIONS.encode(new)
        )

    def extend(self, interaction: Interaction, *, ttl: timedelta) -> None:
        """Keep the interaction for *ttl* from now, if it is still there."""
        is_there = self._store.extend(_interaction(interaction.id), ttl=ttl)
        if is_there and interaction.request:
            self._store.extend(_party(interaction.id), ttl=2 * ttl)

    def finish(self, interaction_id: InteractionId) -> bool:
        """Forget the interaction; True for exactly one of several callers."""
        return self._store.delete(_interaction(interaction_id))


class KeptCodes:
    """Implements Codes; who can read the store still has no code, only digests."""

    def __init__(self, store: OneTimeStore) -> None:
        self._store = store

    def put(self, code: str, facts: AuthorizationCode, *, ttl: timedelta) -> None:
        """Keep the facts behind the code."""
        self._store.put(_code(code), CODES.encode(facts), ttl=ttl)

    def take(self, code: str) -> AuthorizationCode | None:
        """Hand the facts over and forget them; only one caller ever gets them."""
        text = self._store.take(_code(code))
        return None if text is None else CODES.decode(text)


class KeptHotSessions:
    """Implements HotSessions."""

    def __init__(self, store: ExpiringStore) -> None:
        self._store = store

    def get(self, token_digest: str) -> Session | None:
        """Return the copy, if there is one."""
        text = self._store.get(_session(token_digest))
        return None if text is None else SESSIONS.decode(text)

    def put(self, session: Session, *, ttl: timedelta) -> None:
        """Keep a copy for *ttl*."""
        self._store.put(_session(session.token_digest), SESSIONS.encode(session), ttl=ttl)

    def delete(self, token_digest: str) -> None:
        """Forget the copy."""
        self._store.delete(_session(token_digest))


class KeptPushedRequests:
    """Implements PushedRequests; the store sees digests of the references only."""

    def __init__(self, store: OneTimeStore) -> None:
        self._store = store

    def put(self, handle: str, client_id: ClientId, params: Params, *, ttl: timedelta) -> None:
        """Keep the parameters of the client's request."""
        self._store.put(_pushed(handle), to_json([client_id, dict(params)]), ttl=ttl)

    def take(self, handle: str) -> tuple[ClientId, Params] | None:
        """Hand the request over and forget it; only one caller ever gets it."""
        text = self._store.take(_pushed(handle))
        if text is None:
            return None
        client_id, params = json.loads(text)
        return ClientId(client_id), params


class KeptOpaqueTokens:
    """Implements OpaqueTokens; the store sees digests of the tokens only."""

    def __init__(self, store: ExpiringStore) -> None:
        self._store = store

    def put(self, token: str, claims: dict[str, Any], *, ttl: timedelta) -> None:
        """Keep the claims behind the token."""
        self._store.put(_token(token), to_json(claims), ttl=ttl)

    def get(self, token: str) -> dict[str, Any] | None:
        """Return the claims behind the token."""
        text = self._store.get(_token(token))
        return None if text is None else dict(json.loads(text))

    def delete(self, token: str) -> bool:
        """Forget the token; say whether it was there."""
        return self._store.delete(_token(token))


def _interaction(interaction_id: InteractionId) -> str:
    return f"interaction:{interaction_id}"


def _party(interaction_id: InteractionId) -> str:
    return f"party:{interaction_id}"


def _code(code: str) -> str:
    return f"code:{digest(code)}"


def _session(token_digest: str) -> str:
    return f"session:{token_digest}"


def _token(token: str) -> str:
    return f"token:{digest(token)}"


def _pushed(handle: str) -> str:
    return f"pushed:{digest(handle)}"
