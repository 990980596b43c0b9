"""One person in front of a camera: frames go in, guidance comes back, and in the end a decision."""

from math import isfinite

from liveness.challenge import Action, Challenge
from liveness.errors import BadTime, SessionOver
from liveness.finding import Decision, Finding, Verdict
from liveness.frame import Picture, decode
from liveness.guidance import Code, Guidance
from liveness.match import BadTemplate, CosineMatcher, Template
from liveness.observation import Floats, Observation
from liveness.policy import FACE_MATCH, Policy, without_models
from liveness.progress import MOST_AT_REST, Progress
from liveness.rules.one_face import OneFace
from liveness.rules.quality import Quality
from liveness.track import Track, is_frontal, signals_of
from liveness.vision.observer import Observer

#: How far the middle of the face may lie from that of the frame, as a share of the frame.
OFF_CENTRE = 0.28
MODEL = "template"


class Session:
    """Judges one answer to one *challenge*. Frames are decoded once, looked at, and never kept.

    With a *portrait*, the sharpest frontal look is kept as it came, until the session is forgotten.

    Times are the seconds since the session began, by the clock of whoever receives the frames.
    """

    def __init__(
        self,
        challenge: Challenge,
        observer: Observer,
        policy: Policy,
        *,
        reference: Template | None = None,
        portrait: bool = False,
    ) -> None:
        self._challenge = challenge
        self._observer = observer
        self._policy = policy
        self._reference = reference
        self._wants_portrait = portrait
        self._sharpest = 0.0
        self.portrait: bytes | None = None
        self._quality: Quality = policy.rule(Quality)
        self._one_face: OneFace = policy.rule(OneFace)
        self._track = Track()
        self._progress = Progress(challenge)
        self._pushed = 0
        self._last: float | None = None
        self._looks: list[float] = []
        self._steps_looked = -1
        self._steps_matched = -1
        self._latest: float | None = None
        self.guidance = Guidance(Code.LOOK_STRAIGHT, None, 0.0, challenge.longest)

    @property
    def is_over(self) -> bool:
        """Say whether more frames change nothing: every action was seen, or its time is over."""
        return self._progress.is_over

    @property
    def track(self) -> Track:
        """What was seen, for reports."""
        return self._track

    def push(self, jpeg: bytes, at: float) -> Guidance:
        """Look at a frame that came *at* so many seconds, and return what the person is told.

        Frames that come faster than they are looked at cost next to nothing. Raises BadFrame, BadTime, or
        SessionOver when there were too many; the session itself goes on after the first two.
        """
        if self._pushed >= self._policy.limits.frames:
            raise SessionOver("The session has had all its frames.")
        if not isfinite(at) or at < 0 or (self._latest is not None and at <= self._latest):
            raise BadTime("The time of a frame is after that of the frame before.")
        self._pushed += 1
        if self.is_over or (self._last is not None and at - self._last < self._spacing()):
            self._latest = at
            return self.guidance
        picture = decode(jpeg)
        self._last = self._latest = at
        full = self._is_look_due(at)
        seen = self._look(picture, jpeg, at, full=full)
        self._track.observations.append(seen)
        if full and seen.landmarks is not None:
            self._looks.append(at)
            self._steps_looked = len(self._track.steps)
        done = self._done()
        usable = self._quality.flaw(seen) is None and not self._one_face.is_crowd(seen)
        self._progress.follow(self._track, seen, is_usable=usable)
        if self._done() > done and not full:
            # Whoever does what is asked is looked at while doing it: nobody else can step in for it.
            self._track.observations.pop()
            self._track.observations.append(self._look(picture, jpeg, at, full=True))
        if self._wants_portrait and usable and seen.identity is not None:
            self._keep_portrait(jpeg, seen)
        self.guidance = self._guide(seen)
        return self.guidance

    def decide(self) -> Decision:
        """Return the decision on what was seen so far; asking twice gives the same."""
        findings = self._policy.judge(self._track, self._challenge, missing=self._observer.missing)
        if self._reference is not None:
            findings = (*findings, self._match(self._reference))
        return Decision(
            outcome=self._policy.decide(findings),
            findings=findings,
            nonce=self._challenge.nonce,
            policy=self._policy.sha256,
            models=self._observer.hashes,
            frames=self._pushed,
            seconds=self._last or 0.0,
        )

    def template(self) -> Template | None:
        """Return one template of the frontal looks, or None where there was none."""
        looks, model = self._templates(), self._observer.hashes.get(MODEL)
        return Template.mean(model, looks) if looks and model else None

    def _keep_portrait(self, jpeg: bytes, seen: Observation) -> None:
        """Keep the sharpest frame that looks at the camera with its eyes open.

        Only of those whose face is compared with all others: a picture of somebody else, slipped in between
        two looks, would speak for whoever sits there.
        """
        sharpness = seen.quality.sharpness if seen.quality else 0.0
        if sharpness > self._sharpest and is_frontal(seen) and signals_of(seen).blink < MOST_AT_REST:
            self._sharpest, self.portrait = sharpness, jpeg

    def _templates(self) -> list[Floats]:
        return [each.template for each in self._track.observations if each.template is not None]

    def _match(self, reference: Template) -> Finding:
        if unable := without_models(FACE_MATCH, self._observer.missing):
            return unable
        template = self.template()
        if template is None:
            return Finding(FACE_MATCH, Verdict.ABSTAIN, "no_frontal_look")
        matcher = CosineMatcher(template.model, self._policy.match_threshold)
        try:
            # Every look must be the reference's: the mean would let one carry the others.
            matches = [
                matcher.compare(Template(template.model, each), reference) for each in self._templates()
            ]
        except BadTemplate:
            return Finding(FACE_MATCH, Verdict.ABSTAIN, "other_model")
        match = min(matches, key=lambda each: each.score)
        measured = {"cosine": match.score, "threshold": match.threshold}
        if match.same:
            return Finding(FACE_MATCH, Verdict.PASS, "same_person", measured)
        return Finding(FACE_MATCH, Verdict.FAIL, "other_person", measured)

    def _spacing(self) -> float:
        limits = self._policy.limits
        return limits.blink_spacing if self._due() is Action.BLINK else limits.spacing

    def _due(self) -> Action | None:
        steps = self._track.steps
        return steps[-1].action if steps and not self.is_over else None

    def _look(self, picture: Picture, jpeg: bytes, at: float, *, full: bool) -> Observation:
        """Return what *picture* shows, which comes after the observations so far."""
        before = self._track.observations
        # One a step, so that no three come from the first seconds alone.
        wanted = len(self._templates()) < self._policy.limits.templates
        wanted = wanted and self._steps_matched != len(self._track.steps)
        seen = self._observer.observe(
            picture,
            index=len(before),
            at=at,
            data=jpeg,
            full=full,
            template=wanted,
            previous=before[-1] if before else None,
        )
        if seen.template is not None:
            self._steps_matched = len(self._track.steps)
        return seen

    def _is_look_due(self, at: float) -> bool:
        """Look closely at the first face, in every step, and again and again, so that nobody slips in."""
        limits = self._policy.limits
        if not self._looks:
            return True
        rested = at - self._looks[-1]
        if self._steps_looked < len(self._track.steps):
            return rested >= limits.look_spacing
        return rested >= limits.look_spacing * (2 if len(self._looks) < limits.looks else 4)

    def _done(self) -> int:
        return sum(step.done_at is not None for step in self._track.steps)

    def _guide(self, seen: Observation) -> Guidance:
        done = self._done()
        progress = done / len(self._challenge.actions)
        code = self._code(seen, done)
        due = self._due()
        left = self._progress.seconds_left(seen.at, is_settled=bool(self._track.steps))
        return Guidance(code, due, progress, left)

    def _code(self, seen: Observation, done: int) -> Code:
        if self.is_over:
            return Code.DONE if done == len(self._challenge.actions) else Code.OVER
        if seen.landmarks is None:
            return Code.NO_FACE
        if self._one_face.is_crowd(seen):
            return Code.TWO_FACES
        if flaw := self._quality.flaw(seen):
            return flaw
        if self._due() is not None:
            return Code.ACT
        if _is_off_centre(seen):
            return Code.OFF_CENTRE
        return Code.HOLD_STILL if is_frontal(seen) else Code.LOOK_STRAIGHT


def _is_off_centre(seen: Observation) -> bool:
    if not seen.faces:
        return False
    box = seen.faces[0]
    across = (box.left + box.width / 2) / seen.width - 0.5
    down = (box.top + box.height / 2) / seen.height - 0.5
    return max(abs(across), abs(down)) > OFF_CENTRE
