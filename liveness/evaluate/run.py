"""A whole evaluation: every session that the table gives rise to, one after the other."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from liveness.errors import LivenessError
from liveness.evaluate import results, stage
from liveness.evaluate.attacks import RATE, SPECIES, Asked, Source, Species
from liveness.evaluate.challenges import draw_actions
from liveness.evaluate.clips import frames_of
from liveness.evaluate.co_operation import User
from liveness.evaluate.library import Library
from liveness.evaluate.manifest import Item, Manifest
from liveness.evaluate.matching import score_pairs
from liveness.evaluate.play import Looking, Played, Player, Remembering, play
from liveness.evaluate.results import Ledger, Result
from liveness.evaluate.sources import Sources

USERS = 3  # challenges that each simulated user is given
STILL_FRAMES = 60
LONGEST_ANSWER = 30.0  # seconds; the challenge itself ends sooner
LONGEST_LOOK = 6.5

Step = Callable[[str], None]


class NotPlayable(LivenessError):
    """The table has not what a session needs; the sentence says what."""


@dataclass(frozen=True, slots=True)
class Case:
    """A session to play: its key in the ledger, and how."""

    key: str
    group: str
    label: str
    item: Item
    species: Species | None = None
    other: Item | None = None
    number: int = 0

    @property
    def seed(self) -> int:
        """A number of its own, the same in every run."""
        return zlib.crc32(self.key.encode())


class Evaluation:
    """Plays the cases of a table; what was played already is passed over."""

    def __init__(self, manifest: Manifest, *, library: Library, ledger: Ledger, tries: int) -> None:
        self._library = library
        self._ledger = ledger
        self._sources = Sources(library.observer, library.blendshapes)
        self._stills = manifest.for_matching
        self.cases = tuple(cases_of(manifest, tries=tries))
        self.not_played: list[tuple[str, str]] = []

    @property
    def steps(self) -> int:
        """How often `run` calls its *step*."""
        return len(self.cases) + (len(self._library.matchers) * len(self._stills))

    def run(self, step: Step) -> None:
        """Do what is left; *step* is told the name of each thing before it begins."""
        self._play_all(step)
        self._match_all(step)

    def _match_all(self, step: Step) -> None:
        for name, matcher in self._library.matchers.items():
            key = f"pairs/{name}"
            if key in self._ledger or not self._stills:
                for _ in self._stills:
                    step(key)
                continue
            self._ledger.add(score_pairs(key, name, matcher, self._stills, step=partial(step, key)))

    def _play_all(self, step: Step) -> None:
        remembering: tuple[str, Remembering] | None = None
        for case in self.cases:
            step(case.key)
            if case.key in self._ledger:
                continue
            observer = self._library.observer
            if case.group == results.TRIES:
                if remembering is None or remembering[0] != case.item.name:
                    remembering = (case.item.name, Remembering(self._library.observer))
                observer = remembering[1]
            else:
                remembering = None
            try:
                self._play(case, observer)
            except LivenessError as error:
                self.not_played.append((case.key, str(error)))

    def _play(self, case: Case, observer: Looking) -> None:
        rng = np.random.default_rng(case.seed)
        actions, player, rate = self._prepare(case, rng)
        answers = case.group in {results.CO_OPERATIVE, results.TRIES}
        session = (self._library.begin if answers else self._library.watch)(actions, observer)
        # Who attacks has as long as who answers.
        longest = LONGEST_ANSWER if answers or case.group == results.ATTACK else LONGEST_LOOK
        played = play(session, player, rate=rate, most=round(longest * rate))
        self._ledger.add(result_of(case, actions, played))

    def _prepare(self, case: Case, rng: stage.Generator) -> tuple[tuple[str, ...], Player, float]:
        """Return the challenge, who plays and how fast, or say why it cannot be played."""
        if case.group in {results.CLIP, results.STILL}:
            frames = _clip(case.item) if case.group == results.CLIP else _still(case.item, rng)
            return draw_actions(rng), _from(frames), case.item.rate
        known = self._sources.of(case.item)
        if known is None:
            raise NotPlayable("Hardly a face was found in the clip.")
        if case.group == results.CO_OPERATIVE:
            if not known.gestures.can_answer:
                found = ", ".join(known.gestures.segments) or "none"
                raise NotPlayable(f"The clip has too few gestures for a challenge ({found}).")
            user = User(known.source.frames, known.gestures, rng)
            return draw_actions(rng, known.gestures.segments), _jpegs(user.play), RATE
        if case.group == results.TRIES:
            return draw_actions(rng), _fixed(known.source, zlib.crc32(case.item.name.encode())), RATE
        other = self._sources.of(case.other) if case.other else None
        if case.species is None or other is None:
            raise NotPlayable("The table has nobody else whose clip can be used.")
        player = case.species.begin(known.source, other.source, rng)
        return draw_actions(rng), _jpegs(player), RATE


def cases_of(manifest: Manifest, *, tries: int) -> Iterator[Case]:
    """Yield every session to play, in an order that looks at each clip as rarely as can be."""
    for item in manifest.clips:
        yield Case(f"clip/{item.name}", results.CLIP, item.label, item)
    for item in manifest.stills:
        yield Case(f"still/{item.name}", results.STILL, item.label, item)
    people = [item for item in manifest.clips if item.is_bona_fide]
    for place, item in enumerate(people):
        for number in range(USERS):
            key = f"co_operative/{item.name}/{number}"
            yield Case(key, results.CO_OPERATIVE, item.label, item, number=number)
        other = _somebody_else(people, place)
        for species in SPECIES:
            key = f"attack/{species.name}/{item.name}"
            yield Case(key, results.ATTACK, species.name, item, species=species, other=other)
        for number in range(tries):
            yield Case(f"try/{item.name}/{number}", results.TRIES, "fixed_clip", item, number=number)


def result_of(case: Case, actions: tuple[str, ...], played: Played) -> Result:
    """Return the line of the ledger for a session."""
    findings = played.decision.findings if played.decision else ()
    return Result(
        key=case.key,
        group=case.group,
        label=case.label,
        name=case.item.name,
        outcome=str(played.decision.outcome) if played.decision else played.error,
        verdicts={finding.rule: (str(finding.verdict), finding.reason) for finding in findings},
        measured={
            f"{finding.rule}.{name}": round(float(figure), 5)
            for finding in findings
            for name, figure in finding.measured.items()
        },
        challenge=actions,
        frames=played.frames,
        seconds=round(played.seconds, 4),
        frame_seconds=() if case.group == results.TRIES else tuple(round(cost, 5) for cost in played.slowest),
    )


def _somebody_else(people: Sequence[Item], place: int) -> Item | None:
    """Return the next item with another identity."""
    for item in [*people[place + 1 :], *people[:place]]:
        if item.identity != people[place].identity:
            return item
    return None


def _clip(item: Item) -> Iterator[bytes]:
    """Yield the clip as it is, once."""
    for frame in frames_of(item):
        yield stage.to_jpeg(frame, quality=92)


def _still(item: Item, rng: stage.Generator) -> Iterator[bytes]:
    """Yield one picture as an unsteady camera would take it again and again."""
    still = next(frames_of(item))
    hand = stage.Hand.unsteady(rng, steadiness=4)
    for n in range(STILL_FRAMES):
        yield stage.to_jpeg(stage.shaken(still, hand.at(n / RATE), rng))


def _fixed(source: Source, seed: int) -> Player:
    """Return who plays the clip over and over: the very same bytes in every session."""
    species = next(species for species in SPECIES if species.name == "injected_video")
    player = species.begin(source, source, np.random.default_rng(seed))
    return _jpegs(player)


def _from(frames: Iterator[bytes]) -> Player:
    """Play *frames* in order, whatever is asked."""

    def next_frame(n: int, asked: Asked) -> bytes | None:
        del n, asked
        return next(frames, None)

    return next_frame


def _jpegs(player: Callable[[int, Asked], stage.Image]) -> Player:
    return lambda n, asked: stage.to_jpeg(player(n, asked))
