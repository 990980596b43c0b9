"""The load client, a process of its own: its CPU time is not counted.

It is told its target in the first line of standard input, and an operation with a count in each
further one. A line of standard output answers each: what went wrong and how often, and how long it took.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count as numbers
from itertools import repeat, takewhile
from statistics import median
from threading import Event
from time import monotonic
from typing import Any, TextIO

from bench.connection import Target, WrongReplyError
from bench.visitor import PeerVisitor, Visitor


@dataclass
class Done:
    """What went wrong, and the seconds that each operation took."""

    wrongs: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    def as_dict(self, took: float) -> dict[str, Any]:
        """Return it for the other side; *took* is how long all of it took together."""
        late = sorted(self.seconds)
        times = {"median": median(late), "p99": late[int(len(late) * 0.99)]} if late else {}
        return {"wrongs": self.wrongs, "rate": len(late) / took} | times


class Load:
    """So many visitors, each on a connection and a thread of its own."""

    def __init__(self, target: Target, connections: int) -> None:
        """Open nothing yet."""
        visitor = PeerVisitor if target.is_peer else Visitor
        self._visitors = [visitor(target) for _ in range(connections)]
        self._pool = ThreadPoolExecutor(connections)

    def drive(self, name: str, count: int) -> Done:
        """Let all visitors do the operation, *count* times in all."""
        share, more = divmod(count, len(self._visitors))
        counts = [share + (place < more) for place in range(len(self._visitors))]
        whole = Done()
        for done in self._pool.map(_drive, self._visitors, repeat(name), map(range, counts)):
            whole.wrongs += done.wrongs
            whole.seconds += done.seconds
        return whole

    def drive_beside(self, name: str, count: int, beside: str) -> Done:
        """Let the first visitor do the operation *count* times, while all others do *beside*."""
        over = Event()
        others = [
            self._pool.submit(_drive, visitor, beside, takewhile(lambda _: not over.is_set(), numbers()))
            for visitor in self._visitors[1:]
        ]
        done = _drive(self._visitors[0], name, range(count))
        over.set()
        for other in others:
            done.wrongs += other.result().wrongs
        return done

    def enter(self) -> Done:
        """Sign every visitor in; the first one consents for all, who are one person."""
        first = _drive(self._visitors[0], "consent", range(1))
        return first if first.wrongs else self.drive("login", len(self._visitors))


def main(orders: TextIO, replies: TextIO) -> None:
    """Follow *orders* until there are no more."""
    for told in _follow(orders):
        print(json.dumps(told), file=replies, flush=True)


def _follow(orders: TextIO) -> Iterator[dict[str, Any]]:
    first = json.loads(orders.readline())
    target = Target(**first["target"])
    load = Load(target, first["connections"])
    begun = monotonic()
    yield (load.enter() if target.client_id else Done()).as_dict(monotonic() - begun)
    for line in orders:
        order, begun = json.loads(line), monotonic()
        asked = order["operation"], order["count"]
        done = load.drive_beside(*asked, order["beside"]) if "beside" in order else load.drive(*asked)
        yield done.as_dict(monotonic() - begun)


def _drive(visitor: Visitor, name: str, turns: Iterable[object]) -> Done:
    done = Done()
    for _ in turns:
        begun = monotonic()
        try:
            getattr(visitor, name)()
            done.seconds.append(monotonic() - begun)
        except WrongReplyError as error:
            done.wrongs[str(error)] += 1
        except (OSError, LookupError, ValueError, TypeError) as error:
            done.wrongs[type(error).__name__] += 1
    visitor.rest()
    return done


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
