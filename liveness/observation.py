"""What one frame shows: plain values, measured once, that rules read; of the image a thumbnail of 32 by 24.

Pixels are those of the frame as it was decoded and turned upright (EXIF), not mirrored: the
person's own left is on the right of the image. Angles are degrees, shares run from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle, in pixels."""

    left: float
    top: float
    width: float
    height: float

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Pose:
    """How the head is turned, in degrees.

    *yaw* is positive towards the person's own left (the nose moves to the right of the image),
    *pitch* when the chin goes down, *roll* when the head tilts towards the person's own left
    shoulder.
    """

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How well the face can be seen.

    *sharpness* is the variance of the Laplacian of the face at 128 pixels, *brightness* its mean
    luma, *contrast* the standard deviation of its luma, *clipped* the share of its pixels that are
    black or white, *eye_distance* the pixels between the centres of the eyes.
    """

    sharpness: float
    brightness: float
    contrast: float
    clipped: float
    eye_distance: float


@dataclass(frozen=True, slots=True)
class Observation:
    """One frame. What was not measured (no face, or a model not run on this frame) is `None`."""

    index: int  #: counts from 0
    at: float  #: seconds since the session began, as the server stamped it
    width: int
    height: int
    digest: bytes  #: SHA-256 of the frame as it came, to find repeated frames
    thumbnail: NDArray[np.uint8]  #: luma, 32 by 24, of the whole frame
    faces: tuple[Box, ...] = ()  #: every face found, the largest first
    looked: bool = True  #: the detector ran; else *faces* is the one followed from the frame before
    landmarks: Floats | None = None  #: 478 by 3, pixels (z in the scale of x)
    pose: Pose | None = None
    blendshapes: Floats | None = None  #: 52 shares in the order of `liveness.vision.expression.BLENDSHAPES`
    quality: Quality | None = None
    skin: Floats | None = None  #: mean luma (1 to 256) at each of `liveness.vision.skin.PLACES`
    texture: float | None = None  #: share that the texture model gives to “live”
    identity: Floats | None = None  #: unit vector of the continuity model
    template: Floats | None = None  #: unit vector of the matching model, on frontal frames
    cues: Mapping[str, float] = field(default_factory=dict)  #: by the name of the cue
