"""The end of a face check: live, the person's own, written down, and then a proof; or why not."""

import hashlib
from dataclasses import dataclass

from idp.domain.accounts import Person
from idp.domain.assurance import Level
from idp.domain.audit_of_faces import Ended, FaceChecked
from idp.domain.authorization_details.types import TYPE
from idp.domain.clock import Clock
from idp.domain.errors import Unavailable
from idp.domain.face_checks import FaceCheck
from idp.domain.faces import FaceReferences, Judged, Match, Outcome
from idp.domain.grants import Evidence
from idp.domain.interaction.interaction import Interaction
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.services.face_references import OwnReferences
from idp.services.face_tries import FaceTries
from idp.services.proving import Proving
from idp.services.sign_in.password import Refused

# What the person can mend, by what was told while the check ran; rules that looked for attacks never speak.
ADVICE = {
    "too_dark": "light",
    "too_bright": "light",
    "too_far": "distance",
    "too_near": "distance",
    "off_centre": "pose",
    "blurred": "pose",
    "no_face": "covering",
}
ALL_ADVICE = ("light", "distance", "covering", "pose")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a check ended, what may help, and how many tries are *left*."""

    how: Ended
    advice: tuple[str, ...] = ()
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceVerdicts:
    """Ends checks; whatever is not a clear yes of both, the judges and who knows the face, proves nothing."""

    references: FaceReferences
    proving: Proving
    tries: FaceTries
    records: Records
    clock: Clock
    own: OwnReferences | None = None

    def __call__(
        self, judged: Judged, check: FaceCheck, interaction: Interaction, session: Session, person: Person
    ) -> End:
        """Return the end of *check*; when it is passed the visit has its proof."""
        match: Match | None = None
        how: Ended = "failed"
        if judged.outcome is Outcome.PASS:
            try:
                match = self.references.match(person, judged)
            except Unavailable:
                how = "not_judged"
            if match is Match.NO_REFERENCE:
                how = "no_reference"
        if match is Match.MATCH:
            proved = self.proving.by_face(interaction, session, person, evidence_of(judged))
            how = "not_judged" if isinstance(proved, Refused) else "passed"
            if how == "passed":
                self._keep(judged, interaction, session, person)
        return self.end(check, interaction, how, judged=judged, match=match)

    def _keep(self, judged: Judged, interaction: Interaction, session: Session, person: Person) -> None:
        # Made once, of a face that an authority has just known, by somebody who asked for it.
        if self.own and interaction.face_kept and judged.template and person.level >= Level.L3:
            self.own.keep(person, session, judged.template)

    def end(
        self,
        check: FaceCheck,
        interaction: Interaction,
        how: Ended,
        *,
        judged: Judged | None = None,
        match: Match | None = None,
    ) -> End:
        """Write down how *check* ended, and give the try back where the person did not fail."""
        request = interaction.request
        event = FaceChecked(
            at=self.clock.now(),
            person_id=check.person_id,
            client_id=request.client_id if request else None,
            session_id=check.session_id,
            types=tuple(dict.fromkeys(each[TYPE] for each in request.details)) if request else (),
            ended=how,
            findings=judged.findings if judged else (),
            match=match or "",
            risks=check.risks,
            frames=judged.frames if judged else check.frames,
            seconds=round(judged.seconds if judged else check.latest, 1),
            policy=judged.policy if judged else "",
            models=tuple(f"{name}:{sha}" for name, sha in sorted(judged.models.items())) if judged else (),
        )
        with self.records.begin() as work:
            work.audit.append(event)
        if how in {"passed", "not_judged", "no_reference"}:
            self.tries.give_back(check)
        advice = tuple(dict.fromkeys(ADVICE[flaw] for flaw in check.flaws)) or ALL_ADVICE
        left = self.tries.left(check.visit, check.person_id)
        return End(how=how, advice=advice if how == "failed" else (), left=left)


def evidence_of(judged: Judged) -> Evidence:
    """Return what a receipt says of the check: which rules and models decided, and who knew the face."""
    compared = any(each.startswith("match:pass") for each in judged.findings)
    models = "".join(f"{name}:{digest}\n" for name, digest in sorted(judged.models.items()))
    return {
        "method": "face",
        "presentation_attack_detection": judged.outcome.value,
        "policy_sha256": judged.policy,
        "models_sha256": hashlib.sha256(models.encode()).hexdigest(),
        "compared_with": "enrolled_template" if compared else "register",
    }
