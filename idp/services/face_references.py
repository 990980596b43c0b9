"""Whose face it is: a register knows, or a reference that the person asked to have kept."""

from dataclasses import dataclass
from datetime import timedelta

from idp.domain.accounts import Person
from idp.domain.audit_of_faces import FaceReferenceKept, FaceReferenceRemoved
from idp.domain.clock import Clock
from idp.domain.face_templates import FaceTemplate
from idp.domain.faces import Judged, Match, Registers
from idp.domain.sessions import Session
from idp.domain.work import Records

# Of the text that people agree to when a reference is kept; it changes with the text.
CONSENT_VERSION = "1"
COMPARED = "match:pass"


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReferences:
    """Keeps references: up to *most*, each for *kept* and of *model*. With *most* zero none is kept."""

    records: Records
    clock: Clock
    model: str
    most: int
    kept: timedelta

    def usable(self, person: Person) -> FaceTemplate | None:
        """Return the person's reference, if it may still be compared with."""
        if not self.most:
            return None
        with self.records.read() as work:
            found = work.face_templates.get(person.id)
        if found is None or found.model != self.model or found.expires_at <= self.clock.now():
            return None
        return found

    def has(self, session: Session) -> FaceTemplate | None:
        """Return the reference of the person of *session*, usable or not."""
        with self.records.read() as work:
            return work.face_templates.get(session.person_id)

    def keep(self, person: Person, session: Session, template: bytes) -> bool:
        """Keep what was made of the live face of *person*; say whether there was room for it."""
        now = self.clock.now()
        with self.records.begin() as work:
            count = work.face_templates.count()
            if count >= self.most:
                return False
            work.face_templates.put(
                FaceTemplate(
                    person_id=person.id,
                    template=template,
                    model=self.model,
                    made_at=now,
                    expires_at=now + self.kept,
                    consent=CONSENT_VERSION,
                )
            )
            work.audit.append(
                FaceReferenceKept(
                    at=now,
                    person_id=person.id,
                    client_id=None,
                    session_id=session.id,
                    version=CONSENT_VERSION,
                    count=count + 1,
                    is_nearly_full=10 * (count + 1) >= 9 * self.most,
                )
            )
        return True

    def remove(self, session: Session) -> bool:
        """Forget the reference of the person of *session* at once; say whether there was one."""
        with self.records.begin() as work:
            removed = work.face_templates.erase_of_person(session.person_id) > 0
            if removed:
                work.audit.append(
                    FaceReferenceRemoved(
                        at=self.clock.now(),
                        person_id=session.person_id,
                        client_id=None,
                        session_id=session.id,
                    )
                )
        return removed


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFaces:
    """Implements FaceReferences. One frame goes to the register and nowhere else; a reference spares that."""

    register: Registers
    own: OwnReferences

    def reference(self, person: Person) -> bytes | None:
        """Return the reference that is kept of the person, where there is one."""
        found = self.own.usable(person)
        return found.template if found else None

    def match(self, person: Person, judged: Judged) -> Match:
        """Say whether the face that was *judged* live is the person's."""
        if any(each.startswith(COMPARED) for each in judged.findings):
            return Match.MATCH
        if judged.portrait is None:
            return Match.LOW_QUALITY
        return self.register.match_face(person, judged.portrait)
