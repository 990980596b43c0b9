"""The loop that gives every job its turns."""

from datetime import timedelta
from threading import Event

from idp.jobs.loop import Jobs, Turn

MINUTE = timedelta(minutes=1)


class Work:
    """A job with so many pieces left; each piece moves the clock, the last one may stop the loop."""

    def __init__(self, *pieces, after=lambda: None):
        self.pieces = list(pieces)
        self.turns = 0
        self.after = after

    def run_once(self):
        if not self.pieces:
            self.turns += 1
            self.after()
            return 0
        piece = self.pieces.pop(0)
        if isinstance(piece, Exception):
            self.turns += 1
            self.after()
            raise piece
        return piece


def loop(clock, reported=None, **turns):
    return Jobs(
        turns={name: Turn(job=job, every=every) for name, (job, every) in turns.items()},
        pause=timedelta(0),
        clock=clock,
        report=lambda name, error: (reported if reported is not None else []).append((name, str(error))),
    )


def test_a_clock_that_is_set_back_stops_no_job(clock):
    stop = Event()

    def tick():
        clock.advance(timedelta(hours=-1))
        if often.turns == 3:
            stop.set()

    often = Work(after=tick)

    loop(clock, often=(often, MINUTE)).run(stop)

    assert often.turns == 3


def test_a_job_goes_on_until_nothing_is_left(clock):
    assert loop(clock, work=(Work(16, 16, 3), MINUTE)).run_once() == {"work": 35}


def test_a_job_has_its_next_turn_only_after_its_time(clock):
    stop = Event()
    rare = Work()

    def tick():
        clock.advance(timedelta(seconds=20))
        if often.turns == 8:
            stop.set()

    often = Work(after=tick)

    loop(clock, often=(often, timedelta(0)), rare=(rare, MINUTE)).run(stop)

    assert (often.turns, rare.turns) == (8, 3)


def test_a_job_that_fails_stops_no_other_and_has_its_next_turn(clock):
    stop = Event()
    reported: list[tuple[str, str]] = []
    other = Work()
    other.after = lambda: stop.set() if other.turns == 2 else None
    failing = Work(ValueError("broken"), 1)

    loop(clock, reported, failing=(failing, timedelta(0)), other=(other, timedelta(0))).run(stop)

    assert reported == [("failing", "broken")]
    assert failing.pieces == []


def test_nothing_begins_after_the_end(clock):
    stop = Event()
    first = Work(1, 1, 1, after=stop.set)
    second = Work(1)

    loop(clock, first=(first, MINUTE), second=(second, MINUTE)).run(stop)

    assert second.pieces == [1]
