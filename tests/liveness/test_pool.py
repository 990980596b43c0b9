"""The pool holds live sessions in processes of its own, refuses what has no seat, and outlives crashes."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from liveness.challenge import Action, Challenge
from liveness.errors import Busy, NotJudged, SeatGone, TooMuch
from liveness.finding import Outcome
from liveness.guidance import Code
from liveness.match import Template
from liveness.pool import Pool, wire
from liveness.pool.seats import SLACK, Seats
from tests.support.judges import MODEL, scripted
from tests.support.patience import wait_until

CHALLENGE = Challenge(nonce="n", actions=(Action.BLINK, Action.TURN_LEFT, Action.NOD))
MAKE = "tests.support.judges:scripted"
FACE = Template("cd" * 32, np.eye(1, 128, 3, dtype=np.float32)[0])


def opened(**changes):
    return Pool(**({"workers": 2, "seats": 2, "make": MAKE} | changes))


@pytest.fixture(scope="module")
def pool():
    with opened() as pool:
        yield pool


@pytest.fixture
def seat(pool):
    seat = pool.open(CHALLENGE)
    yield seat
    pool.leave(seat)


def frames(*contents, since=0.0):
    return [(content, since + n / 10) for n, content in enumerate(contents)]


def test_a_session_is_guided_and_decided_in_another_process(pool):
    seat = pool.open(CHALLENGE, reference=FACE, portrait=True)

    first = pool.push(seat, frames(b"one"))
    last = pool.push(seat, frames(b"two", b"three", since=1.0))
    judged = pool.decide(seat)

    assert (first.code, first.action) == (Code.ACT, Action.TURN_LEFT)
    assert last.code is Code.DONE
    assert judged.decision.outcome is Outcome.PASS
    assert judged.decision.nonce == "n"
    assert judged.decision.findings[0].measured == {"seen": 1.0}
    assert judged.decision.models["reference"] == FACE.model
    assert int(judged.decision.models["worker"]) != os.getpid()
    assert judged.template is not None
    assert judged.template.model == MODEL
    assert judged.portrait == b"three"


def test_a_portrait_is_kept_only_where_it_was_asked_for(pool, seat):
    pool.push(seat, frames(b"one"))

    assert pool.decide(seat).portrait is None


def test_a_decided_seat_is_gone(pool, seat):
    pool.decide(seat)

    for again in (pool.decide, lambda each: pool.push(each, frames(b"one"))):
        with pytest.raises(SeatGone):
            again(seat)


@pytest.mark.parametrize("seat", ["", "0.", "9.abc", "0.unknown", "x.y", "-1.z", "../etc"])
def test_a_seat_that_nobody_was_given_is_refused(pool, seat):
    with pytest.raises(SeatGone):
        pool.push(seat, frames(b"one"))
    pool.leave(seat)


def test_every_seat_is_taken_once_and_free_again_afterwards():
    with opened() as pool:
        seats = [pool.open(CHALLENGE) for _ in range(4)]
        with pytest.raises(Busy):
            pool.open(CHALLENGE)

        pool.leave(seats[0])
        pool.leave(seats[0])
        pool.decide(seats[1])

        assert len({pool.open(CHALLENGE) for _ in range(2)} | set(seats)) == 6
        with pytest.raises(Busy):
            pool.open(CHALLENGE)


def test_broken_frames_and_times_are_as_if_they_had_been_lost(pool, seat):
    told = pool.push(seat, frames(b"bad", b"one", b"bad"))

    assert told.action is Action.TURN_LEFT
    assert pool.decide(seat).decision.frames == 1


def test_an_empty_batch_says_again_what_was_said(pool, seat):
    assert pool.push(seat, []).action is Action.BLINK


def test_more_than_a_pool_takes_at_once_is_refused_before_it_is_read(pool, seat):
    with pytest.raises(TooMuch):
        pool.push(seat, frames(*[b"x"] * (wire.MAX_FRAMES + 1)))
    with pytest.raises(TooMuch):
        pool.push(seat, frames(bytes(wire.MAX_BYTES + 1)))

    assert pool.push(seat, frames(bytes(wire.MAX_BYTES))).action is Action.TURN_LEFT


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"x",
        wire.LENGTHS.pack(1 << 31, 0),
        wire.LENGTHS.pack(2, 1 << 31),
        wire.LENGTHS.pack(2, 0) + b"{}",
        wire.LENGTHS.pack(2, 0) + b"no",
        wire.LENGTHS.pack(12, 0) + b'{"blobs":[]}',
        wire.LENGTHS.pack(28, 0) + b'{"blobs":[],"do":"push"    }',
    ],
)
def test_what_is_no_message_costs_the_worker_nothing(pool, seat, sent):
    with line_to(pool) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        line.recv(1)

    assert pool.push(seat, frames(b"one")).action is Action.TURN_LEFT


def test_only_this_user_reaches_the_sockets(pool):
    assert folder_of(pool).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("how", [b"crash", b"bug"])
def test_a_worker_that_dies_is_told_of_and_replaced(how):
    with opened(workers=1) as pool:
        seat, other = pool.open(CHALLENGE), pool.open(CHALLENGE)

        with pytest.raises(NotJudged, match="worker_died"):
            pool.push(seat, frames(how))

        # Its sessions are lost, which is said, and its seats are free.
        with pytest.raises(SeatGone):
            pool.push(other, frames(b"one"))
        assert pool.push(pool.open(CHALLENGE), frames(b"one")).action is Action.TURN_LEFT


def test_a_worker_that_hangs_is_ended_and_replaced():
    with opened(workers=1, patience=0.5) as pool:
        with pytest.raises(NotJudged):
            pool.push(pool.open(CHALLENGE), frames(b"hang"))

        wait_until(lambda: answers(pool))


def test_what_nobody_waits_for_any_more_is_not_worked_off():
    with opened(workers=1) as pool:
        seat, [worker] = pool.open(CHALLENGE), workers_of(pool)
        os.kill(worker, signal.SIGSTOP)
        with line_to(pool) as line:
            wire.send(line, {"do": "push", "seat": seat, "at": [1.0]}, [b"one"], until=time.monotonic() + 5)
        os.kill(worker, signal.SIGCONT)

        assert pool.decide(seat).decision.frames == 0


def test_without_its_keeper_the_pool_begins_again():
    with opened(workers=1) as pool:
        seat = pool.open(CHALLENGE)
        keeper = keeper_of(pool)
        os.kill(keeper, signal.SIGKILL)

        wait_until(lambda: answers(pool) and keeper_of(pool) != keeper)

        with pytest.raises(SeatGone):
            pool.push(seat, frames(b"one"))


def test_a_keeper_that_is_gone_for_good_is_not_started_again_and_again(tmp_path):
    log = tmp_path / "starts"
    with opened(workers=1, options={"log": str(log)}) as pool:
        os.kill(keeper_of(pool), signal.SIGKILL)
        wait_until(lambda: not workers_of(pool))
        for socket_ in folder_of(pool).glob("worker-*"):
            socket_.unlink()
        refused = 0
        for _ in range(20):
            try:
                pool.leave(pool.open(CHALLENGE))
            except NotJudged:
                refused += 1

        assert refused > 0
        wait_until(lambda: answers(pool))
        assert log.read_text() == "xx"


def test_models_that_do_not_load_are_an_error_at_once(capfd):
    with pytest.raises(NotJudged, match="down"):
        opened(options={"fails": "no models"})

    assert "no models" in capfd.readouterr().err


def test_the_models_are_loaded_once_for_all_workers(tmp_path):
    log = tmp_path / "starts"
    with opened(workers=3, options={"log": str(log)}) as pool:
        workers = {pool.decide(pool.open(CHALLENGE)).decision.models["worker"] for _ in range(40)}

    assert log.read_text() == "x"
    assert len(workers) == 3


def test_a_closed_pool_leaves_no_process_and_no_folder():
    pool = opened()
    keeper, workers, folder = keeper_of(pool), workers_of(pool), folder_of(pool)

    pool.close()

    assert len(workers) == 2
    wait_until(lambda: not any(map(is_running, [keeper, *workers])))
    assert not folder.exists()
    with pytest.raises(NotJudged, match="closed"):
        pool.open(CHALLENGE)


def test_the_pool_ends_with_the_process_that_owns_it():
    program = (
        "import sys; from liveness.pool import Pool; "
        f"pool = Pool(workers=1, seats=1, make={MAKE!r}); "
        "print(pool._keeper.pid, flush=True); sys.stdin.read()"
    )
    owner = subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    keeper = int(owner.stdout.readline())
    assert is_running(keeper)

    owner.kill()
    owner.communicate()

    wait_until(lambda: not is_running(keeper))


def test_a_forked_process_uses_the_same_pool_and_does_not_end_it(pool):
    seat = pool.open(CHALLENGE)
    child = os.fork()
    if child == 0:
        status = 1
        try:
            pool.push(seat, frames(b"one"))
            pool.close()
            status = 0
        finally:
            os._exit(status)

    assert os.waitpid(child, 0)[1] == 0
    assert pool.push(seat, []).action is Action.TURN_LEFT
    pool.leave(seat)


@pytest.mark.parametrize("sizes", [{"workers": 0}, {"seats": 0}, {"idle": 0}, {"patience": 0}])
def test_sizes_that_make_no_sense_are_refused(sizes):
    with pytest.raises(ValueError, match="A pool needs"):
        opened(**sizes)


class Clock:
    at = 100.0

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def seats(clock):
    return Seats(scripted(), 1, 20.0, clock)


def test_whoever_sends_nothing_has_left(seats, clock):
    seats.open("a", CHALLENGE, reference=None, portrait=False)
    for _ in range(3):
        clock.at += 19
        seats.push("a", frames(b"one"))
    with pytest.raises(Busy):
        seats.open("b", CHALLENGE, reference=None, portrait=False)

    clock.at += 21

    seats.open("b", CHALLENGE, reference=None, portrait=False)
    with pytest.raises(SeatGone):
        seats.push("a", [])


def test_nobody_stays_longer_than_the_challenge_may_take(seats, clock):
    seats.open("a", CHALLENGE, reference=None, portrait=False)
    until = clock.at + CHALLENGE.longest + SLACK
    while clock.at + 10 < until:
        clock.at += 10
        seats.push("a", [])

    clock.at = until + 0.1

    with pytest.raises(SeatGone):
        seats.push("a", [])
    assert seats.taken == {}


def line_to(pool):
    line = socket.socket(socket.AF_UNIX)
    line.connect(wire.address(folder_of(pool), 0))
    return line


def answers(pool):
    try:
        pool.leave(pool.open(CHALLENGE))
    except NotJudged:
        return False
    return True


def folder_of(pool):
    return Path(pool._folder)  # noqa: SLF001


def keeper_of(pool):
    return pool._keeper.pid  # noqa: SLF001


def workers_of(pool):
    told = Path(f"/proc/{keeper_of(pool)}/task/{keeper_of(pool)}/children")
    return [int(each) for each in told.read_text().split()] if told.exists() else []


def is_running(process):
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
