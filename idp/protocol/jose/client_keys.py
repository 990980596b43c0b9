"""Public keys of clients: registered by value, or fetched where the client shows them."""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import partial
from threading import Lock
from typing import Any

from joserfc.jwk import Key

from idp.domain.clients import Client, Keys
from idp.domain.clock import Clock
from idp.domain.errors import Unavailable
from idp.domain.ids import ClientId
from idp.domain.outbound import Outbound
from idp.domain.registration.members import refuse
from idp.protocol.jose.client_tokens import Verified, verify
from idp.protocol.jose.public_keys import choose_key, read_key, read_key_set, read_keys

SPEC = "OpenID Connect Core 1.0 section 10.1"
ACCEPT = "application/jwk-set+json, application/json"
MEDIA_TYPES = frozenset({"application/jwk-set+json", "application/json"})
OK = 200
FRESH = timedelta(minutes=5)
# When the address does not answer, the last good keys still count for so long.
KEPT = timedelta(hours=1)
# Tokens with made-up kids must not make us a hammer.
PAUSE = timedelta(minutes=1)
MAX_CLIENTS = 1_000


def check_public_keys(jwks: Any) -> None:
    """Refuse a key set that holds a key which cannot be used, or none."""
    if not jwks["keys"] or any(read_key(jwk) is None for jwk in jwks["keys"]):
        raise refuse("The member jwks holds a key that cannot be used.")


class ClientKeys:
    """Finds the keys of clients, and remembers them."""

    def __init__(self, *, outbound: Outbound, clock: Clock) -> None:
        """Take the way to the addresses of clients."""
        self._outbound = outbound
        self._clock = clock
        self._known: dict[ClientId, _KeysOfClient] = {}
        self._lock = Lock()

    def verify(self, client: Client, token: str, algorithms: Collection[str]) -> Verified | None:
        """Return what a token says that *client* signed with one of *algorithms*, or None."""
        return verify(token, partial(self.find, client), algorithms)

    def find(self, client: Client, *, algorithm: str, kid: str | None) -> Key | None:
        """Return the one key of *client* that fits, or None."""
        return self._of(client).find(self._clock.now(), algorithm=algorithm, kid=kid)

    def _of(self, client: Client) -> "_KeysOfClient":
        with self._lock:
            known = self._known.get(client.client_id)
            if known is None or known.source != client.keys:
                # The longest known go first; what they show is fetched again when it is needed.
                while len(self._known) >= MAX_CLIENTS:
                    del self._known[next(iter(self._known))]
                known = _KeysOfClient(client.keys, self._outbound)
                self._known[client.client_id] = known
            return known


class _KeysOfClient:
    """What one client shows: keys, and since when."""

    def __init__(self, source: Keys, outbound: Outbound) -> None:
        self.source = source
        self._outbound = outbound
        self._keys = read_keys(source.jwks["keys"]) if source.jwks else ()
        self._fetched_at: datetime | None = None
        self._asked_at: datetime | None = None
        self._asking = Lock()

    def find(self, now: datetime, *, algorithm: str, kid: str | None) -> Key | None:
        choose = partial(choose_key, algorithm=algorithm, kid=kid)
        if self.source.jwks_uri is None:
            return choose(self._keys)
        key = choose(self._keys)
        if key is None or not self._is_younger(FRESH, now):
            # Whoever comes meanwhile waits for the answer, and then finds the keys.
            with self._asking:
                self._ask(self.source.jwks_uri, now)
            key = choose(self._keys)
        return key if self._is_younger(KEPT, now) else None

    def _ask(self, address: str, now: datetime) -> None:
        if self._asked_at and now - self._asked_at < PAUSE:
            return
        self._asked_at = now
        try:
            fetched = self._outbound.get(address, accept=ACCEPT)
        except Unavailable:
            return
        keys = read_key_set(fetched.body)
        if fetched.status == OK and fetched.media_type in MEDIA_TYPES and keys is not None:
            self._keys, self._fetched_at = keys, now

    def _is_younger(self, age: timedelta, now: datetime) -> bool:
        return self._fetched_at is not None and now - self._fetched_at < age
