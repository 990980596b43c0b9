"""A second opinion on faces: dlib's ResNet with five points, by way of face_recognition.

It needs the extra ``second-matcher``. Policies give it no say: what it adds and costs stands in
docs/decisions/0018-faces.md. Importing face_recognition also loads a 68-point model whose licence
excludes commercial use; nothing here uses that one.
"""

import warnings
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np

from liveness.errors import ModelMissing
from liveness.frame import Picture
from liveness.match import BadTemplate, Match, Template
from liveness.observation import Box

#: Euclidean distance. It accepts 8 of 22,350 pairs of different people, refuses 24 of 150 of one (LFW).
THRESHOLD: Final = 0.5
NAME: Final = "dlib"


@cache
def _load() -> tuple[Any, str]:
    try:
        with warnings.catch_warnings():
            # pkg_resources, which finds the weights, says that it is deprecated.
            warnings.simplefilter("ignore")
            import face_recognition  # noqa: PLC0415 - it loads 128 MB
            import face_recognition_models  # noqa: PLC0415

            weights = Path(face_recognition_models.face_recognition_model_location())
    except (ImportError, SystemExit):
        # face_recognition leaves the program when its weights are missing.
        raise ModelMissing(NAME) from None
    return face_recognition, sha256(weights.read_bytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class DlibMatcher:
    """Decides by the distance of two templates of its own: the score is one less the distance."""

    threshold: float = THRESHOLD

    def template(self, picture: Picture, box: Box) -> Template:
        """Return the template of the face in *box* of *picture* (BGR)."""
        library, model = _load()
        top, left = int(box.top), int(box.left)
        place = (top, int(box.left + box.width), int(box.top + box.height), left)
        colours = np.ascontiguousarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
        (values,) = library.face_encodings(colours, known_face_locations=[place], model="small")
        return Template(model, np.asarray(values, np.float32))

    def compare(self, one: Template, other: Template) -> Match:
        """Return how alike they are; raise BadTemplate when they are of different models."""
        if one.model != other.model or one.values.shape != other.values.shape:
            raise BadTemplate("The templates are of different models.")
        distance = float(np.linalg.norm(one.values - other.values))
        return Match(1 - distance, 1 - self.threshold, distance <= self.threshold)
