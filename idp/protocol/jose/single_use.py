"""The ids of tokens that clients sign: each is taken once, on every node."""

from dataclasses import dataclass
from datetime import timedelta

from idp.domain.ids import ClientId, digest
from idp.domain.stores import OneTimeStore
from idp.protocol.jose.client_tokens import SKEW

SPEC = "RFC 7519 section 4.1.7"
HELD = "1"


@dataclass(frozen=True, slots=True)
class SingleUse:
    """Remembers the ids of one kind of token for as long as the tokens live."""

    kind: str
    store: OneTimeStore

    def claim(self, client_id: ClientId, jti: str, *, ttl: timedelta, browser: str | None = None) -> bool:
        """Say whether the id is new, or comes back in the *browser* that it first came in."""
        key = f"{self.kind}:{digest(digest(client_id) + jti)}"
        mine = f"{key}:{digest(browser)}" if browser else None
        # On the node with the slowest clock the token lives longest.
        kept = ttl + SKEW
        if not self.store.claim(key, ttl=kept) and (mine is None or self.store.take(mine) is None):
            return False
        if mine:
            self.store.put(mine, HELD, ttl=kept)
        return True
