"""The load client, a process of its own: its CPU time is not counted.

It is told its target in the first line of standard input, and an operation with a count in each
further one. A line of standard output answers each: what went wrong, and how often.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TextIO

from bench.connection import Target, WrongReplyError
from bench.visitor import PeerVisitor, Visitor

Wrongs = dict[str, int]


class Load:
    """So many visitors, each on a connection and a thread of its own."""

    def __init__(self, target: Target, connections: int) -> None:
        """Open nothing yet."""
        visitor = PeerVisitor if target.is_peer else Visitor
        self._visitors = [visitor(target) for _ in range(connections)]
        self._pool = ThreadPoolExecutor(connections)

    def drive(self, name: str, count: int) -> Wrongs:
        """Do the operation *count* times in all, and return what went wrong."""
        share, more = divmod(count, len(self._visitors))
        shares = [share + (place < more) for place in range(len(self._visitors))]
        return dict(sum(self._pool.map(_drive, self._visitors, [name] * len(shares), shares), Counter()))

    def enter(self) -> Wrongs:
        """Sign every visitor in; the first one consents for all, who are one person."""
        return _drive(self._visitors[0], "consent", 1) or self.drive("login", len(self._visitors))


def main(orders: TextIO, replies: TextIO) -> None:
    """Follow *orders* until there are no more."""
    for wrongs in _follow(orders):
        print(json.dumps(wrongs), file=replies, flush=True)


def _follow(orders: TextIO) -> Iterator[Wrongs]:
    first = json.loads(orders.readline())
    target = Target(**first["target"])
    load = Load(target, first["connections"])
    yield load.enter() if target.client_id else {}
    for line in orders:
        order = json.loads(line)
        yield load.drive(order["operation"], order["count"])


def _drive(visitor: Visitor, name: str, count: int) -> Counter[str]:
    wrongs: Counter[str] = Counter()
    for _ in range(count):
        try:
            getattr(visitor, name)()
        except WrongReplyError as error:
            wrongs[str(error)] += 1
        except (OSError, LookupError, ValueError, TypeError) as error:
            wrongs[type(error).__name__] += 1
    visitor.rest()
    return wrongs


if __name__ == "__main__":
    main(sys.stdin, sys.stdout)
