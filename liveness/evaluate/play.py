"""One session of the evaluation: somebody plays, the session looks, guides and decides."""

import dataclasses
import hashlib
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from liveness.errors import LivenessError, SessionOver
from liveness.evaluate.attacks import Asked
from liveness.evaluate.stage import Image
from liveness.finding import Decision
from liveness.observation import Observation

REACTION = 0.5  # seconds from reading a step to beginning it
GESTURE = 1.3  # seconds that a turn of a sheet, or of a puppet, takes
PAUSE = 0.7  # seconds before trying again

ENDS = frozenset({"done", "over"})  # the codes of the guidance after which no frame is wanted

Player = Callable[[int, Asked], bytes | None]  # nothing when there is nothing more to show


class Guiding(Protocol):
    """What a session tells somebody after a frame; `liveness.guidance.Guidance` is one."""

    @property
    def code(self) -> str:
        """What to do, in one word."""

    @property
    def action(self) -> str | None:
        """The step of the challenge that is asked for now."""


class Playing(Protocol):
    """A session under way; `liveness.session.Session` is one."""

    def push(self, jpeg: bytes, at: float) -> Guiding:
        """Look at a frame."""

    def decide(self) -> Decision:
        """Say what came of it."""


class Looking(Protocol):
    """What a session asks to look at a frame; `liveness.vision.Observer` is one."""

    @property
    def hashes(self) -> Mapping[str, str]:
        """The models that are there, by name."""

    @property
    def missing(self) -> frozenset[str]:
        """The models that are not."""

    def observe(
        self,
        picture: Image,
        *,
        index: int,
        at: float,
        data: bytes,
        full: bool,
        previous: Observation | None,
        template: bool = True,
    ) -> Observation:
        """Measure one frame."""


@dataclass(frozen=True, slots=True)
class Played:
    """How a session went; *error* instead of a decision where it was refused with a typed error."""

    decision: Decision | None
    error: str
    frames: int
    seconds: float  #: of process CPU time, for looking and judging only
    slowest: tuple[float, ...]  #: CPU seconds of each frame


@dataclass(slots=True)
class Prompt:
    """Turns guidance into what is asked for at this moment, as somebody reads and follows it."""

    action: str = ""
    since: float = 0.0

    def follow(self, guidance: Guiding | None, at: float) -> Asked:
        """Return the action that is asked for and how far the gesture has come by now."""
        wanted = str(guidance.action) if guidance and guidance.action else ""
        if wanted and wanted != self.action:
            self.action, self.since = wanted, at
        if not self.action:
            return Asked()
        under_way = (at - self.since - REACTION) % (GESTURE + PAUSE)
        if at - self.since < REACTION or under_way > GESTURE:
            return Asked(self.action, 0.0)
        return Asked(self.action, math.sin(math.pi * under_way / GESTURE))


def play(session: Playing, player: Player, *, rate: float, most: int) -> Played:
    """Push up to *most* frames, *rate* a second, until the session has seen enough; then decide."""
    prompt, costs = Prompt(), []
    guidance: Guiding | None = None
    try:
        for n in range(most):
            at = n / rate
            jpeg = player(n, prompt.follow(guidance, at))
            if jpeg is None:
                break
            before = time.process_time()
            guidance = session.push(jpeg, at)
            costs.append(time.process_time() - before)
            if guidance.code in ENDS:
                break
    except SessionOver:
        pass
    except LivenessError as error:
        return Played(None, type(error).__name__, len(costs), sum(costs), tuple(costs))
    before = time.process_time()
    decision = session.decide()
    return Played(decision, "", len(costs), sum(costs) + time.process_time() - before, tuple(costs))


class Remembering:
    """An observer that looks at each frame once, however often a session shows it.

    Many challenges are tried against one fixed clip this way. What depends on the frame before,
    the following of a face, is taken from the first time.
    """

    def __init__(self, observer: Looking) -> None:
        self._observer = observer
        self._seen: dict[tuple[bytes, bool], Observation] = {}

    @property
    def hashes(self) -> Mapping[str, str]:
        """Those of the observer behind it."""
        return self._observer.hashes

    @property
    def missing(self) -> frozenset[str]:
        """Those of the observer behind it."""
        return self._observer.missing

    def observe(
        self,
        picture: Image,
        *,
        index: int,
        at: float,
        data: bytes,
        full: bool,
        previous: Observation | None,
        template: bool = True,
    ) -> Observation:
        """Return what was seen the first time, at this place and moment."""
        key = (hashlib.sha256(data).digest(), full)
        if key not in self._seen:
            self._seen[key] = self._observer.observe(
                picture, index=index, at=at, data=data, full=full, previous=previous, template=template
            )
        return dataclasses.replace(self._seen[key], index=index, at=at)
