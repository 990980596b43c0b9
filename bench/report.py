"""What was measured, as a table or as JSON."""

from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.operations import OPERATIONS, Operation

Rounds = list[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """CPU milliseconds, a number a round: *limits* by name, *figures* by system and operation."""

    limits: dict[str, Rounds]
    figures: dict[str, dict[str, Rounds]]

    peer: str = ""

    def beside_peer(self, system: str, operation: str) -> float | None:
        """Return how many times what the peer needs the system needs, or None where no peer ran."""
        if self.peer not in self.figures or system == self.peer:
            return None
        own, its = (median(self.figures[name][operation]) for name in (system, self.peer))
        return round(own / its, 2)

    def rows(self) -> list[dict[str, Any]]:
        """Return a row for each system and operation; the ratio is taken of medians."""
        return [
            {
                "storage": system,
                "operation": operation.name,
                "milliseconds": round(median(measured[operation.name]), 3),
                "least": round(min(measured[operation.name]), 3),
                "most": round(max(measured[operation.name]), 3),
                "limit": round(self.limit(operation), 3),
                "ratio": round(median(measured[operation.name]) / self.limit(operation), 2),
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
        return "\n".join(lines)


def _line(storage: str, operation: str, *numbers: str) -> str:
    return f"{storage:<10}{operation:<12}" + "".join(f"{number:>9}" for number in numbers)
