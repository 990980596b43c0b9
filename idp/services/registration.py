"""Clients that register themselves, and then read, change and remove their own registration."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from idp.domain.audit_of_operators import ClientChanged, ClientRegistered
from idp.domain.client_secrets import give_secret, keep_secret
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.errors import Refusal
from idp.domain.ids import ClientId, digest, random_id, random_secret
from idp.domain.outbound import Outbound
from idp.domain.redirect_uris import origin_of
from idp.domain.registration.description import describe_client
from idp.domain.registration.members import refuse
from idp.domain.registration.self_registered import SelfRegistrationRules
from idp.domain.sealing import Sealer
from idp.domain.throttle import Throttle, Tries
from idp.domain.work import Records
from idp.protocol.endpoints.bearer import read_bearer
from idp.protocol.endpoints.sector_identifier import check_sector
from idp.services.clients import delete_client

# What an operator allows a client that registered itself; changing itself it neither gains nor loses it.
GIVEN = ("allowed_resources", "authorization_details_types")
Mode = Literal["closed", "token", "open"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A client, the token that it manages itself with, and its secret if that was just made."""

    client: Client
    token: str
    secret: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfRegistration:
    """Takes registrations as *mode* says; those that are there go on being managed in every mode."""

    records: Records
    clock: Clock
    mode: Mode
    rules: SelfRegistrationRules
    outbound: Outbound
    tries_of_address: Throttle
    sealer: Sealer

    def admit(self, address: str) -> Tries:
        """Count one try from a network address: each may lead to a fetch elsewhere."""
        return self.tries_of_address.hit(address)

    def register(self, given: Mapping[str, Any], *, authorization: str) -> Registered:
        """Return the new client, or refuse; an initial access token is used up only by a success."""
        leave = self._leave(authorization)
        now = self.clock.now()
        read = self.rules.read(given, client_id=ClientId(random_id()), created_at=now)
        check_sector(read, self.outbound)
        token = random_secret()
        client, secret = give_secret(replace(read, registration_digest=digest(token)), self.sealer)
        with self.records.begin() as work:
            if leave and not work.initial_tokens.use(leave, now):
                raise _no_leave()
            work.clients.add(client)
            work.audit.append(ClientRegistered(at=now, client_id=client.client_id, by="client"))
        return Registered(client=client, token=token, secret=secret)

    def read(self, client_id: ClientId, token: str) -> Registered:
        """Return the client that *token* manages; its secret is not known any more."""
        with self.records.read() as work:
            client = work.clients.get(client_id) if client_id.isprintable() else None
        return Registered(client=_own(client, token), token=token)

    def change(self, client_id: ClientId, token: str, given: Mapping[str, Any]) -> Registered:
        """Replace all metadata of the client; what is left out is reset, its secret stays.

        Grants that it holds go on, unless it becomes another in people's eyes.
        A client that had no secret and now needs one is given one.
        """
        current = self.read(client_id, token).client
        _check_own(current, given)
        read = self.rules.read(given, client_id=client_id, created_at=current.created_at)
        check_sector(read, self.outbound)
        with self.records.begin() as work:
            current = _own(work.clients.hold(client_id), token)
            client, secret = _renewed(current, read, self.sealer)
            work.clients.replace(client)
            if _is_another(current, client):
                # People agreed to what they were shown: whoever looks different asks them again.
                work.consents.delete_of_client(client_id)
                work.grants.revoke_of_client(client_id, self.clock.now())
            changed = _differences(current, client)
            work.audit.append(
                ClientChanged(at=self.clock.now(), client_id=client_id, by="client", members=changed)
            )
        return Registered(client=client, token=token, secret=secret)

    def remove(self, client_id: ClientId, token: str) -> None:
        """Remove the client with every grant and consent to it."""
        self.read(client_id, token)
        delete_client(self.records, client_id, self.clock, by="client")

    def _leave(self, authorization: str) -> str | None:
        if self.mode == "closed":
            raise Refusal("access_denied", "Clients are registered by the operator here.", status=403)
        if self.mode == "open":
            return None
        if not authorization:
            raise _no_leave()
        # Looked at before anything is fetched for a stranger, and used when all is right.
        leave = digest(read_bearer(authorization))
        with self.records.read() as work:
            if not work.initial_tokens.is_good(leave, self.clock.now()):
                raise _no_leave()
        return leave


def _own(client: Client | None, token: str) -> Client:
    # RFC 7592 section 2: whatever does not fit, the answer is the same.
    known = client.registration_digest if client and not client.disabled_at else None
    if client is None or known is None or not hmac.compare_digest(known, digest(token)):
        raise Refusal("invalid_token", "The registration access token is not valid here.", status=401)
    return client


def _check_own(client: Client, given: Mapping[str, Any]) -> None:
    if given.get("client_id") != client.client_id:
        raise refuse("The member client_id is missing or another client's.")
    secret = given.get("client_secret")
    if secret is not None and not (isinstance(secret, str) and client.has_secret(secret)):
        raise refuse("The member client_secret is not the client's.")


def _renewed(current: Client, read: Client, sealer: Sealer) -> tuple[Client, str | None]:
    kept = replace(
        read,
        registration_digest=current.registration_digest,
        requires_pkce=read.is_public or current.requires_pkce,
    )
    if not _is_another(current, read):
        # A logo was given to this name and these addresses.
        kept = replace(kept, logo=current.logo)
    if not _is_another(current, read) and not _reaches_further(current, read):
        kept = replace(kept, **{name: getattr(current, name) for name in GIVEN})
    keeping = keep_secret(current, kept)
    return (keeping, None) if keeping else give_secret(kept, sealer)


def _reaches_further(old: Client, new: Client) -> bool:
    # What was allowed to a client was allowed to one that proves itself so, and asks in this way.
    return new.auth_method != old.auth_method or not new.grant_types <= old.grant_types


def _is_another(old: Client, new: Client) -> bool:
    return (old.name, old.name_en, old.sector, old.subject_type, _origins(old)) != (
        *(new.name, new.name_en, new.sector, new.subject_type),
        _origins(new),
    )


def _origins(client: Client) -> frozenset[str | None]:
    return frozenset(map(origin_of, client.redirect_uris))


def _differences(old: Client, new: Client) -> tuple[str, ...]:
    before, after = describe_client(old), describe_client(new)
    names = {name for name in before | after if before.get(name) != after.get(name)}
    if old.secret_digest != new.secret_digest:
        names.add("client_secret")
    return tuple(sorted(names))


def _no_leave() -> Refusal:
    return Refusal("invalid_token", "An initial access token that is still good is needed.", status=401)
