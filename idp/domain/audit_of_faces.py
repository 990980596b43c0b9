"""What was agreed to and found at face checks, as typed events of the same log: words and digests alone."""

from dataclasses import dataclass
from typing import Literal

from idp.domain.audit import Event
from idp.domain.ids import SessionId

# not_judged: the judges, or who knows the face, could not be asked; left: the person went away.
Ended = Literal["passed", "failed", "no_reference", "not_judged", "left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceAgreed(Event):
    """A person agreed separately (PIPL article 29) that the face is processed for one transaction.

    What was read is the text of that *version*, in that *language*.
    """

    session_id: SessionId
    types: tuple[str, ...]
    version: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceReferenceKept(Event):
    """A person asked to have a reference kept, agreeing to the text of that *version*.

    There are *count* now; where the store *is_nearly_full*, its keeper is to act.
    """

    session_id: SessionId
    version: str
    count: int
    is_nearly_full: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceReferenceRemoved(Event):
    """A person took the reference back: it is gone."""

    session_id: SessionId


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceChecked(Event):
    """A face check ended so; *findings* are the judges' words, *match* the word of who knows the face.

    *risks* were noted of the camera, and decide nothing by themselves. *frames* were looked at in
    *seconds*, under the *policy* and with the *models* of these digests.
    """

    session_id: SessionId
    types: tuple[str, ...]
    ended: Ended
    findings: tuple[str, ...] = ()
    match: str = ""
    risks: tuple[str, ...] = ()
    frames: int = 0
    seconds: float = 0.0
    policy: str = ""
    models: tuple[str, ...] = ()
