"""The library as it ships, put together for an evaluation or a look at one clip."""

import dataclasses
import math
from collections.abc import Callable
from pathlib import Path
from typing import cast

import cv2

from liveness.challenge import Action, BadChallenge, Challenge
from liveness.errors import BadFrame
from liveness.evaluate.library import Library
from liveness.evaluate.library import Matching as StillMatching
from liveness.evaluate.play import Looking
from liveness.evaluate.stage import Image
from liveness.match import SFACE_THRESHOLD, CosineMatcher, Match, Template
from liveness.models.store import Store
from liveness.observation import Box, Floats, Observation
from liveness.policy import Policy
from liveness.session import Session
from liveness.vision.expression import BLENDSHAPES
from liveness.vision.observer import Observer
from liveness.vision.recognisers import Identity, SFace

IDENTITY_THRESHOLD = 0.4  # the continuity model is no matcher: its curve is for comparison


class Watching(Session):
    """A session that goes on looking after the challenge went wrong, so that every rule has its say.

    Where the challenge is answered it ends as any other, with the same findings.
    """

    @property
    def is_over(self) -> bool:
        """Say whether every action was seen."""
        steps = self.track.steps
        return super().is_over and bool(steps) and all(step.done_at is not None for step in steps)


class StillMatcher:
    """Compares stills with one model, whichever way the face looks."""

    def __init__(
        self, observer: Observer, model: str, embed: Callable[[Image, Floats], Floats], *, threshold: float
    ) -> None:
        self._observer = observer
        self._model = observer.hashes[model]
        self._embed = embed
        self._matcher = CosineMatcher(self._model, threshold)

    def template(self, image: Image) -> Template:
        """Return the template of the face nearest the middle, or raise BadFrame.

        A still of a person may show others beside him, nearer to the camera.
        """
        seen = self._observe(image)
        if len(seen.faces) > 1:
            image = _around_the_middle(image, seen.faces)
            seen = self._observe(image)
        if seen.landmarks is None:
            raise BadFrame("no_face")
        return Template(self._model, self._embed(image, seen.landmarks))

    def _observe(self, image: Image) -> Observation:
        return self._observer.observe(
            image, index=0, at=0.0, data=b"", full=True, previous=None, template=False
        )

    def compare(self, a: Template, b: Template) -> Match:
        """Compare two templates."""
        return self._matcher.compare(a, b)


def _around_the_middle(image: Image, faces: tuple[Box, ...]) -> Image:
    """Cut out the face that is nearest the middle, with what is around it."""
    height, width = image.shape[:2]

    def away(box: Box) -> float:
        return math.hypot(box.left + box.width / 2 - width / 2, box.top + box.height / 2 - height / 2)

    box = min(faces, key=away)
    across, down, half = box.left + box.width / 2, box.top + box.height / 2, 0.8 * box.width
    top, left = max(0, round(down - half)), max(0, round(across - half))
    return image[top : round(down + half), left : round(across + half)].copy()


def assemble(*, models: Path | None, policy: Path) -> Library:
    """Load every model that is there and the policy at *policy*, on one thread."""
    cv2.setNumThreads(1)
    store = Store(models)
    observer = Observer(store)
    rules = Policy.load(policy)

    def begin(actions: tuple[str, ...], looking: Looking) -> Session:
        return Session(challenge_of(actions), cast(Observer, looking), rules)

    def watch(actions: tuple[str, ...], looking: Looking) -> Session:
        return Watching(challenge_of(actions), cast(Observer, looking), rules)

    return Library(
        observer=observer,
        policy=rules,
        policy_hash=rules.sha256,
        blendshapes=BLENDSHAPES,
        matchers=_matchers(store, observer),
        begin=begin,
        watch=watch,
    )


def challenge_of(actions: tuple[str, ...]) -> Challenge:
    """Return a challenge with these steps, and times as a service would set them."""
    try:
        asked = tuple(Action(name) for name in actions)
    except ValueError:
        raise BadChallenge(f"The actions are {', '.join(Action)}.") from None
    return dataclasses.replace(Challenge.draw(), actions=asked)


def _matchers(store: Store, observer: Observer) -> dict[str, StillMatching]:
    """Return the matchers whose models are there."""
    made: dict[str, StillMatching] = {}
    if store.has("template"):
        sface = SFace(store.path("template"))
        made["SFace"] = StillMatcher(observer, "template", sface, threshold=SFACE_THRESHOLD)
    if store.has("identity"):
        identity = Identity(store.path("identity"))
        made["continuity model"] = StillMatcher(observer, "identity", identity, threshold=IDENTITY_THRESHOLD)
    return made
