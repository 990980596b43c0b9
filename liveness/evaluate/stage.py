"""The stage on which attacks are played: a room, a sheet or a screen in space, and a camera.

Images are uint8 arrays (height, width, 3), BGR. What is random comes from the generator that is
handed in, so that a seed gives the same attack again.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

WIDTH, HEIGHT = 640, 480
FOCAL = 620.0  # pixels: the view of an ordinary webcam

Image = NDArray[np.uint8]
Plane = NDArray[np.float32]
Pixels = NDArray[np.integer | np.floating]  # what numpy and OpenCV make of images
Generator = np.random.Generator

_PANEL_GAMMA = np.rint(255 * (np.arange(256) / 255) ** 1.1).astype(np.uint8)


def to_image(pixels: Pixels) -> Image:
    """Round and clip to what a camera can deliver."""
    return np.asarray(np.clip(np.rint(pixels), 0, 255), np.uint8)


def fill(image: Image, width: int = WIDTH, height: int = HEIGHT) -> Image:
    """Scale *image* and cut its edges, so that it fills the view."""
    matrix = filling(image.shape[1], image.shape[0], width, height)
    smaller = matrix[0, 0] < 1
    return _image(
        cv2.warpAffine(
            image,
            matrix,
            (width, height),
            flags=cv2.INTER_AREA if smaller else cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        )
    )


def filling(from_width: int, from_height: int, width: int = WIDTH, height: int = HEIGHT) -> Plane:
    """Return the 2 by 3 matrix by which `fill` moves points."""
    scale = max(width / from_width, height / from_height)
    across = (width - scale * from_width) / 2
    down = (height - scale * from_height) / 2
    return np.array([[scale, 0, across], [0, scale, down]], dtype=np.float32)


def room(rng: Generator) -> Image:
    """Return a wall with a few blurred things before it."""
    wall = np.empty((HEIGHT, WIDTH, 3), np.uint8)
    wall[:] = rng.integers(90, 190, 3)
    for _ in range(7):
        corner = (int(rng.integers(0, WIDTH)), int(rng.integers(0, HEIGHT)))
        size = (int(rng.integers(40, 240)), int(rng.integers(40, 300)))
        colour = tuple(int(part) for part in rng.integers(40, 220, 3))
        opposite = (corner[0] + size[0], corner[1] + size[1])
        cv2.rectangle(wall, corner, opposite, colour, -1)
    light = np.linspace(rng.uniform(0.8, 1.0), rng.uniform(0.9, 1.15), WIDTH)[None, :, None]
    return to_image(cv2.GaussianBlur(wall, (0, 0), 11) * light)


def drift(rng: Generator, *, amount: float, seconds: float = 1.6) -> tuple[float, float, float]:
    """Return amplitude, frequency and phase of one slow unsteady motion."""
    return (
        amount * float(rng.uniform(0.5, 1)),
        float(rng.uniform(0.7, 1.3)) / seconds,
        float(rng.uniform(0, 6.3)),
    )


@dataclass(frozen=True, slots=True)
class Hand:
    """What holds a thing is never quite still."""

    motions: tuple[tuple[float, float, float], ...]  #: across, down, away, pitch, yaw, roll

    @classmethod
    def unsteady(cls, rng: Generator, *, steadiness: float = 1.0) -> "Hand":
        """Return a hand that shakes by about a centimetre and a few degrees."""
        amounts = (0.025, 0.02, 0.03, 3.0, 3.5, 2.0)
        return cls(tuple(drift(rng, amount=amount / steadiness) for amount in amounts))

    def at(self, seconds: float) -> tuple[float, ...]:
        """Return the six displacements at a moment."""
        return tuple(
            amount * float(np.sin(6.283 * frequency * seconds + phase))
            for amount, frequency, phase in self.motions
        )


def corners(
    hand: tuple[float, ...], *, height: float, aspect: float, yaw: float = 0.0, pitch: float = 0.0
) -> Plane:
    """Return where the corners of a flat thing are seen, clockwise from the top left.

    *height* is its share of the view when it is held straight, *aspect* its width by its height,
    *yaw* and *pitch* degrees beyond what the hand does.
    """
    down, across, roll = np.radians([hand[3] + pitch, hand[4] + yaw, hand[5]])
    turn = (
        cv2.Rodrigues(np.array([down, 0, 0]))[0]
        @ cv2.Rodrigues(np.array([0, across, 0]))[0]
        @ cv2.Rodrigues(np.array([0, 0, roll]))[0]
    )
    half = height * HEIGHT / FOCAL / 2
    flat = half * np.array([[-aspect, -1, 0], [aspect, -1, 0], [aspect, 1, 0], [-aspect, 1, 0]])
    there = flat @ turn.T + np.array([hand[0], hand[1], 1 + hand[2]])
    return np.asarray(there[:, :2] / there[:, 2:] * FOCAL + [WIDTH / 2, HEIGHT / 2], np.float32)


def place(thing: Image, where: Plane, behind: Image) -> Image:
    """Show the flat *thing* with its corners at *where*, before what is *behind*."""
    height, width = thing.shape[:2]
    edges = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(edges, where)
    shown = cv2.warpPerspective(thing, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.fillConvexPoly(mask, np.rint(where).astype(np.int32), 255, cv2.LINE_AA)
    return blend(_image(shown), behind, mask)


def blend(front: Image, behind: Image, mask: Pixels) -> Image:
    """Lay *front* over *behind* where *mask* (0 to 255) says so."""
    share = (np.asarray(mask, np.float32) / 255)[..., None]
    return to_image(front * share + behind * (1 - share))


def paper(image: Image, rng: Generator) -> Image:
    """Print *image*: fewer colours, grey blacks, a screen of dots, grain and a white margin."""
    ink = image.astype(np.float32) / 255
    grey = ink.mean(axis=2, keepdims=True)
    ink = 0.10 + 0.76 * (grey + 0.7 * (ink - grey))
    down, across = np.mgrid[: image.shape[0], : image.shape[1]].astype(np.float32)
    for channel, angle in enumerate(np.radians([15, 75, 45])):
        along = across * np.cos(angle) + down * np.sin(angle)
        other = down * np.cos(angle) - across * np.sin(angle)
        ink[..., channel] += 0.02 * np.sin(1.9 * along) * np.sin(1.9 * other)
    ink += rng.normal(0, 0.012, image.shape[:2])[..., None]
    margin = round(0.04 * image.shape[0])
    return _image(
        cv2.copyMakeBorder(
            to_image(ink * 255), margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=(232, 238, 240)
        )
    )


def bend(sheet: Image, amount: float) -> Image:
    """Roll *sheet* about its upright axis, by *amount* radians at its edge, seen from before it."""
    height, width = sheet.shape[:2]
    across = np.linspace(-1, 1, width, dtype=np.float32)
    angle = np.arcsin(np.clip(across * np.sin(amount), -1, 1))
    nearer = 1 + 0.12 * (np.cos(angle) - np.cos(amount))
    columns = (angle / amount + 1) / 2 * (width - 1)
    rows = (np.arange(height, dtype=np.float32)[:, None] - height / 2) / nearer[None] + height / 2
    rolled = cv2.remap(
        sheet,
        np.tile(columns.astype(np.float32), (height, 1)),
        rows.astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return to_image(rolled * (1 - 0.2 * np.abs(np.sin(angle)))[None, :, None])


def screen(image: Image, *, refresh: float, bezel: bool) -> Image:
    """Show *image* on a panel: coloured stripes, a brighter blue, a band of its refresh, a frame.

    The stripes are finer than the camera sees, so that placing the panel makes the moiré.
    """
    height, width = (2 * side for side in image.shape[:2])
    light = cv2.resize(cv2.LUT(image, _PANEL_GAMMA), (width, height), interpolation=cv2.INTER_NEAREST)
    rows = np.arange(height, dtype=np.float32) / height
    band = 1 + 0.05 * np.sin(6.283 * (rows + refresh))
    glass = to_image(light * _stripes(height, width) * band[:, None, None].astype(np.float32) + 4)
    if not bezel:
        return glass
    side, above = round(0.03 * width), round(0.06 * height)
    return _image(
        cv2.copyMakeBorder(glass, above, above, side, side, cv2.BORDER_CONSTANT, value=(14, 13, 12))
    )


@lru_cache(maxsize=4)
def _stripes(height: int, width: int) -> NDArray[np.float32]:
    """Return how much of each colour the panel lets through at each place."""
    through = np.full((height, width, 3), 0.85, np.float32)
    for channel in range(3):
        through[:, 2 - channel :: 3, channel] = 1.15
    through[::3] *= 0.92
    return through * np.array([1.08, 1.0, 0.97], np.float32)


def shaken(still: Image, hand: tuple[float, ...], rng: Generator) -> Image:
    """Take *still* again with a camera that moves a little, in its own size."""
    height, width = still.shape[:2]
    across, down, nearer, _, _, roll = hand
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), roll, 1 + nearer)
    matrix[:, 2] += across * width, down * height
    moved = cv2.warpAffine(still, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    return to_image(moved + rng.normal(0, 1.0, still.shape))


def camera(scene: Image, rng: Generator, *, noise: float = 2.0) -> Image:
    """Take the picture: a little out of focus, with the noise of a small sensor."""
    height, width = scene.shape[:2]
    focused = cv2.GaussianBlur(scene, (0, 0), 0.6)
    coarse = rng.standard_normal((height // 2, width // 2, 3), np.float32)
    fine = rng.standard_normal((height, width, 1), np.float32)
    grain = noise * (cv2.resize(coarse, (width, height)) + fine)
    return to_image(focused + grain)


def to_jpeg(image: Image, *, quality: int = 85) -> bytes:
    """Compress *image* as a browser would."""
    written, data = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not written:
        raise ValueError("The image cannot be written as a JPEG.")
    return data.tobytes()


def _image(pixels: Pixels) -> Image:
    return np.asarray(pixels, np.uint8)
