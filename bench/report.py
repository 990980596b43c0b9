"""What was measured, as a table or as JSON."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.operations import OPERATIONS, Operation

Rounds = list[float]
#: How many a second, and the seconds of the median and of the 99th of 100.
Times = dict[str, float]
#: The limit is that of RS256 and of access tokens that anybody can read.
LIMITED = ("embedded", "servers")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """CPU milliseconds, a number a round: *limits* by name, *figures* by system and operation.

    *times* are those of all connections together, *beside* those of tokens while all others sign in; *held*
    are the seconds of the start and the MiB of a worker.
    """

    limits: dict[str, Rounds]
    figures: dict[str, dict[str, Rounds]]
    times: dict[str, dict[str, Times]]
    beside: dict[str, Times]
    held: dict[str, tuple[float, float]]
    peer: str = ""

    def beside_peer(self, system: str, operation: str) -> float | None:
        """Return how many times what the peer needs the system needs, or None where no peer ran."""
        if self.peer not in self.figures or system == self.peer:
            return None
        own, its = (median(self.figures[name][operation]) for name in (system, self.peer))
        return round(own / its, 2)

    def beside_limit(self, system: str, operation: Operation) -> float | None:
        """Return how many times its limit the operation needs, or None where the limit is another."""
        if system not in LIMITED:
            return None
        return round(median(self.figures[system][operation.name]) / self.limit(operation), 2)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each system and operation; the ratio is taken of medians."""
        return [
            {
                "storage": system,
                "operation": operation.name,
                "milliseconds": round(median(measured[operation.name]), 3),
                "least": round(min(measured[operation.name]), 3),
                "most": round(max(measured[operation.name]), 3),
                "limit": round(self.limit(operation), 3) if system in LIMITED else None,
                "ratio": self.beside_limit(system, operation),
                "peer": self.beside_peer(system, operation.name),
            }
            for system, measured in self.figures.items()
            for operation in OPERATIONS
        ]

    def limit(self, operation: Operation) -> float:
        """Return what the operation's signatures, password hashes and requests cost by themselves."""
        return (
            operation.signatures * median(self.limits["signature"])
            + operation.hashes * median(self.limits["hash"])
            + operation.requests * median(self.limits["floor"])
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report for programs."""
        return {
            "unit": "milliseconds of CPU time",
            "limits": {name: round(median(rounds), 4) for name, rounds in self.limits.items()},
            "operations": self.rows(),
            "times": self.times,
            "beside": self.beside,
            "start_seconds": {name: round(start, 2) for name, (start, _) in self.held.items()},
            "memory_mib": {name: round(memory) for name, (_, memory) in self.held.items()},
        }

    def as_text(self) -> str:
        """Return the report for people."""
        head = ("storage", "operation", "ms CPU", "least", "most", "limit", "x limit", "x peer")
        lines = ["Milliseconds of CPU time for one operation, all processes; medians.", ""]
        lines += [f"{name:<10} {median(rounds):8.4f}" for name, rounds in self.limits.items()]
        lines += ["", _line(*head)]
        lines += [
            _line(*("-" if value is None else str(value) for value in row.values())) for row in self.rows()
        ]
        lines += ["", "All connections together: how many a second, milliseconds of each.", ""]
        lines += [_line("storage", "operation", "a second", "median", "99 of 100")]
        for name, timed in self.times.items():
            lines += [_line(name, operation, *_shown(times)) for operation, times in timed.items()]
            lines += [_line(name, "cc beside login", *_shown(self.beside[name]))]
        lines += ["", _line("storage", "", "start s", "MiB")]
        lines += [
            _line(name, "", f"{start:.1f}", f"{memory:.0f}") for name, (start, memory) in self.held.items()
        ]
        return "\n".join(lines)


def _shown(times: Times) -> tuple[str, str, str]:
    return f"{times['rate']:.0f}", f"{times['median'] * 1000:.1f}", f"{times['p99'] * 1000:.1f}"


def _line(storage: str, operation: str, *numbers: str) -> str:
    return f"{storage:<10}{operation:<16}" + "".join(f"{number:>9}" for number in numbers)
