"""Every still against every other: the scores of one person's pictures and of two people's."""

from collections.abc import Callable, Sequence
from itertools import combinations

from liveness.errors import LivenessError
from liveness.evaluate.clips import frames_of
from liveness.evaluate.library import Matching
from liveness.evaluate.manifest import Item
from liveness.evaluate.results import Scores

WORST = 10  # genuine pairs that are named in the report


def score_pairs(
    key: str, name: str, matcher: Matching, stills: Sequence[Item], *, step: Callable[[], None]
) -> Scores:
    """Compare all pairs of *stills*; templates are forgotten at the end, only scores are kept."""
    templates = {}
    unseen = []
    for still in stills:
        step()
        try:
            templates[still.name] = (still.identity, matcher.template(next(frames_of(still))))
        except LivenessError:
            unseen.append(still.name)
    genuine: list[tuple[float, str, str]] = []
    impostor: list[float] = []
    threshold = 0.0
    for (a, (one, first)), (b, (other, second)) in combinations(templates.items(), 2):
        match = matcher.compare(first, second)
        threshold = match.threshold
        if one == other:
            genuine.append((round(match.score, 5), a, b))
        else:
            impostor.append(round(match.score, 5))
    genuine.sort()
    return Scores(
        key=key,
        matcher=name,
        threshold=threshold,
        genuine=tuple(score for score, _, _ in genuine),
        impostor=tuple(impostor),
        without_template=tuple(unseen),
        worst=tuple((a, b, score) for score, a, b in genuine[:WORST]),
    )
