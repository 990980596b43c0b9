"""1:1 verification: templates of faces, and whether two of them are one person's."""

import struct
from dataclasses import dataclass
from typing import Final, Protocol, Self

import numpy as np

from liveness.errors import LivenessError
from liveness.observation import Floats

MAGIC: Final = b"LVT1"
HEAD: Final = struct.Struct(">4sB32sH")
KIND: Final = 1
#: Cosine of SFace at a false match rate of 1e-4 over 159,600 pairs of 400 people (LFW).
SFACE_THRESHOLD: Final = 0.434


class BadTemplate(LivenessError):
    """The bytes are no template that is known here."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """An embedding, and the SHA-256 (hex) of the model that made it. No image is in it."""

    model: str
    values: Floats

    def to_bytes(self) -> bytes:
        """Return magic, version, digest of the model, count, and the values as little-endian floats."""
        head = HEAD.pack(MAGIC, KIND, bytes.fromhex(self.model), self.values.size)
        return head + self.values.astype("<f4").tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Return what :meth:`to_bytes` wrote, or raise BadTemplate."""
        if len(data) < HEAD.size:
            raise BadTemplate("The template is too short.")
        magic, kind, model, count = HEAD.unpack_from(data)
        if (magic, kind) != (MAGIC, KIND) or len(data) != HEAD.size + 4 * count:
            raise BadTemplate("The template is of another kind.")
        values = np.frombuffer(data, "<f4", offset=HEAD.size).astype(np.float32)
        if not (np.isfinite(values).all() and values.any()):
            raise BadTemplate("The template holds no face.")
        return cls(model.hex(), values)

    @classmethod
    def mean(cls, model: str, looks: list[Floats]) -> Self:
        """Return one template of several looks at the same face."""
        total = np.sum(looks, axis=0)
        return cls(model, np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32))


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two faces are (cosine, -1 to 1), and whether that is enough."""

    score: float
    threshold: float
    same: bool


class Matcher(Protocol):
    """Compares templates of one model."""

    def compare(self, one: Template, other: Template) -> Match:
        """Return how alike they are; raise BadTemplate when they are not of the matcher's model."""


@dataclass(frozen=True, slots=True)
class CosineMatcher:
    """Decides by the cosine of two templates of *model*."""

    model: str
    threshold: float = SFACE_THRESHOLD

    def compare(self, one: Template, other: Template) -> Match:
        """Return how alike they are."""
        if {one.model, other.model} != {self.model} or one.values.shape != other.values.shape:
            raise BadTemplate("The templates are of another model.")
        lengths = float(np.linalg.norm(one.values) * np.linalg.norm(other.values))
        score = float(one.values @ other.values) / max(lengths, 1e-9)
        return Match(score, self.threshold, score >= self.threshold)
