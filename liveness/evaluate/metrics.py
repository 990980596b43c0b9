"""Error rates with their counts: APCER, BPCER, FMR and FNMR, each with a Clopper-Pearson interval."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SPEC = "ISO/IEC 30107-3, ISO/IEC 19795-1"
CONFIDENCE = 0.95

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Rate:
    """*errors* of *n* tries."""

    errors: int
    n: int

    def __post_init__(self) -> None:
        """Refuse counts that cannot be."""
        if not 0 <= self.errors <= self.n:
            raise ValueError("A rate needs 0 <= errors <= n.")

    @property
    def value(self) -> float:
        """The share, from 0 to 1; not a number where nothing was tried."""
        return self.errors / self.n if self.n else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The exact 95 % interval of the true share (Clopper-Pearson); all of 0 to 1 without a try."""
        return clopper_pearson(self.errors, self.n)


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """What a threshold does: a score of at least *threshold* is taken for the same person."""

    threshold: float
    fmr: Rate
    fnmr: Rate


def clopper_pearson(errors: int, n: int, *, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Return the exact interval of a share of which *errors* of *n* were seen."""
    tail = (1 - confidence) / 2
    low = 0.0 if errors == 0 else _beta_quantile(tail, errors, n - errors + 1)
    high = 1.0 if errors == n else _beta_quantile(1 - tail, errors + 1, n - errors)
    return low, high


def operating_point(genuine: Sequence[float], impostor: Sequence[float], *, fmr: float) -> OperatingPoint:
    """Return the lowest threshold at which at most *fmr* of the impostor scores would be taken.

    With fewer than 1 / *fmr* impostor scores this is the first threshold that takes none: the
    interval of the rate then says how little that proves.
    """
    impostors = np.sort(np.asarray(impostor, dtype=np.float64))
    allowed = math.floor(fmr * len(impostors) + 1e-9)
    # The first score that may not be taken; the threshold stands just above it.
    threshold = (
        float(np.nextafter(impostors[len(impostors) - allowed - 1], math.inf))
        if allowed < len(impostors)
        else -math.inf
    )
    return at_threshold(genuine, impostor, threshold=threshold)


def at_threshold(genuine: Sequence[float], impostor: Sequence[float], *, threshold: float) -> OperatingPoint:
    """Count what *threshold* takes and refuses."""
    taken = int(np.count_nonzero(np.asarray(impostor, dtype=np.float64) >= threshold))
    refused = int(np.count_nonzero(np.asarray(genuine, dtype=np.float64) < threshold))
    return OperatingPoint(
        threshold=threshold, fmr=Rate(taken, len(impostor)), fnmr=Rate(refused, len(genuine))
    )


def det_curve(genuine: Sequence[float], impostor: Sequence[float]) -> list[tuple[float, float]]:
    """Return (FMR, FNMR) at each threshold where either changes, by falling FMR.

    The points are at most one more than there are scores: a plot may thin them out.
    """
    same = np.sort(np.asarray(genuine, dtype=np.float64))
    other = np.sort(np.asarray(impostor, dtype=np.float64))
    thresholds = np.unique(np.concatenate([same, other, [math.inf]]))
    fmr = 1 - np.searchsorted(other, thresholds, side="left") / max(len(other), 1)
    fnmr = np.searchsorted(same, thresholds, side="left") / max(len(same), 1)
    points: list[tuple[float, float]] = []
    for point in zip(fmr.tolist(), fnmr.tolist(), strict=True):
        if not points or points[-1] != point:
            points.append(point)
    return points


def _beta_quantile(share: float, a: float, b: float) -> float:
    """Return x with I_x(a, b) = *share*, by halving the interval."""
    low, high = 0.0, 1.0
    for _ in range(80):
        middle = (low + high) / 2
        if _beta_share(middle, a, b) < share:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _beta_share(x: float, a: float, b: float) -> float:
    """Return I_x(a, b), the regularised incomplete beta function (DLMF 8.17.22)."""
    if not 0 < x < 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # the continued fraction converges fast only below
        return 1 - _beta_share(1 - x, b, a)
    front = math.exp(
        a * math.log(x)
        + b * math.log1p(-x)
        + math.lgamma(a + b)
        - math.lgamma(a)
        - math.lgamma(b)
        - math.log(a)
    )
    return front * _continued_fraction(x, a, b)


def _continued_fraction(x: float, a: float, b: float) -> float:
    """Evaluate 1 / (1 + d1 / (1 + d2 / …)) by Lentz's method, as modified by Thompson and Barnett."""
    tiny = 1e-300
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1000):
        m = step // 2
        if step == 0:
            term = 1.0
        elif step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _away_from_zero(1 + term * d, tiny)
        c = _away_from_zero(1 + term / c, tiny)
        value *= c * d
        if step and abs(c * d - 1) < 1e-15:
            break
    return value - 1


def _away_from_zero(value: float, tiny: float) -> float:
    return value if abs(value) > tiny else tiny
