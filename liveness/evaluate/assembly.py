"""The library as it ships, put together for an evaluation or a look at one clip."""

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING, cast

import cv2

from liveness.challenge import Action, Challenge
from liveness.errors import ModelMissing
from liveness.evaluate.library import Library, Matching
from liveness.evaluate.play import Looking, Playing
from liveness.match import DlibMatcher, SFaceMatcher
from liveness.models import Store
from liveness.policy import Policy
from liveness.session import Session
from liveness.vision import BLENDSHAPES, Observer

if TYPE_CHECKING:
    from collections.abc import Callable


def assemble(*, models: Path | None, policy: Path) -> Library:
    """Load every model that is there and the policy at *policy*, on one thread."""
    cv2.setNumThreads(1)
    store = Store(models)
    observer = Observer(store)
    rules = Policy.load(policy)

    def begin(actions: tuple[str, ...], looking: Looking) -> Playing:
        return Session(challenge_of(actions), cast(Observer, looking), rules)

    return Library(
        observer=observer,
        policy=rules,
        policy_hash=rules.sha256,
        blendshapes=BLENDSHAPES,
        matchers=_matchers(store),
        begin=begin,
    )


def challenge_of(actions: tuple[str, ...]) -> Challenge:
    """Return a challenge with these steps, and times as a service would set them."""
    return dataclasses.replace(Challenge.draw(), actions=tuple(Action(name) for name in actions))


def _matchers(store: Store) -> dict[str, Matching]:
    """Return the matchers whose models are there."""
    made: dict[str, Matching] = {}
    kinds: dict[str, Callable[[Store], Matching]] = {"SFace": SFaceMatcher, "dlib": DlibMatcher}
    for name, make in kinds.items():
        try:
            made[name] = make(store)
        except ModelMissing:
            continue
    return made
