"""The pool judges in processes of its own, refuses what it has no room for, and outlives a crash."""

import contextlib
import os
import signal
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from liveness.errors import BadFrame, Busy, ModelMissing, NotJudged
from liveness.finding import Decision, Outcome
from liveness.pool import Pool

FRAMES = [(b"one", 0.0), (b"two", 0.1)]


def decision(frames=0, **models):
    return Decision(
        outcome=Outcome.INCONCLUSIVE,
        findings=(),
        nonce="",
        policy="",
        models=models,
        frames=frames,
        seconds=0.0,
    )


def judge(challenge, frames, reference):
    """Do as the challenge says: what is judged does not matter to the pool."""
    if challenge == "crash":
        os.kill(os.getpid(), signal.SIGKILL)
    if challenge == "bug":
        raise ZeroDivisionError
    if challenge == "hang":
        announce(frames[0][0])
        signal.pause()
    if challenge == "bad":
        raise BadFrame("not_jpeg")
    if challenge == "missing":
        raise ModelMissing("texture")
    if challenge == "meet":
        announce(frames[0][0])
        os.close(os.open(frames[0][0], os.O_RDONLY))  # a pipe: opens when its other end does
    return decision(len(frames), worker=str(os.getpid()), given=str(reference))


def announce(gate):
    """Say that a worker has begun, to whoever waits for it."""
    with contextlib.suppress(FileNotFoundError):
        end = os.open(gate + b".begun", os.O_WRONLY)
        os.write(end, b"x")
        os.close(end)


@pytest.fixture
def pool():
    with Pool(workers=2, places=3, make=lambda: judge, deadline=10) as pool:
        yield pool


class Gate:
    """Two pipes: at one jobs wait, through the other they say that they have begun."""

    def __init__(self, path):
        self.frames = [(os.fsencode(path), 0.0)]
        for pipe in (path, path.with_name("gate.begun")):
            os.mkfifo(pipe)
        self._begun = os.open(path.with_name("gate.begun"), os.O_RDWR)
        self._path = path

    def wait_for(self, jobs):
        for _ in range(jobs):
            os.read(self._begun, 1)

    def open_for(self, jobs):
        end = os.open(self._path, os.O_RDWR)
        for job in jobs:
            job.exception(timeout=10)
        os.close(end)

    def close(self):
        os.close(self._begun)


@pytest.fixture
def gate(tmp_path):
    gate = Gate(tmp_path / "gate")
    yield gate
    gate.close()


def test_frames_are_judged_in_another_process(pool):
    judged = pool.judge("fine", FRAMES, reference="me")

    assert judged.frames == 2
    assert judged.models["given"] == "me"
    assert int(judged.models["worker"]) != os.getpid()


def test_many_megabytes_of_frames_arrive_whole(pool):
    assert pool.judge("fine", [(bytes(1 << 20), 0.0)] * 12).frames == 12


def test_the_models_are_loaded_once_for_all_workers(tmp_path, gate):
    def make():
        with (tmp_path / "loads").open("a") as loads:
            loads.write("x")
        return judge

    with Pool(workers=2, places=2, make=make) as pool, ThreadPoolExecutor(2) as callers:
        both = [callers.submit(pool.judge, "meet", gate.frames) for _ in range(2)]
        gate.wait_for(2)
        gate.open_for(both)
        workers = {each.result().models["worker"] for each in both}

    assert (tmp_path / "loads").read_text() == "x"
    assert len(workers) == 2


def test_a_full_pool_refuses_at_once_and_takes_again_when_there_is_room(gate):
    with (
        Pool(workers=2, places=2, make=lambda: judge) as pool,
        ThreadPoolExecutor(2) as callers,
    ):
        running = [callers.submit(pool.judge, "meet", gate.frames) for _ in range(2)]
        gate.wait_for(2)

        with pytest.raises(Busy):
            pool.judge("fine", FRAMES)

        gate.open_for(running)
        assert [job.result().frames for job in running] == [1, 1]
        assert pool.judge("fine", FRAMES).frames == 2


def test_a_job_waits_for_a_worker_where_there_is_a_place(pool, gate):
    with ThreadPoolExecutor(3) as callers:
        running = [callers.submit(pool.judge, "meet", gate.frames) for _ in range(2)]
        gate.wait_for(2)
        waiting = callers.submit(pool.judge, "fine", FRAMES)

        gate.open_for(running)

        assert waiting.result(timeout=10).frames == 2


@pytest.mark.parametrize("how", ["crash", "bug"])
def test_a_worker_that_dies_is_told_of_and_replaced(pool, how):
    for _ in range(4):
        with pytest.raises(NotJudged, match="worker_died"):
            pool.judge(how, FRAMES)

    assert pool.judge("fine", FRAMES).frames == 2


def test_a_worker_killed_from_outside_while_others_work_costs_nobody_else(pool, gate):
    with ThreadPoolExecutor(2) as callers:
        waiting = callers.submit(pool.judge, "meet", gate.frames)
        gate.wait_for(1)
        crashed = callers.submit(pool.judge, "crash", FRAMES)

        assert isinstance(crashed.exception(timeout=10), NotJudged)
        gate.open_for([waiting])

    assert waiting.result().frames == 1


def test_a_worker_that_hangs_is_ended_at_the_deadline_and_replaced():
    with Pool(workers=1, places=1, make=lambda: judge, deadline=0.5) as pool:
        with pytest.raises(NotJudged) as late:
            pool.judge("hang", FRAMES)

        assert late.value.reason in {"too_slow", "worker_died"}
        assert decided_soon(pool).frames == 2


def decided_soon(pool):
    """Judge, again where the worker was still being replaced."""
    for _ in range(20):
        try:
            return pool.judge("fine", FRAMES)
        except NotJudged:
            continue
    raise AssertionError("The pool did not come back.")


def test_what_the_judge_refuses_is_refused_with_its_type_and_reason(pool):
    with pytest.raises(BadFrame) as bad:
        pool.judge("bad", FRAMES)
    with pytest.raises(ModelMissing) as missing:
        pool.judge("missing", FRAMES)

    assert bad.value.reason == "not_jpeg"
    assert missing.value.name == "texture"
    assert str(missing.value) == "The model texture is missing: run “liveness models fetch”."


def missing_model():
    raise ModelMissing("landmarks")


def broken():
    raise ZeroDivisionError


@pytest.mark.parametrize(("make", "error"), [(missing_model, ModelMissing), (broken, NotJudged)])
def test_a_pool_that_cannot_load_is_not_built(make, error):
    with pytest.raises(error):
        Pool(workers=1, places=1, make=make)


def test_a_closed_pool_judges_nothing_and_leaves_no_process_and_no_file(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pool = Pool(workers=1, places=1, make=lambda: judge)
    worker = int(pool.judge("fine", FRAMES).models["worker"])

    pool.close()
    pool.close()

    with pytest.raises(NotJudged, match="closed"):
        pool.judge("fine", FRAMES)
    with pytest.raises(ProcessLookupError):
        os.kill(worker, 0)
    assert list(tmp_path.iterdir()) == []


def test_closing_does_not_wait_for_a_worker_that_hangs(gate):
    pool = Pool(workers=1, places=2, make=lambda: judge, deadline=60)
    errors = []

    def ask():
        with pytest.raises(NotJudged) as error:
            pool.judge("hang", gate.frames)
        errors.append(error.value.reason)

    caller = threading.Thread(target=ask)
    caller.start()
    gate.wait_for(1)
    began = time.monotonic()
    pool.close()
    caller.join(10)

    assert time.monotonic() - began < 8
    assert errors == ["worker_died"]


@pytest.mark.parametrize(("workers", "places", "deadline"), [(0, 1, 1), (2, 1, 1), (1, 1, 0)])
def test_sizes_that_make_no_sense_are_refused(workers, places, deadline):
    with pytest.raises(ValueError, match="A pool needs"):
        Pool(workers=workers, places=places, make=lambda: judge, deadline=deadline)
