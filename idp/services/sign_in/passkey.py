"""Signing in with a passkey: no name is typed, the device says whose it is."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from idp.domain.audit import SignInRefused
from idp.domain.claims.subject import Pseudonyms
from idp.domain.clock import Clock
from idp.domain.devices import coarse_name
from idp.domain.errors import Refusal
from idp.domain.ids import InteractionId, PersonId
from idp.domain.passkeys import Ceremonies, Passkey
from idp.domain.throttle import Throttle
from idp.domain.work import Records
from idp.services.challenges import Challenges
from idp.services.sessions import Browser, Opened, SessionKeeper
from idp.services.sign_in.password import Refused

REFUSED = Refused(kind="passkey")


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeySignIn:
    """Checks what a device signed, and says the same whether the passkey is known or not."""

    records: Records
    ceremonies: Ceremonies
    challenges: Challenges
    pseudonyms: Pseudonyms
    failures_of_address: Throttle
    warnings: Throttle
    sessions: SessionKeeper
    clock: Clock

    def options(self, visit: InteractionId) -> dict[str, Any]:
        """Return what the browser is asked to sign in this visit."""
        return self.ceremonies.request_options(challenge=self.challenges.give(_owner(visit)))

    def attempt(self, visit: InteractionId, answer: Mapping[str, Any], browser: Browser) -> Opened | Refused:
        """Return the session that begins, or why there is none."""
        failures = self.failures_of_address.peek(browser.address)
        if not failures.allowed:
            return Refused(kind="busy", until=failures.until)
        try:
            challenge = self.ceremonies.challenge_of(answer)
            credential, handle = self.ceremonies.credential_of(answer)
        except Refusal:
            return self._refuse(None, "passkey", browser)
        passkey = self._find(credential, handle)
        owner = passkey.person_id if passkey else None
        if passkey is None or not self.challenges.take(challenge, _owner(visit)):
            return self._refuse(owner, "passkey", browser)
        try:
            count = self.ceremonies.check_use(answer, challenge=challenge, passkey=passkey)
        except Refusal:
            return self._refuse(owner, "passkey", browser)
        opened = self._open(passkey, count, browser)
        if opened is None:
            return self._refuse_copy(passkey, browser)
        if opened.older:
            self.sessions.forget(opened.older)
        return opened

    def _find(self, credential: str, handle: str) -> Passkey | None:
        with self.records.read() as work:
            passkey = work.passkeys.get(credential)
        if passkey is None:
            return None
        named = self.pseudonyms.handle(passkey.person_id)
        return passkey if hmac.compare_digest(named.encode(), handle.encode()) else None

    def _open(self, passkey: Passkey, count: int, browser: Browser) -> Opened | None:
        with self.records.begin() as work:
            # A count that does not go up may be that of a copied key; a removed passkey has none.
            if not work.passkeys.use(passkey.id, sign_count=count, at=self.clock.now()):
                return None
            person = work.persons.get(passkey.person_id)
            if person is None:
                return None
            return self.sessions.open(work, person, passkey.factors, browser)

    def _refuse_copy(self, passkey: Passkey, browser: Browser) -> Refused:
        owner = passkey.person_id
        with self.records.read() as work:
            person = work.persons.get(owner) if work.passkeys.get(passkey.id) else None
        if person is None:
            # It was removed at this moment.
            return self._refuse(owner, "passkey", browser)
        # Whoever has the copy cannot have its person told without end.
        if self.warnings.hit(owner).allowed:
            with self.records.begin() as work:
                self.sessions.notices.passkey_copied(work, person, language=browser.language)
        return self._refuse(owner, "passkey_count", browser)

    def _refuse(self, person_id: PersonId | None, reason: str, browser: Browser) -> Refused:
        self.failures_of_address.hit(browser.address)
        with self.records.begin() as work:
            work.audit.append(
                SignInRefused(
                    at=self.clock.now(),
                    person_id=person_id,
                    reason=reason,
                    device=coarse_name(browser.device),
                )
            )
        return REFUSED


def _owner(visit: InteractionId) -> str:
    return f"passkey-sign-in:{visit}"
