"""The CPU time of process trees, from /proc."""

import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICK = 1000 / os.sysconf("SC_CLK_TCK")
PARENT = 1
# utime, stime and those of children that have ended and were waited for: proc(5), fields 14 to 17.
TIMES = slice(11, 15)


@dataclass(frozen=True, slots=True)
class Usage:
    """The parent of a process, and the ticks that it and its ended children used."""

    parent: int
    ticks: int


def used(roots: Iterable[int]) -> float:
    """Return the milliseconds that the trees under *roots* have used since they began."""
    usages = _usages()
    below = defaultdict(list)
    for pid, usage in usages.items():
        below[usage.parent].append(pid)
    ticks, waiting = 0, list(roots)
    while waiting:
        pid = waiting.pop()
        ticks += usages[pid].ticks
        waiting += below[pid]
    return ticks * TICK


def largest(roots: Iterable[int], word: str) -> float:
    """Return the MiB of the largest process under *roots* with *word* in its command (proportional share)."""
    usages = _usages()
    tree, size = set(roots), 0
    while size != len(tree):
        size = len(tree)
        tree |= {pid for pid, usage in usages.items() if usage.parent in tree}
    named = (pid for pid in tree if word.encode() in Path(f"/proc/{pid}/cmdline").read_bytes())
    return max(map(_share, named), default=0.0)


def _share(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text("ascii").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def children() -> set[int]:
    """Return the processes that this one has started."""
    return {pid for pid, usage in _usages().items() if usage.parent == os.getpid()}


def _usages() -> dict[int, Usage]:
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                line = (folder / "stat").read_text("utf-8", "replace")
            except (FileNotFoundError, ProcessLookupError):  # it has just ended
                continue
            # The name in parentheses may hold spaces and parentheses.
            fields = line.rpartition(")")[2].split()
            found[int(folder.name)] = Usage(int(fields[PARENT]), sum(map(int, fields[TIMES])))
    return found
