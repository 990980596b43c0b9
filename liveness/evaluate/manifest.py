"""What an evaluation reads: a table of clips and stills, and a table of pairs beside it.

Both are UTF-8, one row a line, columns parted by tabs, the first line names them. The manifest
needs `file` (beside or below the table), `label` (`bona_fide`, or the species of an attack) and
`identity`; `shows` and `fps` may stand there too, other columns are passed over. `pairs.tsv` has
`a`, `b` and `same` (1 or 0).
"""

import math
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from liveness.errors import LivenessError

BONA_FIDE = "bona_fide"
PAIRS = "pairs.tsv"
CLIPS = frozenset({".mp4", ".webm", ".mov", ".mkv", ".avi"})
STILLS = frozenset({".jpg", ".jpeg", ".png"})
CUSTOMARY_RATE = 15.0  # frames a second, where the table says none
MOST_BYTES = 64 << 20


class ManifestWrong(LivenessError):
    """A table of the evaluation cannot be used; the sentence says which line and why."""


@dataclass(frozen=True, slots=True)
class Item:
    """A clip or a still: who is on it, and whether it is bona fide or which attack it is."""

    path: Path
    name: str  #: as the manifest writes it
    label: str
    identity: str
    shows: str
    rate: float  #: frames a second

    @property
    def is_clip(self) -> bool:
        """Whether it moves."""
        return self.path.suffix.lower() in CLIPS

    @property
    def is_bona_fide(self) -> bool:
        """Whether a live person stood before the camera."""
        return self.label == BONA_FIDE


@dataclass(frozen=True, slots=True)
class Pair:
    """Two stills, by the names the manifest gives them."""

    a: str
    b: str
    same: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that an evaluation looks at."""

    items: tuple[Item, ...]
    pairs: tuple[Pair, ...]

    @property
    def for_matching(self) -> tuple[Item, ...]:
        """The stills that stand in a pair; they are shown to the matcher and to nothing else."""
        paired = {name for pair in self.pairs for name in (pair.a, pair.b)}
        return tuple(item for item in self.items if item.name in paired)

    @property
    def clips(self) -> tuple[Item, ...]:
        """The clips, in the order of the table."""
        return tuple(item for item in self.items if item.is_clip)

    @property
    def stills(self) -> tuple[Item, ...]:
        """The stills that stand in no pair."""
        paired = {item.name for item in self.for_matching}
        return tuple(item for item in self.items if not item.is_clip and item.name not in paired)


def read_manifest(path: Path) -> Manifest:
    """Read the table at *path*, and `pairs.tsv` beside it where there is one."""
    items = tuple(
        _item(path, number, row) for number, row in _rows(path, needed=("file", "label", "identity"))
    )
    known: dict[str, Item] = {}
    for item in items:
        if item.name in known:
            raise ManifestWrong(f"{path.name}: {item.name} stands there twice.")
        known[item.name] = item
    beside = path.with_name(PAIRS)
    return Manifest(items=items, pairs=_pairs(beside, known) if beside.exists() else ())


def _item(table: Path, number: int, row: dict[str, str]) -> Item:
    """Return the row as an item; its file must be there and be of a kind that can be read."""
    where = f"{table.name}, line {number}"
    name = row["file"]
    relative = PurePosixPath(name)
    if not name or relative.is_absolute() or ".." in relative.parts:
        raise ManifestWrong(f"{where}: the file must lie beside or below the table.")
    path = table.parent / relative
    if path.suffix.lower() not in CLIPS | STILLS:
        raise ManifestWrong(f"{where}: {name} is neither a clip nor a still that can be read.")
    if not path.is_file():
        raise ManifestWrong(f"{where}: there is no file {name}.")
    if not row["label"] or not row["identity"]:
        raise ManifestWrong(f"{where}: {name} needs a label and an identity.")
    return Item(
        path=path,
        name=name,
        label=row["label"],
        identity=row["identity"],
        shows=row.get("shows", ""),
        rate=_rate(where, row.get("fps", "")),
    )


def _rate(where: str, text: str) -> float:
    if text in {"", "-"}:
        return CUSTOMARY_RATE
    try:
        rate = float(text)
    except ValueError:
        rate = math.nan
    if not 1 <= rate <= 240:
        raise ManifestWrong(f"{where}: fps must be a number from 1 to 240, or a dash.")
    return rate


def _pairs(path: Path, known: dict[str, Item]) -> tuple[Pair, ...]:
    """Read the pairs; what they say of two people must agree with the manifest."""
    pairs = []
    for number, row in _rows(path, needed=("a", "b", "same")):
        where = f"{path.name}, line {number}"
        for name in (row["a"], row["b"]):
            if name not in known:
                raise ManifestWrong(f"{where}: the manifest has no {name}.")
            if known[name].is_clip:
                raise ManifestWrong(f"{where}: {name} is a clip, pairs are of stills.")
        if row["same"] not in {"0", "1"}:
            raise ManifestWrong(f"{where}: same must be 1 or 0.")
        same = row["same"] == "1"
        if same != (known[row["a"]].identity == known[row["b"]].identity):
            raise ManifestWrong(f"{where}: the identities in the manifest say otherwise.")
        pairs.append(Pair(row["a"], row["b"], same))
    return tuple(pairs)


def _rows(path: Path, *, needed: tuple[str, ...]) -> list[tuple[int, dict[str, str]]]:
    """Return the rows with their line numbers, each as a value by the name of its column."""
    lines = _lines(path)
    if not lines:
        raise ManifestWrong(f"{path.name} is empty.")
    columns = lines[0].split("\t")
    if missing := [name for name in needed if name not in columns]:
        raise ManifestWrong(f"{path.name}: the first line names no column {missing[0]}.")
    if len(set(columns)) < len(columns):
        raise ManifestWrong(f"{path.name}: the first line names a column twice.")
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise ManifestWrong(
                f"{path.name}, line {number}: {len(cells)} columns, the first line has {len(columns)}."
            )
        rows.append((number, dict(zip(columns, (cell.strip() for cell in cells), strict=True))))
    if not rows:
        raise ManifestWrong(f"{path.name} has no rows.")
    return rows


def _lines(path: Path) -> list[str]:
    """Return the lines of a table that is not too large and is text."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ManifestWrong(f"{path.name} is too large for a table.")
        return path.read_text("utf-8-sig").splitlines()
    except OSError as error:
        raise ManifestWrong(f"{path.name} cannot be read.") from error
    except UnicodeDecodeError as error:
        raise ManifestWrong(f"{path.name} is not UTF-8.") from error
