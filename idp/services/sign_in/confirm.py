"""Asking a signed-in person for the password once more, so that a stolen session is not enough."""

from dataclasses import dataclass

from idp.domain.accounts import PasswordCredential, Person, Phones
from idp.domain.audit import PasswordRefused
from idp.domain.clock import Clock
from idp.domain.credentials import PasswordHasher
from idp.domain.sealing import BlindIndex
from idp.domain.sessions import Session
from idp.domain.throttle import Throttle
from idp.domain.work import Records
from idp.services.sign_in.password import Refused, counted_as, typed_forms


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmPassword:
    """Checks the password on the counters of the sign-in: whoever guesses here guesses there as well."""

    records: Records
    hasher: PasswordHasher
    index: BlindIndex
    phones: Phones
    tries_of_account: Throttle
    failures_of_address: Throttle
    clock: Clock

    def check(
        self, person: Person, session: Session, password: str, *, address: str
    ) -> PasswordCredential | Refused:
        """Return the credential that the password fits, or why it is not taken."""
        failures = self.failures_of_address.peek(address)
        if not failures.allowed:
            return Refused(kind="busy", until=failures.until)
        # All ways in count at once: three names must not give three times as many tries.
        keys = sorted({counted_as(typed_forms(each, self.phones), self.index) for each in person.identifiers})
        counted = [self.tries_of_account.hit(key) for key in keys]
        until = max((tries.until for tries in counted if not tries.allowed), default=None)
        if until:
            return Refused(kind="locked", until=until)
        with self.records.read() as work:
            credential = work.persons.credential(person.identifiers)
        fits = self.hasher.verify(credential.password_hash if credential else None, password)
        if credential is None or credential.person_id != person.id or not fits:
            self._refuse(person, session, address)
            fewest = min(counted, key=lambda tries: tries.remaining)
            if fewest.remaining == 0:
                return Refused(kind="locked", until=fewest.until)
            return Refused(kind="wrong", remaining=fewest.remaining)
        for key in keys:
            self.tries_of_account.clear(key)
        return credential

    def _refuse(self, person: Person, session: Session, address: str) -> None:
        self.failures_of_address.hit(address)
        with self.records.begin() as work:
            work.audit.append(
                PasswordRefused(at=self.clock.now(), person_id=person.id, session_id=session.id)
            )
