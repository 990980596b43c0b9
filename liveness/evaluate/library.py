"""What an evaluation needs of the rest of the library: who looks, who judges, who compares."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from liveness.evaluate.ablation import Policy
from liveness.evaluate.play import Looking, Playing
from liveness.evaluate.stage import Image

if TYPE_CHECKING:  # the templates are passed on and never looked into
    from liveness.match import Template


class Compared(Protocol):
    """What a matcher says of two templates; `liveness.match.Match` is one."""

    @property
    def score(self) -> float:
        """Grows with likeness."""

    @property
    def threshold(self) -> float:
        """From which on the matcher takes them for one person."""


class Matching(Protocol):
    """Makes templates and compares them; the matchers of `liveness.match` do."""

    def template(self, image: Image) -> "Template":
        """Return the template of the person shown; raises a `LivenessError` where there is none."""

    def compare(self, a: "Template", b: "Template") -> Compared:
        """Compare two templates."""


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that is evaluated."""

    observer: Looking
    policy: Policy
    policy_hash: str
    blendshapes: Sequence[str]
    matchers: Mapping[str, Matching]
    begin: Callable[[tuple[str, ...], Looking], Playing]  #: a session with a challenge of these actions
    watch: Callable[[tuple[str, ...], Looking], Playing]  #: one that looks on after a wrong answer
