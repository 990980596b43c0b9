"""Real faces and real models, for the tests that need them; others skip and say so."""

import os
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from liveness.frame import Picture
from liveness.models.store import Store
from liveness.policy import Policy
from liveness.vision.observer import Observer

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "TONGXING_FACES"


def faces() -> Path:
    """Return the folder of faces for development, or skip."""
    folder = Path(os.environ.get(VARIABLE, ROOT.parent / "shared" / "faces"))
    if not (folder / "MANIFEST.tsv").exists():
        pytest.skip(f"There are no faces for development here; {VARIABLE} names the folder.")
    return folder


@cache
def loaded() -> Observer:
    """Return an observer with every model there is."""
    return Observer(Store())


def observer() -> Observer:
    """Return an observer with every model, or skip."""
    if missing := loaded().missing:
        pytest.skip(f"Models are missing ({', '.join(sorted(missing))}): run “make models”.")
    return loaded()


@cache
def policy() -> Policy:
    """Return the policy that ships."""
    return Policy.load(ROOT / "config" / "liveness.toml")


def still(name: str) -> Picture:
    """Return a still, BGR."""
    return np.asarray(cv2.imread(str(faces() / name)), np.uint8)


def jpeg(picture: Picture, quality: int = 85) -> bytes:
    """Return *picture* as a camera would send it."""
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])
