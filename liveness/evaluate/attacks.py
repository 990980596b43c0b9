"""Attacks built from a bona fide clip: each species is a way to show the camera who is not there.

An attacker hears the challenge too. A species is therefore played frame by frame and told what is
asked for: whoever holds a sheet turns it when a turn is asked for, whoever warps a still warps
it, and whoever replays a file can do nothing. None of this is a recording of a real attack;
`realism` says of each species what its frames have of one and what they lack.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from liveness.evaluate import puppet, stage
from liveness.evaluate.mesh import Mesh
from liveness.evaluate.stage import Generator, Hand, Image
from liveness.observation import Floats

RATE = 15.0  # frames a second


@dataclass(frozen=True, slots=True)
class Source:
    """What is known of one person: a clip, with the landmarks of each frame (478 by 3, pixels)."""

    name: str
    frames: tuple[Image, ...]
    landmarks: tuple[Floats, ...]

    @property
    def portrait(self) -> int:
        """Return the frame that looks most straight ahead with open eyes: the one to print."""
        return min(range(len(self.frames)), key=lambda n: puppet.away_from_portrait(self.landmarks[n]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the challenge asks for at this moment, and how far the gesture has come (0 to 1 and back)."""

    action: str = ""
    share: float = 0.0

    @property
    def yaw(self) -> float:
        """The asked turn, from -1 (the person's own right) to 1."""
        return {"turn_left": 1.0, "turn_right": -1.0}.get(self.action, 0.0) * self.share

    @property
    def pitch(self) -> float:
        """The asked nod, from 0 to 1."""
        return self.share if self.action == "nod" else 0.0


Play = Callable[[int, Asked], Image]


@dataclass(frozen=True, slots=True)
class Species:
    """One way to attack: *begin* prepares it for a victim and an accomplice, and returns the player."""

    name: str
    kind: str  #: presentation (before a camera), injection (instead of one), or unusable
    realism: str
    begin: Callable[[Source, Source, Generator], Play]


def _sheet(
    *, turned: float = 0.0, bent: float = 0.0, holes: bool = False
) -> Callable[[Source, Source, Generator], Play]:
    """Hold a printed portrait, turn it by *turned* degrees when asked, roll it by *bent* radians."""

    def begin(victim: Source, other: Source, rng: Generator) -> Play:
        hand, behind = Hand.unsteady(rng), stage.room(rng)
        portrait = victim.frames[victim.portrait]
        points = victim.landmarks[victim.portrait]
        grain = int(rng.integers(1 << 30))
        still = stage.paper(_portrait(portrait), np.random.default_rng(grain))

        def play(n: int, asked: Asked) -> Image:
            thing = still
            if holes:
                live = puppet.closest_eyes(other.landmarks, n, closed=asked.action == "blink")
                thing = puppet.lend_eyes(portrait, points, other.frames[live], other.landmarks[live])
                thing = stage.paper(_portrait(thing), np.random.default_rng(grain))
            if bent:
                thing = stage.bend(thing, bent)
            where = stage.corners(
                hand.at(n / RATE),
                height=1.05,
                aspect=thing.shape[1] / thing.shape[0],
                yaw=turned * asked.yaw,
                pitch=0.5 * turned * asked.pitch,
            )
            return stage.camera(stage.place(thing, where, behind), rng)

        return play

    return begin


def _cut_out(victim: Source, other: Source, rng: Generator) -> Play:
    """Wear the printed face, cut along its outline: a real head moves a flat mask."""
    points = victim.landmarks[victim.portrait]
    margin = round(0.04 * victim.frames[victim.portrait].shape[0])
    printed = stage.paper(victim.frames[victim.portrait], rng)
    points = points + np.array([margin, margin, 0], np.float32)

    def play(n: int, asked: Asked) -> Image:
        live = puppet.there_and_back(n, len(other.frames))
        if asked.action.startswith("turn"):
            live = puppet.closest_turn(other.landmarks, asked.yaw)
        worn = puppet.wear(printed, points, other.frames[live], other.landmarks[live])
        return stage.camera(worn, rng)

    return play


def _panel(
    *, moving: bool, bezel: bool, height: float, turned: float = 25.0
) -> Callable[[Source, Source, Generator], Play]:
    """Hold a screen before the camera that shows a portrait, or plays the victim's clip."""

    def begin(victim: Source, other: Source, rng: Generator) -> Play:
        del other
        hand, behind = Hand.unsteady(rng, steadiness=1.6), stage.room(rng)
        rows = float(rng.uniform(0.1, 0.9))

        def play(n: int, asked: Asked) -> Image:
            shown = puppet.there_and_back(n, len(victim.frames)) if moving else victim.portrait
            thing = stage.screen(_portrait(victim.frames[shown]), refresh=rows * n, bezel=bezel)
            where = stage.corners(
                hand.at(n / RATE),
                height=height,
                aspect=thing.shape[1] / thing.shape[0],
                yaw=0.0 if moving else turned * asked.yaw,
            )
            return stage.camera(stage.place(thing, where, behind), rng)

        return play

    return begin


def _warped(victim: Source, other: Source, rng: Generator) -> Play:
    """Lean a whole still in perspective when a turn or a nod is asked for."""
    del other
    still = victim.frames[victim.portrait]

    def play(n: int, asked: Asked) -> Image:
        unrest = 0.03 * np.sin(n / 5)
        return stage.camera(puppet.lean(still, asked.yaw + unrest, asked.pitch), rng, noise=1.0)

    return play


def _puppet(victim: Source, other: Source, rng: Generator) -> Play:
    """Turn one photo as a mesh of its own landmarks, and move its lids and jaw, as the challenge asks."""
    del other
    face = Mesh(victim.frames[victim.portrait], victim.landmarks[victim.portrait])

    def play(n: int, asked: Asked) -> Image:
        moved = face.act(
            yaw=asked.yaw + 0.07 * float(np.sin(n / 9)),
            pitch=asked.pitch + 0.06 * float(np.sin(n / 13)),
            lids=asked.share if asked.action == "blink" else 0.0,
            # Lips that never move would be told from a sheet by nothing else.
            jaw=max(asked.share if asked.action == "open_mouth" else 0.0, 0.2 * abs(float(np.sin(n / 4)))),
        )
        return stage.camera(moved, rng, noise=2.5)

    return play


def _injected(*, moving: bool) -> Callable[[Source, Source, Generator], Play]:
    """Feed a still or a fixed clip instead of a camera's frames."""

    def begin(victim: Source, other: Source, rng: Generator) -> Play:
        del other

        def play(n: int, asked: Asked) -> Image:
            del asked
            shown = puppet.there_and_back(n, len(victim.frames)) if moving else victim.portrait
            return stage.camera(victim.frames[shown], rng, noise=0.5)

        return play

    return begin


def _swapped(victim: Source, other: Source, rng: Generator) -> Play:
    """Let the victim begin and somebody else go on: each answers no more than a clip can."""
    change = round(RATE * float(rng.uniform(1.5, 2.5)))
    height, width = victim.frames[0].shape[:2]

    def play(n: int, asked: Asked) -> Image:
        del asked
        who = victim if n < change else other
        frame = who.frames[puppet.there_and_back(n, len(who.frames))]
        return stage.camera(stage.fill(frame, width, height), rng, noise=0.5)

    return play


def _two(victim: Source, other: Source, rng: Generator) -> Play:
    """Show two people beside each other."""

    def play(n: int, asked: Asked) -> Image:
        del asked
        halves = [
            stage.fill(who.frames[puppet.there_and_back(n, len(who.frames))], stage.WIDTH // 2, stage.HEIGHT)
            for who in (victim, other)
        ]
        return stage.camera(np.hstack(halves), rng, noise=0.5)

    return play


def _degraded(spoil: Callable[[Image], Image]) -> Callable[[Source, Source, Generator], Play]:
    """Send the victim's own clip, spoiled."""

    def begin(victim: Source, other: Source, rng: Generator) -> Play:
        del other

        def play(n: int, asked: Asked) -> Image:
            del asked
            frame = victim.frames[puppet.there_and_back(n, len(victim.frames))]
            return stage.camera(spoil(frame), rng, noise=0.5)

        return play

    return begin


def _portrait(image: Image) -> Image:
    """Cut *image* to what is worth printing, in the shape of a sheet held upright."""
    return stage.fill(image, 480, 560)


PRESENTATION, INJECTION, UNUSABLE = "presentation", "injection", "unusable"

SPECIES = (
    Species(
        "print_held",
        PRESENTATION,
        "motion and perspective of a held sheet are true; ink, grain and light are only like it",
        _sheet(),
    ),
    Species("print_turned", PRESENTATION, "as print_held; the sheet turns when asked", _sheet(turned=35)),
    Species(
        "print_bent",
        PRESENTATION,
        "as print_turned, rolled about the upright axis",
        _sheet(turned=35, bent=0.9),
    ),
    Species(
        "print_eye_holes",
        PRESENTATION,
        "somebody else's living eyes in a printed face; their edge is softer than a cut one",
        _sheet(turned=20, holes=True),
    ),
    Species(
        "mask_cut_out",
        PRESENTATION,
        "a flat mask that follows a real head; a worn one also bends, and casts a shadow",
        _cut_out,
    ),
    Species(
        "screen_photo",
        PRESENTATION,
        "stripes, moiré, refresh and frame of a panel; no glare, no white balance of a camera",
        _panel(moving=False, bezel=True, height=0.92),
    ),
    Species(
        "screen_replay",
        PRESENTATION,
        "as screen_photo, with the motion of the person that was filmed",
        _panel(moving=True, bezel=True, height=0.92),
    ),
    Species(
        "screen_close",
        PRESENTATION,
        "as screen_replay, so near that no edge is seen",
        _panel(moving=True, bezel=False, height=1.7),
    ),
    Species("still_warped", INJECTION, "a still that leans in perspective when asked", _warped),
    Species(
        "still_puppet",
        INJECTION,
        "one photo turned as a mesh of its own landmarks; no network draws what was hidden",
        _puppet,
    ),
    Species(
        "injected_still",
        INJECTION,
        "what a virtual camera with one picture delivers",
        _injected(moving=False),
    ),
    Species(
        "injected_video", INJECTION, "what a virtual camera with a file delivers", _injected(moving=True)
    ),
    Species("identity_swap", INJECTION, "a hard cut to another person", _swapped),
    Species("two_faces", PRESENTATION, "two people side by side", _two),
    Species("dark", UNUSABLE, "a room without light", _degraded(lambda frame: stage.to_image(frame * 0.07))),
    Species("blurred", UNUSABLE, "a lens far out of focus", _degraded(puppet.blur)),
    Species("blank", UNUSABLE, "a covered lens", _degraded(lambda frame: np.full_like(frame, 128))),
)
