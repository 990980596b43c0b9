"""A drawn head: points that turn, blink and speak, as the models would see them, and flat ones beside it."""

from dataclasses import dataclass, replace

import numpy as np

from liveness.observation import Box, Floats, Observation, Pose, Quality
from liveness.vision.expression import BLENDSHAPES, BLINK_LEFT, BLINK_RIGHT, JAW_OPEN
from liveness.vision.skin import PLACES

WIDTH, HEIGHT = 640, 480
FAR = 6.0
GOOD = Quality(sharpness=120.0, brightness=0.5, contrast=0.2, clipped=0.01, eye_distance=90.0)
COLOURS = {"chroma": 0.2, "mouth": 10.0, "eyes": 12.0}
LIDS, LIPS = (159, 145, 386, 374), (13, 14)
EYE_PLACES = {33: -0.45, 133: -0.15, 362: 0.15, 263: 0.45}


def _shape(*, flat: bool) -> Floats:
    """Return 478 points on the front of an ellipsoid with a nose, about two wide; or pressed flat."""
    rng = np.random.default_rng(7)
    points = np.empty((478, 3), np.float32)
    points[:, :2] = rng.uniform(-0.9, 0.9, (478, 2)) * np.array([0.75, 1.0])
    for index, across in EYE_PLACES.items():
        points[index, :2] = across, -0.3
    points[:, 2] = -np.sqrt(np.clip(1.1 - points[:, 0] ** 2 - 0.6 * points[:, 1] ** 2, 0.05, None))
    for index in (1, 2, 4, 5, 19, 94, 195, 98, 327):
        points[index] = 0.05 * rng.normal(), 0.1 + 0.05 * rng.normal(), -1.55
    if flat:
        points[:, 2] = -1.0
    return points


SOLID, FLAT = _shape(flat=False), _shape(flat=True)


@dataclass(frozen=True)
class Head:
    """How the head is held (degrees), and its expression (shares)."""

    yaw: float = 0.0
    pitch: float = 0.0
    blink: float = 0.0
    mouth: float = 0.0
    flat: bool = False

    def points(self) -> Floats:
        """Return 478 by 3 pixels."""
        points = (FLAT if self.flat else SOLID).copy()
        if not self.flat:
            points[list(LIDS[0::2]), 1] += 0.12 * self.blink
            points[LIPS[1], 1] += 0.4 * self.mouth
            points[300:400, 1] += 0.25 * self.mouth
        yaw, pitch = np.radians(self.yaw), np.radians(self.pitch)
        about_y = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
        about_x = np.array([[1, 0, 0], [0, np.cos(pitch), -np.sin(pitch)], [0, np.sin(pitch), np.cos(pitch)]])
        turned = points @ (about_x @ about_y).T
        scale = 420 / (turned[:, 2] + FAR)
        across, down = turned[:, 0] * scale + WIDTH / 2, turned[:, 1] * scale + HEIGHT / 2
        return np.stack([across, down, turned[:, 2] * scale], 1).astype(np.float32)

    def skin(self) -> Floats:
        """Return how bright each patch is, under a light from the side; flat things keep their light."""
        normals = np.linspace(-60, 60, len(PLACES)) + (0 if self.flat else self.yaw)
        return (90 + 60 * np.cos(np.radians(normals - 40))).astype(np.float32)

    def seen(self, index: int, at: float, **changes: object) -> Observation:
        """Return what an observer would say of a frame, except for *changes*."""
        points = self.points()
        low, high = points[:, :2].min(0), points[:, :2].max(0)
        shares = np.zeros(len(BLENDSHAPES), np.float32)
        shares[[BLINK_LEFT, BLINK_RIGHT]], shares[JAW_OPEN] = self.blink, self.mouth
        drawn = Observation(
            index=index,
            at=at,
            width=WIDTH,
            height=HEIGHT,
            digest=index.to_bytes(32, "big"),
            thumbnail=np.full((24, 32), index % 200, np.uint8),
            faces=(Box(*low.tolist(), *(high - low).tolist()),),
            landmarks=points,
            pose=Pose(self.yaw, self.pitch, 0.0),
            blendshapes=shares,
            quality=GOOD,
            skin=self.skin(),
            texture=0.95,
            identity=np.eye(1, 512, dtype=np.float32)[0],
            template=np.eye(1, 128, dtype=np.float32)[0],
            cues=COLOURS,
        )
        return replace(drawn, **changes)


REST = Head()
TURNED = Head(yaw=25.0)
