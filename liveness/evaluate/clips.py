"""Clips and stills as frames."""

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from liveness.evaluate.manifest import Item, ManifestWrong
from liveness.evaluate.stage import Image

MOST_FRAMES = 360  # of each clip, since those of two people are held at once
LONGEST_SIDE = 640  # what a browser is asked to send


def frames_of(item: Item) -> Iterator[Image]:
    """Yield the frames of a clip, or a still once, none of them larger than a browser sends."""
    if item.is_clip:
        yield from read_clip(item.path)
        return
    still = cv2.imread(str(item.path))
    if still is None:
        raise ManifestWrong(f"{item.name} cannot be read as a picture.")
    yield _small(np.asarray(still, np.uint8))


def is_cut(item: Item) -> bool:
    """Say whether the clip is longer than what is read of it."""
    clip = cv2.VideoCapture(str(item.path))
    try:
        return item.is_clip and clip.get(cv2.CAP_PROP_FRAME_COUNT) > MOST_FRAMES
    finally:
        clip.release()


def read_clip(path: Path, *, most: int = MOST_FRAMES) -> Iterator[Image]:
    """Yield up to *most* frames of the clip at *path*."""
    clip = cv2.VideoCapture(str(path))
    try:
        count = 0
        while count < most:
            there, frame = clip.read()
            if not there:
                break
            count += 1
            yield _small(np.asarray(frame, np.uint8))
        if not count:
            raise ManifestWrong(f"{path.name} cannot be read as a clip.")
    finally:
        clip.release()


def rate_of(path: Path) -> float:
    """Return the frames a second that the file itself declares, or the customary fifteen."""
    clip = cv2.VideoCapture(str(path))
    try:
        rate = float(clip.get(cv2.CAP_PROP_FPS))
    finally:
        clip.release()
    return rate if 1 <= rate <= 240 else 15.0


def _small(frame: Image) -> Image:
    scale = LONGEST_SIDE / max(frame.shape[:2])
    if scale >= 1:
        return frame
    size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
    return np.asarray(cv2.resize(frame, size, interpolation=cv2.INTER_AREA), np.uint8)
