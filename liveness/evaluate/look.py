"""One clip, looked at closely: a timeline of its session, and a contact sheet of what was seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from liveness.evaluate import stage
from liveness.evaluate.clips import rate_of, read_clip
from liveness.evaluate.library import Library
from liveness.evaluate.play import ENDS, Guiding, Looking
from liveness.evaluate.sources import signals_of
from liveness.evaluate.stage import Image
from liveness.finding import Decision, Verdict
from liveness.observation import Observation

COLUMNS, ROWS = 5, 4
TILE = (256, 192)
FOOT = 34
SAID_EVERY = 0.5  # seconds
LETTERS = {Verdict.PASS: "+", Verdict.FAIL: "x", Verdict.ABSTAIN: "."}
COLOURS = {Verdict.PASS: (120, 200, 90), Verdict.FAIL: (80, 80, 230), Verdict.ABSTAIN: (170, 170, 170)}


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of it; *contact_sheet* is a JPEG."""

    decision: Decision
    moments: tuple[Moment, ...]
    course: dict[str, str]  #: by rule: a letter for what it said every half second, and in the end
    contact_sheet: bytes


class Noting:
    """An observer that keeps what the one behind it has seen."""

    def __init__(self, observer: Looking) -> None:
        self._observer = observer
        self.hashes = observer.hashes
        self.missing = observer.missing
        self.seen: list[Observation] = []

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
        """Measure one frame and keep what was measured; a second look at it takes the place of the first."""
        looked = self._observer.observe(
            picture, index=index, at=at, data=data, full=full, previous=previous, template=template
        )
        if self.seen and self.seen[-1].index == index:
            self.seen.pop()
        self.seen.append(looked)
        return looked


# Seconds after which every challenge is over.
LONGEST = 60


def look_at(video: Path, actions: tuple[str, ...], *, library: Library) -> Looked:
    """Play *video* as the answer to a challenge of *actions*; a tile of every few frames is kept."""
    noting = Noting(library.observer)
    session = library.begin(actions, noting)
    rate = rate_of(video)
    told: list[Guiding] = []
    tiles: list[tuple[int, Image]] = []
    course: dict[str, str] = {}
    for n, frame in enumerate(read_clip(video, most=round(LONGEST * rate))):
        before = len(noting.seen)
        guidance = session.push(stage.to_jpeg(frame, quality=92), n / rate)
        if len(noting.seen) > before:
            told.append(guidance)
            tiles.append((before, _tile(frame, noting.seen[-1])))
        if guidance.code in ENDS:
            break
        if n % max(1, round(rate * SAID_EVERY)) == 0:
            _note(course, session.decide())
        tiles = _thinned(tiles)
    decision = session.decide()
    _note(course, decision)
    return Looked(
        decision=decision,
        course=course,
        moments=tuple(_moments(noting.seen, told, library.blendshapes)),
        contact_sheet=stage.to_jpeg(_sheet(tiles, noting.seen, told, decision)),
    )


def _note(course: dict[str, str], decision: Decision) -> None:
    for finding in decision.findings:
        course[finding.rule] = course.get(finding.rule, "") + LETTERS[finding.verdict]


def _moments(
    seen: Sequence[Observation], told: Sequence[Guiding], blendshapes: Sequence[str]
) -> list[Moment]:
    signals = signals_of(seen, blendshapes)
    lines = []
    last = ""
    for n, (each, guidance) in enumerate(zip(seen, told, strict=True)):
        now = _what(guidance)
        happened = "" if now == last or not last else f"after {last}"
        last = now
        lines.append(
            Moment(
                (
                    f"{each.at:.2f}",
                    now,
                    f"{signals['turn_left'][n]:.0f}",
                    f"{signals['nod'][n]:.0f}",
                    f"{signals['blink'][n]:.2f}",
                    f"{signals['open_mouth'][n]:.2f}",
                    str(len(each.faces)),
                    "" if each.texture is None else f"{each.texture:.2f}",
                    happened,
                )
            )
        )
    return lines


def _what(guidance: Guiding) -> str:
    return str(guidance.action or guidance.code)


def _tile(frame: Image, seen: Observation) -> Image:
    """Return the frame with its box and landmarks, small."""
    drawn = frame.copy()
    thick = max(1, frame.shape[1] // 250)
    for box in seen.faces:
        corners = (
            (round(box.left), round(box.top)),
            (round(box.left + box.width), round(box.top + box.height)),
        )
        cv2.rectangle(drawn, *corners, (80, 200, 255), thick)
    if seen.landmarks is not None:
        for x, y, _ in seen.landmarks[::4]:
            cv2.circle(drawn, (round(float(x)), round(float(y))), thick, (120, 220, 120), -1)
    return stage.fill(drawn, *TILE)


def _thinned(tiles: list[tuple[int, Image]]) -> list[tuple[int, Image]]:
    """Keep memory bounded: leave out every other tile when there are twice too many."""
    return tiles[::2] if len(tiles) > 2 * COLUMNS * ROWS else tiles


def _sheet(
    tiles: Sequence[tuple[int, Image]],
    seen: Sequence[Observation],
    told: Sequence[Guiding],
    decision: Decision,
) -> Image:
    """Draw the tiles in rows, each with its moment, and under them what each rule says."""
    places = np.linspace(0, len(tiles) - 1, min(len(tiles), COLUMNS * ROWS)).astype(int)
    rows = -(-len(places) // COLUMNS)
    width, height = TILE
    below = 24 * (len(decision.findings) + 2)
    sheet = np.full((rows * (height + FOOT) + below, COLUMNS * width, 3), 32, np.uint8)
    for place, chosen in enumerate(places):
        number, tile = tiles[chosen]
        top, left = (place // COLUMNS) * (height + FOOT), (place % COLUMNS) * width
        sheet[top : top + height, left : left + width] = tile
        words = f"{seen[number].at:.1f} s  {_what(told[number])}"
        if seen[number].pose is not None:
            words += f"  yaw {seen[number].pose.yaw:.0f}"
        _write(sheet, words, (left + 8, top + height + 22), (230, 230, 230))
    top = rows * (height + FOOT) + 24
    _write(sheet, f"outcome: {decision.outcome}", (8, top), (255, 255, 255))
    for number, finding in enumerate(decision.findings, start=1):
        figures = "  ".join(f"{name} {figure:.3g}" for name, figure in finding.measured.items())
        words = f"{finding.rule}: {finding.verdict} ({finding.reason})  {figures}"
        _write(sheet, words, (8, top + 24 * number), COLOURS[finding.verdict])
    return sheet


def _write(sheet: Image, words: str, where: tuple[int, int], colour: tuple[int, int, int]) -> None:
    cv2.putText(sheet, words, where, cv2.FONT_HERSHEY_SIMPLEX, 0.5, colour, 1, cv2.LINE_AA)
