"""The loop that calls the jobs by turns until it is told to stop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event
from typing import Protocol

from idp.domain.clock import Clock
from idp.domain.freshness import is_fresh

# Of one turn: then the other jobs have theirs, however much is left.
MOST_PIECES = 10


class Job(Protocol):
    """Something to do now and then."""

    def run_once(self) -> int:
        """Do a bounded piece of it; return how much was done, 0 when nothing was left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A job, and how long after its last turn it has the next one."""

    job: Job
    every: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """All jobs by name; *report* is told of errors, which never end the loop."""

    turns: Mapping[str, Turn]
    pause: timedelta
    clock: Clock
    report: Callable[[str, Exception], None]

    def run(self, stop: Event) -> None:
        """Give every job its turns until *stop* is set."""
        last: dict[str, datetime] = {}
        while not stop.is_set():
            for name, turn in self.turns.items():
                now = self.clock.now()
                if name not in last or not is_fresh(last[name], now, turn.every):
                    last[name] = now
                    self._work_off(name, turn.job, stop)
            stop.wait(self.pause.total_seconds())

    def run_once(self) -> dict[str, int | None]:
        """Let every job do what there is to do; return how much each did, None for one that failed."""
        never, no_end = Event(), 1_000_000
        return {name: self._work_off(name, turn.job, never, no_end) for name, turn in self.turns.items()}

    def _work_off(self, name: str, job: Job, stop: Event, pieces: int = MOST_PIECES) -> int | None:
        done = 0
        try:
            for _ in range(pieces):
                more = 0 if stop.is_set() else job.run_once()
                if not more:
                    break
                done += more
        except Exception as error:  # noqa: BLE001 - one job's bug or outage must not stop the others
            self.report(name, error)
            return None
        return done
