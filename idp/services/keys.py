"""The life of signing keys: made, published, used, retired."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from idp.domain.algorithms import Algorithm
from idp.domain.audit_of_operators import KeyActivated, KeyGenerated, KeyRevoked
from idp.domain.clock import Clock
from idp.domain.errors import Conflict
from idp.domain.keys import KeyState, SigningKey
from idp.domain.work import Records, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyLife:
    """Moves keys on: pending, active, retiring, retired.

    *verified_for* is how long a signature may still have to be checked after its key has stopped
    signing.
    """

    records: Records
    make: Callable[[str], SigningKey]
    clock: Clock
    verified_for: timedelta

    def all(self) -> tuple[SigningKey, ...]:
        """Return every key, oldest first."""
        with self.records.read() as work:
            return work.keys.all()

    def generate(self, algorithm: str) -> SigningKey:
        """Make a pending key: published, so that relying parties know it before it signs."""
        key = self.make(algorithm)
        with self.records.begin() as work:
            self._add(work, key)
        return key

    def lacking(self) -> tuple[Algorithm, ...]:
        """Return the algorithms that nobody could be served with, for want of an active key."""
        signing = {key.algorithm for key in self.all() if key.state is KeyState.ACTIVE}
        return tuple(algorithm for algorithm in Algorithm if algorithm not in signing)

    def rotate(self, algorithm: str) -> SigningKey:
        """Let the oldest pending key sign from now on, and publish the one after it.

        What signed until now still verifies; what no living signature needs any more is retired.
        Returns the key that signs.
        """
        spare, now = self.make(algorithm), self.clock.now()
        with self.records.begin() as work:
            keys = [key for key in work.keys.all() if key.algorithm == algorithm]
            pending = [key for key in keys if key.state is KeyState.PENDING]
            coming, *waiting = pending or [self._add(work, self.make(algorithm))]
            active = next((key for key in keys if key.state is KeyState.ACTIVE), None)
            self._retire(work, keys, now)
            if active:
                work.keys.set_state(active.kid, KeyState.RETIRING, now)
            work.keys.set_state(coming.kid, KeyState.ACTIVE, now)
            work.audit.append(KeyActivated(at=now, kid=coming.kid, retiring=active.kid if active else None))
            if not waiting:
                self._add(work, spare)
        return replace(coming, state=KeyState.ACTIVE, changed_at=now)

    def revoke(self, kid: str) -> SigningKey:
        """Make a key void that others may have: nothing that it signed is believed any more.

        Raises LookupError for an unknown one, Conflict while it signs: rotate first.
        """
        now = self.clock.now()
        with self.records.begin() as work:
            key = next((each for each in work.keys.all() if each.kid == kid), None)
            if key is None:
                raise LookupError("There is no such key.")
            if key.state is KeyState.ACTIVE:
                raise Conflict("This key signs. Rotate first, then revoke it.")
            if key.state is KeyState.REVOKED:
                return key
            work.keys.set_state(kid, KeyState.REVOKED, now)
            work.audit.append(KeyRevoked(at=now, kid=kid))
        return replace(key, state=KeyState.REVOKED, changed_at=now)

    def _retire(self, work: UnitOfWork, keys: list[SigningKey], now: datetime) -> None:
        for key in keys:
            if key.state is KeyState.RETIRING and now - key.changed_at > self.verified_for:
                work.keys.set_state(key.kid, KeyState.RETIRED, now)

    def _add(self, work: UnitOfWork, key: SigningKey) -> SigningKey:
        work.keys.add(key)
        work.audit.append(KeyGenerated(at=key.created_at, kid=key.kid, algorithm=key.algorithm))
        return key
