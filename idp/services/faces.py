"""A live face as the proof of a transaction: agreed to, begun, looked at batch by batch."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from idp.domain.accounts import Person
from idp.domain.audit_of_faces import FaceAgreed
from idp.domain.authorization_details.types import TYPE
from idp.domain.cameras import is_likely_virtual
from idp.domain.clock import Clock, civil_date
from idp.domain.errors import Refusal
from idp.domain.face_batch import Batch, read_batch
from idp.domain.face_checks import LONGEST, FaceCheck, FaceChecks, gone
from idp.domain.faces import ENDS, Busy, FaceJudges, FaceReferences, Guidance, NotJudged, may_use_face
from idp.domain.ids import base64url, random_secret
from idp.domain.interaction.interaction import Interaction, Interactions
from idp.domain.sessions import Session
from idp.domain.stores import OneTimeStore
from idp.domain.work import Records
from idp.services.authorize.outcome import Page
from idp.services.face_tries import FaceTries
from idp.services.face_verdicts import End, FaceVerdicts

# Of the text that people agree to; it changes with the text.
CONSENT_VERSION = "1"
USUAL_SECONDS, UNHURRIED_SECONDS = 6.0, 20.0
# Whoever was silent for longer and then found the seat gone had left it: that try counts.
PROMPT = timedelta(seconds=10)
# The same frame never comes twice out of a camera: remembered are digests of a few of each check.
REMEMBERED_BATCHES = 8
REMEMBERED = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotBegun:
    """Why no check begins: no try is left (*until* then), no seat is free, or nobody judges."""

    problem: Literal["spent", "busy", "down"]
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the person is told after a batch; *end* when it was the last."""

    guidance: Guidance | None
    end: End | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Faces:
    """Checks faces; each check belongs to one visit, one session and one transaction."""

    judges: FaceJudges
    references: FaceReferences
    checks: FaceChecks
    seen: OneTimeStore
    tries: FaceTries
    verdicts: FaceVerdicts
    records: Records
    interactions: Interactions
    clock: Clock

    def offers(self, page: Page, person: Person) -> bool:
        """Say whether a face is one of the ways to prove what *page* asks for."""
        return "face" in page.ways and may_use_face(person, civil_date(self.clock.now()))

    def can_keep(self, session: Session) -> bool:
        """Say whether a reference may be kept, and none is."""
        own = self.verdicts.own
        return own is not None and own.most > 0 and own.has(session) is None

    def agree(
        self, interaction: Interaction, session: Session, language: str, *, keep: bool = False
    ) -> Interaction:
        """Write down that the person agrees, and return the visit with that in it."""
        request = interaction.request
        event = FaceAgreed(
            at=self.clock.now(),
            person_id=session.person_id,
            client_id=request.client_id if request else None,
            session_id=session.id,
            types=tuple(dict.fromkeys(each[TYPE] for each in request.details)) if request else (),
            version=CONSENT_VERSION,
            language=language,
        )
        with self.records.begin() as work:
            work.audit.append(event)
        agreed = interaction.agreeing_to_face(session.id, keep=keep and self.can_keep(session))
        self.interactions.replace(interaction, agreed)
        return agreed

    def begin(
        self,
        interaction: Interaction,
        session: Session,
        person: Person,
        *,
        address: str,
        camera: str,
        unhurried: bool,
    ) -> FaceCheck | NotBegun:
        """Return the check that begins, in place of any other of the person's."""
        said, request = interaction.confirmation, interaction.request
        if interaction.face_agreed != session.id or said is None:
            raise Refusal("consent_required", "The person has not agreed to the check.", status=403)
        if until := self.tries.paused_until(interaction.id, person.id):
            return NotBegun(problem="spent", until=until)
        if not self.tries.begin(address=address, client_id=request.client_id if request else None):
            return NotBegun(problem="busy")
        if before := self.checks.get(person.id):
            self._leave(before, interaction)
        try:
            seat = self.judges.open(
                seconds_per_action=UNHURRIED_SECONDS if unhurried else USUAL_SECONDS,
                reference=self.references.reference(person),
            )
        except Busy:
            return NotBegun(problem="busy")
        except NotJudged:
            return NotBegun(problem="down")
        now = self.clock.now()
        check = FaceCheck(
            seat=seat,
            key=random_secret(),
            visit=interaction.id,
            person_id=person.id,
            session_id=session.id,
            transaction_hash=said.transaction_hash,
            begun_at=now,
            heard_at=now,
            risks=("virtual_camera",) if is_likely_virtual(camera) else (),
        )
        self.checks.put(check, ttl=2 * LONGEST)
        return check

    def take(self, interaction: Interaction, session: Session, person: Person, body: bytes) -> Told:
        """Have a batch looked at; return what the person is told."""
        check = self._own(interaction, session)
        batch = read_batch(body, key=check.key, visit=interaction.id)
        taken, frames = check.take(batch, self.clock.now())
        if self._is_repeated(batch):
            taken = taken.with_risk("repeated_frames")
        # The number is used up before anybody looks: of two that send it one is refused.
        if not self.checks.replace(check, taken):
            raise Refusal("invalid_request", "The number of the batch does not follow.", status=409)
        try:
            guidance = self.judges.push(check.seat, frames)
            known = self._note(taken, guidance)
            if guidance.code not in ENDS:
                return Told(guidance=guidance)
            if not self.checks.finish(known):
                raise gone()
            judged = self.judges.decide(check.seat)
        except NotJudged:
            return self._broken(check, taken, interaction)
        return Told(guidance=guidance, end=self.verdicts(judged, known, interaction, session, person))

    def leave(self, interaction: Interaction, session: Session) -> None:
        """End the check of this visit, if there is one."""
        check = self.checks.get(session.person_id)
        if check and check.visit == interaction.id and check.session_id == session.id:
            self._leave(check, interaction)

    def _own(self, interaction: Interaction, session: Session) -> FaceCheck:
        check, said = self.checks.get(session.person_id), interaction.confirmation
        if check is None or check.visit != interaction.id or check.session_id != session.id:
            raise gone()
        if said is None or said.transaction_hash != check.transaction_hash:
            self._leave(check, interaction)
            raise gone()
        return check

    def _note(self, check: FaceCheck, guidance: Guidance) -> FaceCheck:
        noted = _noted(check, guidance)
        while noted != check and not self.checks.replace(check, noted):
            newer = self.checks.get(check.person_id)
            if newer is None or newer.key != check.key:
                # It was left meanwhile: what would be a try is not told.
                raise gone()
            check, noted = newer, _noted(newer, guidance)
        if noted.counted and not check.counted:
            self.tries.count(noted)
        return noted

    def _broken(self, before: FaceCheck, check: FaceCheck, interaction: Interaction) -> Told:
        self.checks.finish(check)
        self.judges.leave(check.seat)
        was_prompt = check.heard_at - before.heard_at <= PROMPT
        end = self.verdicts.end(check, interaction, "not_judged" if was_prompt else "left")
        return Told(guidance=None, end=replace(end, how="not_judged"))

    def _leave(self, check: FaceCheck, interaction: Interaction) -> None:
        if self.checks.finish(check):
            self.judges.leave(check.seat)
            self.verdicts.end(check, interaction, "left")

    def _is_repeated(self, batch: Batch) -> bool:
        if batch.number > REMEMBERED_BATCHES:
            return False
        frame = base64url(hashlib.sha256(batch.frames[0][0]).digest())
        return not self.seen.claim(f"face-frame:{frame}", ttl=REMEMBERED)


def _noted(check: FaceCheck, guidance: Guidance) -> FaceCheck:
    return replace(check.with_flaw(guidance.code), counted=check.counted or guidance.action is not None)
