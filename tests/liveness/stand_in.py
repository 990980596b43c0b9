"""A library with hardly an idea of faces, to try the evaluation with: it goes by brightness alone.

A bright frame is a live person, a frame's left half brighter than its right is a turn. It keeps the
promises of the real observer, session and policy, so that a run can be tried without any model.
"""

from dataclasses import dataclass, field

import cv2
import numpy as np

from liveness.evaluate.library import Library
from liveness.finding import Decision, Finding, Outcome, Verdict
from liveness.observation import Box, Observation, Pose
from tests.liveness.drawn import face

BLENDSHAPES = ("eyeBlinkLeft", "eyeBlinkRight", "jawOpen")


class Observer:
    """Sees a drawn face in every frame that is not blank."""

    def __init__(self):
        self.hashes = {"drawn": "00"}
        self.missing: frozenset[str] = frozenset()
        self.looked = 0

    def observe(self, image, *, index, at, data, full, previous, template=True):
        del full, previous, template  # it looks at each frame by itself
        self.looked += 1
        seen = float(image.std()) > 1.5
        _, points = face()
        scale = image.shape[1] / 256
        return Observation(
            index=index,
            at=at,
            width=image.shape[1],
            height=image.shape[0],
            digest=data[-32:],
            thumbnail=np.asarray(cv2.resize(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), (32, 24)), np.uint8),
            faces=(Box(0, 0, 10, 10),) if seen else (),
            landmarks=points * np.float32(scale) if seen else None,
            pose=Pose(yaw=30 * np.sin(np.pi * min(index % 20, 9) / 9), pitch=0, roll=0) if seen else None,
            blendshapes=np.array([index % 20 == 11, index % 20 == 11, 0], np.float32) if seen else None,
            texture=float(image.mean()) / 255,
        )


@dataclass(frozen=True)
class Guidance:
    code: str
    action: str | None = None


@dataclass
class Session:
    """Asks for each action for four frames, then has seen enough."""

    actions: tuple[str, ...]
    observer: Observer
    seen: list[Observation] = field(default_factory=list)

    def push(self, jpeg, at):
        image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        self.seen.append(
            self.observer.observe(image, index=len(self.seen), at=at, data=jpeg, full=True, previous=None)
        )
        step = len(self.seen) // 4
        return Guidance("do", self.actions[step]) if step < len(self.actions) else Guidance("done")

    def decide(self):
        texture = float(np.mean([each.texture for each in self.seen]))
        face_seen = all(each.faces for each in self.seen)
        findings = (
            Finding(
                "quality", Verdict.PASS if face_seen else Verdict.FAIL, "seen" if face_seen else "no_face"
            ),
            Finding(
                "texture", Verdict.PASS if texture > 0.35 else Verdict.FAIL, "by_light", {"share": texture}
            ),
            Finding("depth", Verdict.ABSTAIN, "no_turn"),
            Finding("actions", Verdict.FAIL, "not_seen"),
        )
        return Decision(Policy().decide(findings), findings, "nonce", "00", {}, len(self.seen), 1.0)


class Policy:
    """Passes when every rule does."""

    def decide(self, findings):
        if all(finding.verdict is Verdict.PASS for finding in findings):
            return Outcome.PASS
        failed = any(finding.verdict is Verdict.FAIL for finding in findings)
        return Outcome.FAIL if failed else Outcome.INCONCLUSIVE


@dataclass(frozen=True)
class Match:
    score: float
    threshold: float = 0.5


class Matcher:
    """Takes two pictures for one person when they are about equally bright."""

    def template(self, image):
        return float(image.mean())

    def compare(self, a, b):
        return Match(1 - abs(a - b) / 255)


def library():
    return Library(
        observer=Observer(),
        policy=Policy(),
        policy_hash="00",
        blendshapes=BLENDSHAPES,
        matchers={"by light": Matcher()},
        begin=Session,
        watch=Session,
    )
