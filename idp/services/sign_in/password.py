"""Signing in with a user name, phone or document number and a password."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from idp.domain.accounts import PasswordCredential, Phones
from idp.domain.assurance import PASSWORD_ALONE
from idp.domain.audit import SignInRefused
from idp.domain.clock import Clock
from idp.domain.credentials import PasswordHasher
from idp.domain.devices import coarse_name
from idp.domain.names import fold
from idp.domain.sealing import BlindIndex
from idp.domain.throttle import Throttle
from idp.domain.work import Records
from idp.services.sessions import Browser, Opened, SessionKeeper

PHONE_LIKE = re.compile(r"[+\d][\d().-]{4,20}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """Why there is no session: *wrong* says how many tries remain, *locked* and *busy* until when.

    *passkey* and *code* say that one was shown and did not fit.
    """

    kind: Literal["wrong", "locked", "busy", "passkey", "code"]
    remaining: int | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordSignIn:
    """Checks a password, doing the same work and saying the same whether the account exists or not.

    Tries are counted by what was typed, never by the account behind it: a shared count would tell
    that a phone number and a document number belong to one person.
    """

    records: Records
    hasher: PasswordHasher
    index: BlindIndex
    phones: Phones
    tries_of_account: Throttle
    failures_of_address: Throttle
    sessions: SessionKeeper
    clock: Clock

    def attempt(self, typed: str, password: str, browser: Browser) -> Opened | Refused:
        """Return the session that begins, or why there is none."""
        failures = self.failures_of_address.peek(browser.address)
        if not failures.allowed:
            return Refused(kind="busy", until=failures.until)
        identifiers = typed_forms(typed, self.phones)
        key = counted_as(identifiers, self.index)
        tries = self.tries_of_account.hit(key)
        if not tries.allowed:
            return Refused(kind="locked", until=tries.until)
        with self.records.read() as work:
            credential = work.persons.credential(identifiers)
        fits = self.hasher.verify(credential.password_hash if credential else None, password)
        if credential is None or not fits:
            self._refuse(credential, browser)
            if tries.remaining == 0:
                return Refused(kind="locked", until=tries.until)
            return Refused(kind="wrong", remaining=tries.remaining)
        opened = self._open(credential, password, browser)
        if opened is None:
            self._refuse(credential, browser)
            return Refused(kind="wrong", remaining=tries.remaining)
        self.tries_of_account.clear(key)
        return opened

    def _open(self, credential: PasswordCredential, password: str, browser: Browser) -> Opened | None:
        with self.records.begin() as work:
            # A password that was changed while this one was checked opens nothing any more.
            if not work.persons.keep_password(credential):
                return None
            person = work.persons.get(credential.person_id)
            if person is None:
                raise LookupError("A credential belongs to nobody.")
            opened = self.sessions.open(work, person, PASSWORD_ALONE, browser)
            if self.hasher.needs_rehash(credential.password_hash):
                work.persons.set_password(person.id, self.hasher.hash(password))
        if opened.older:
            self.sessions.forget(opened.older)
        return opened

    def _refuse(self, credential: PasswordCredential | None, browser: Browser) -> None:
        self.failures_of_address.hit(browser.address)
        known = credential.person_id if credential else None
        with self.records.begin() as work:
            work.audit.append(
                SignInRefused(
                    at=self.clock.now(),
                    person_id=known,
                    reason="wrong_password",
                    device=coarse_name(browser.device),
                )
            )


def typed_forms(typed: str, phones: Phones) -> tuple[str, ...]:
    """Return the forms of what was typed in which it may be indexed."""
    folded = fold(typed)
    phone = phones.canonical(folded) if PHONE_LIKE.fullmatch(folded) else None
    return (folded, phone) if phone and phone != folded else (folded,)


def counted_as(forms: tuple[str, ...], index: BlindIndex) -> str:
    """Return the key of its tries: a phone number counts in its one canonical form, however it is written."""
    return index.digest(forms[-1])
