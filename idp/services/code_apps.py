"""A person's own app that shows codes: added with its first code, looked at, removed."""

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import timedelta

from idp.domain.accounts import Person
from idp.domain.audit_of_codes import CodeAppAdded, CodeAppRemoved
from idp.domain.clock import Clock
from idp.domain.code_apps import CodeApp, Codes, step_of
from idp.domain.ids import SessionId, random_id
from idp.domain.names import mask_name
from idp.domain.sealing import Sealer
from idp.domain.sessions import Session
from idp.domain.stores import ExpiringStore
from idp.domain.work import Records
from idp.services.notices import Notices


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A secret that the person's app may take, base32, and the address by which apps take it."""

    secret: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCodeApp:
    """What a person may do with the app of the account; a secret is offered to one session alone."""

    records: Records
    codes: Codes
    offers: ExpiringStore
    sealer: Sealer
    notices: Notices
    clock: Clock
    lifetime: timedelta

    def held(self, session: Session) -> CodeApp | None:
        """Return the person's app."""
        with self.records.read() as work:
            return work.code_apps.of_person(session.person_id)

    def offer(self, person: Person, session: Session) -> Offer:
        """Return what is offered to the session; the same until it is taken or too old."""
        secret = self._offered(session)
        if secret is None:
            secret, key = self.codes.new_secret(), _key(session)
            sealed = self.sealer.seal(secret.encode(), context=key)
            self.offers.put(key, b64encode(sealed).decode(), ttl=self.lifetime)
        return Offer(secret=secret, address=self.codes.address(secret, name=mask_name(person.name)))

    def add(self, person: Person, session: Session, typed: str, *, language: str) -> bool:
        """Keep the app if it shows the code that was *typed* and the person has none; say whether it is kept.

        Tries are not counted: whoever guesses here has read the secret on the same page.
        """
        secret, now = self._offered(session), self.clock.now()
        step = step_of(typed, self.codes, secret, now) if secret else None
        if secret is None or step is None:
            return False
        app = CodeApp(
            id=random_id(),
            person_id=person.id,
            secret=secret,
            last_step=step,
            made_in=session.id,
            created_at=now,
        )
        with self.records.begin() as work:
            if not work.code_apps.add(app):
                return False
            work.audit.append(CodeAppAdded(at=now, person_id=person.id, session_id=session.id))
            self.notices.code_app_added(work, person, language=language)
        self.offers.delete(_key(session))
        return True

    def made_in(self, session: Session, session_id: SessionId) -> bool:
        """Say whether the person's app was added in the session of that id."""
        app = self.held(session)
        return app is not None and app.made_in == session_id

    def remove(self, person: Person, session: Session, *, language: str) -> bool:
        """Take no code of the app any more; say whether there was one. The person is told of it."""
        with self.records.begin() as work:
            if not work.code_apps.remove(person.id):
                return False
            work.audit.append(CodeAppRemoved(at=self.clock.now(), person_id=person.id, session_id=session.id))
            self.notices.code_app_removed(work, person, language=language)
        return True

    def _offered(self, session: Session) -> str | None:
        key = _key(session)
        kept = self.offers.get(key)
        return self.sealer.open(b64decode(kept), context=key).decode() if kept else None


def _key(session: Session) -> str:
    return f"new-code-app:{session.id}"
