"""Asking a signed-in person for a code from the app that shows them; each is taken once."""

from dataclasses import dataclass

from idp.domain.clock import Clock
from idp.domain.code_apps import Codes, step_of
from idp.domain.ids import PersonId
from idp.domain.throttle import Throttle
from idp.domain.work import Records
from idp.services.sign_in.password import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmCode:
    """Checks codes, a few tries for each person; without an app it says the same as for a wrong code."""

    records: Records
    codes: Codes
    tries_of_person: Throttle
    failures_of_address: Throttle
    clock: Clock

    def check(self, person_id: PersonId, typed: str, *, address: str) -> Refused | None:
        """Return None where the code was right, and is used up now; else why it is not taken."""
        failures = self.failures_of_address.peek(address)
        if not failures.allowed:
            return Refused(kind="busy", until=failures.until)
        tries = self.tries_of_person.hit(person_id)
        if not tries.allowed:
            return Refused(kind="locked", until=tries.until)
        if self._use(person_id, typed):
            self.tries_of_person.clear(person_id)
            return None
        self.failures_of_address.hit(address)
        if tries.remaining == 0:
            return Refused(kind="locked", until=tries.until)
        return Refused(kind="code", remaining=tries.remaining)

    def _use(self, person_id: PersonId, typed: str) -> bool:
        with self.records.begin() as work:
            app = work.code_apps.of_person(person_id)
            step = step_of(typed, self.codes, app.secret, self.clock.now()) if app else None
            # Of two who come with one code at the same moment, the database lets one through.
            return app is not None and step is not None and work.code_apps.use(app, step=step)
