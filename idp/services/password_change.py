"""A new password: who knows the old one chooses it, and what rested on the old one ends."""

from dataclasses import dataclass
from enum import StrEnum

from idp.domain.accounts import Person
from idp.domain.audit import PasswordChanged
from idp.domain.clock import Clock
from idp.domain.credentials import PasswordHasher
from idp.domain.passwords import Weakness, weakness
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.services.notices import Notices
from idp.services.sessions import SessionKeeper
from idp.services.sign_in.confirm import ConfirmPassword
from idp.services.sign_in.password import Refused


class NotChanged(StrEnum):
    """Why nothing was changed, beside what is wrong with the passwords."""

    SAME = "same"
    SESSION_OVER = "session_over"


@dataclass(frozen=True, slots=True)
class Changed:
    """The new secret of the session in which the password was changed."""

    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """Changes passwords; *common* are those that everybody knows."""

    records: Records
    confirm: ConfirmPassword
    hasher: PasswordHasher
    sessions: SessionKeeper
    notices: Notices
    clock: Clock
    common: frozenset[str]

    def change(
        self, person: Person, session: Session, *, current: str, new: str, address: str, language: str
    ) -> Changed | Refused | Weakness | NotChanged:
        """Return the session's new secret, or why the old password stays.

        All other sessions end, with what was granted in them; so do grants that were given in sessions
        long over and outlive them. What was granted in this session goes on.
        """
        # What is wrong with the new password is said before a try is spent on the old one.
        if weak := weakness(new, person, self.common):
            return weak
        credential = self.confirm.check(person, session, current, address=address)
        if isinstance(credential, Refused):
            return credential
        if new == current:
            return NotChanged.SAME
        new_hash, now = self.hasher.hash(new), self.clock.now()
        with self.records.begin() as work:
            if not work.persons.keep_password(credential):
                return NotChanged.SESSION_OVER
            secret = self.sessions.renew(work, session)
            if secret is None:
                return NotChanged.SESSION_OVER
            work.persons.set_password(person.id, new_hash)
            others = [each for each in work.sessions.of_person(person.id) if each.id != session.id]
            for each in others:
                self.sessions.end(work, each, reason="password_changed")
            grants = work.grants.revoke_of_person(person.id, now, but=session.id)
            work.audit.append(
                PasswordChanged(
                    at=now,
                    person_id=person.id,
                    session_id=session.id,
                    sessions=len(others),
                    grants=grants,
                )
            )
            self.notices.way_changed(work, person, "password", language=language)
        for each in (session, *others):
            self.sessions.forget(each)
        return Changed(secret)
