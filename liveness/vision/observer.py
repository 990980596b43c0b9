"""Looking at frames one after the other: cheap on every frame, the heavy models when they are asked for."""

from collections.abc import Mapping
from hashlib import sha256
from threading import Lock
from typing import Any

import cv2
import numpy as np

from liveness.errors import ModelMissing
from liveness.frame import Picture
from liveness.match import Template
from liveness.models.store import Store
from liveness.observation import Box, Floats, Observation, Pose
from liveness.vision.crops import box_of
from liveness.vision.cues import cues_of
from liveness.vision.detector import Detector
from liveness.vision.expression import Expressor
from liveness.vision.landmarks import Landmarker, Square, square_around, square_of
from liveness.vision.pose import Poser
from liveness.vision.quality import quality_of
from liveness.vision.recognisers import Identity, SFace, Texture
from liveness.vision.skin import skin_of

THUMBNAIL = (32, 24)
#: The 1:1 model looks at faces that are turned by less than this many degrees.
FRONTAL = 12.0
NEEDED = ("detector", "landmarks", "geometry")


class Observer:
    """Holds the models that are in *store*; load it before forking, so that workers share them.

    An observer has no memory of a session, but its models do while they run: threads wait for each other.
    """

    def __init__(self, store: Store) -> None:
        cv2.setNumThreads(1)
        self._running = Lock()
        self.hashes: Mapping[str, str] = store.hashes()
        self.missing = frozenset(store.missing())
        has = self.hashes.__contains__
        sees = all(has(name) for name in NEEDED)
        self._detect = Detector(store.path("detector")) if sees else None
        self._points = Landmarker(store.path("landmarks")) if sees else None
        self._pose = Poser(store.path("geometry")) if sees else None
        self._express = Expressor(store.path("blendshapes")) if has("blendshapes") else None
        self._template = SFace(store.path("template")) if has("template") else None
        self._identity = Identity(store.path("identity")) if has("identity") else None
        self._texture = Texture(store.path("texture")) if has("texture") else None

    def observe(
        self,
        picture: Picture,
        *,
        index: int,
        at: float,
        data: bytes,
        full: bool,
        previous: Observation | None,
        template: bool = True,
    ) -> Observation:
        """Return what *picture* (BGR, upright) shows; *data* is the frame as it came.

        The face is followed from *previous* where it can be; *full* runs the detector and the heavy models,
        of which the one for 1:1 only if a *template* is wanted too.
        """
        with self._running:
            height, width = picture.shape[:2]
            faces, points, looked = self._find(picture, previous, full=full)
            pose = self._pose(points, width, height) if self._pose and points is not None else None
            grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
            heavy = (
                self._closely(picture, points, pose, template=template) if full and points is not None else {}
            )
            return Observation(
                index=index,
                at=at,
                width=width,
                height=height,
                digest=sha256(data).digest(),
                thumbnail=np.asarray(cv2.resize(grey, THUMBNAIL, interpolation=cv2.INTER_AREA), np.uint8),
                faces=faces,
                looked=looked,
                landmarks=points,
                pose=pose,
                blendshapes=self._express(points) if self._express and points is not None else None,
                skin=skin_of(grey, points) if points is not None else None,
                quality=quality_of(picture, points, box_of(points)) if points is not None else None,
                **heavy,
            )

    def faces_in(self, picture: Picture) -> tuple[Box, ...]:
        """Return the faces of a still, the most central first."""
        with self._running:
            found = self._detect(picture) if self._detect else ()
        return tuple(each.box for each in sorted(found, key=lambda each: _from_centre(each.box, picture)))

    def template_of(self, picture: Picture) -> Template | None:
        """Return the template of the most central face of a still, or None where there is none.

        Raises ModelMissing where a model for it is.
        """
        if self._detect is None or self._template is None:
            raise ModelMissing("template")
        with self._running:
            found = self._detect(picture)
            nearest = min(found, key=lambda each: _from_centre(each.box, picture), default=None)
            points = self._twice(picture, square_of(nearest)) if nearest else None
            if points is None:
                return None
            return Template(self.hashes["template"], self._template(picture, points))

    def _closely(
        self, picture: Picture, points: Floats, pose: Pose | None, *, template: bool
    ) -> dict[str, Any]:
        """Return what the heavy models say of the face, and what its colours tell."""
        box = box_of(points)
        return {
            "texture": self._texture(picture, box) if self._texture else None,
            "identity": self._identity(picture, points) if self._identity else None,
            "template": self._frontal_template(picture, points, pose) if template else None,
            "cues": cues_of(picture, points, box),
        }

    def _find(
        self, picture: Picture, previous: Observation | None, *, full: bool
    ) -> tuple[tuple[Box, ...], Floats | None, bool]:
        """Return the faces, the points of the largest, and whether the detector ran."""
        if self._detect is None or self._points is None:
            return (), None, False
        followed = None
        if previous is not None and previous.landmarks is not None:
            followed = self._points(picture, square_around(previous.landmarks))
        if followed is not None and not full:
            return (box_of(followed),), followed, False
        found = self._detect(picture)
        if followed is None and found:
            followed = self._twice(picture, square_of(found[0]))
        return tuple(each.box for each in found), followed, True

    def _twice(self, picture: Picture, square: Square) -> Floats | None:
        # The detector's square is rough: the points themselves tell a better one.
        points = self._points(picture, square) if self._points else None
        return self._points(picture, square_around(points)) if self._points and points is not None else None

    def _frontal_template(self, picture: Picture, points: Floats, pose: Pose | None) -> Floats | None:
        if self._template is None or pose is None:
            return None
        is_frontal = abs(pose.yaw) <= FRONTAL and abs(pose.pitch) <= FRONTAL
        return self._template(picture, points) if is_frontal else None


def _from_centre(box: Box, picture: Picture) -> float:
    height, width = picture.shape[:2]
    across, down = box.left + (box.width - width) / 2, box.top + (box.height - height) / 2
    return float(across * across + down * down)
