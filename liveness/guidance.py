"""What a person in front of the camera is told after each frame: one thing at a time."""

from dataclasses import dataclass
from enum import StrEnum

from liveness.challenge import Action


class Code(StrEnum):
    """The things that can be told; pages have a sentence for each."""

    NO_FACE = "no_face"
    TWO_FACES = "two_faces"
    TOO_FAR = "too_far"
    TOO_NEAR = "too_near"
    TOO_DARK = "too_dark"
    TOO_BRIGHT = "too_bright"
    BLURRED = "blurred"
    OFF_CENTRE = "off_centre"
    LOOK_STRAIGHT = "look_straight"
    HOLD_STILL = "hold_still"
    ACT = "act"
    DONE = "done"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Guidance:
    """What to mend or to do first. *action* is what is asked for now, also while *code* names a flaw.

    *progress* runs from 0 to 1.
    """

    code: Code
    action: Action | None
    progress: float
    seconds_left: float
