"""What each session of an evaluation came to, one line of JSON each: an interrupted run goes on.

No image and no embedding is in it: names of files, verdicts, figures and match scores.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from liveness.evaluate.manifest import ManifestWrong
from liveness.finding import Finding, Verdict

FORMAT = 1

CLIP, CO_OPERATIVE, STILL, ATTACK, TRIES = "clip", "co_operative", "still", "attack", "tries"


@dataclass(frozen=True, slots=True)
class Result:
    """One session: *group* says how it was played, *label* whether a live person was there."""

    key: str
    group: str
    label: str  #: `bona_fide`, or the species
    name: str  #: of the file
    outcome: str  #: pass, fail, inconclusive, or the name of the typed error
    verdicts: Mapping[str, tuple[str, str]]  #: verdict and reason, by rule
    measured: Mapping[str, float]  #: figures, by rule and name, such as `depth.residual`
    challenge: tuple[str, ...]
    frames: int
    seconds: float  #: of CPU time
    frame_seconds: tuple[float, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The verdicts as the policy reads them."""
        return tuple(
            Finding(rule, Verdict(verdict), reason) for rule, (verdict, reason) in self.verdicts.items()
        )


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of one matcher over all pairs of the stills."""

    key: str
    matcher: str
    threshold: float
    genuine: tuple[float, ...]
    impostor: tuple[float, ...]
    without_template: tuple[str, ...]  #: stills in which no face was found
    worst: tuple[tuple[str, str, float], ...]  #: genuine pairs with the lowest scores


class Ledger:
    """The results so far, on disk after each session; those of another run are put aside."""

    def __init__(self, path: Path, *, run: Mapping[str, object]) -> None:
        """Take up the results at *path* if they are of the same *run* (policy, models, table)."""
        self.path = path
        self.results: dict[str, Result] = {}
        self.scores: dict[str, Scores] = {}
        head = json.dumps({"format": FORMAT, **run}, sort_keys=True)
        lines = self._complete_lines()
        self.taken_up = bool(lines) and lines[0] == head
        if self.taken_up:
            for line in lines[1:]:
                self._take(line)
        path.write_text(
            "".join(f"{line}\n" for line in ([head, *lines[1:]] if self.taken_up else [head])), "utf-8"
        )

    def __contains__(self, key: str) -> bool:
        """Tell whether the session of this key was played already."""
        return key in self.results or key in self.scores

    def add(self, entry: Result | Scores) -> None:
        """Keep *entry*."""
        self._put(entry)
        kind = "result" if isinstance(entry, Result) else "scores"
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"kind": kind, **asdict(entry)}) + "\n")

    def _complete_lines(self) -> list[str]:
        """Return the lines on disk; a last one that was cut off by an end of the run is left out."""
        if not self.path.exists():
            return []
        text = self.path.read_text("utf-8")
        return text.split("\n")[:-1]

    def _take(self, line: str) -> None:
        try:
            entry = json.loads(line)
            kind = entry.pop("kind")
            if kind == "result":
                entry["verdicts"] = {rule: tuple(said) for rule, said in entry["verdicts"].items()}
                entry["challenge"] = tuple(entry["challenge"])
                entry["frame_seconds"] = tuple(entry["frame_seconds"])
                self._put(Result(**entry))
            else:
                for name in ("genuine", "impostor", "without_template"):
                    entry[name] = tuple(entry[name])
                entry["worst"] = tuple(tuple(pair) for pair in entry["worst"])
                self._put(Scores(**entry))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ManifestWrong(f"{self.path.name} is damaged: remove it to begin again.") from error

    def _put(self, entry: Result | Scores) -> None:
        if isinstance(entry, Result):
            self.results[entry.key] = entry
        else:
            self.scores[entry.key] = entry


def of_group(results: Iterable[Result], *groups: str) -> list[Result]:
    """Return the results that were played in one of these ways."""
    return [result for result in results if result.group in groups]
