"""Measure what judging a face costs: ``python -m bench.faces``; ``make bench`` runs it too.

It needs the models and a clip of a face; without them it says so and measures nothing.
"""

import os
import resource
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from threading import Event
from time import monotonic, thread_time

import click
import cv2

from liveness.challenge import Action, Challenge
from liveness.errors import Busy
from liveness.judging import SessionJudge
from liveness.models.store import Store
from liveness.policy import Policy
from liveness.pool import Judge, Pool
from liveness.session import Session
from liveness.vision.observer import Observer

ROOT = Path(__file__).resolve().parents[1]
CLIP = Path(os.environ.get("TONGXING_FACES", ROOT.parent / "shared" / "faces")) / "videos" / "bf_lp_d3.mp4"
POLICY = ROOT / "config" / "liveness.toml"
RATE, FRAMES = 15, 75
SIZE = (640, 480)
QUALITY = 85
#: Seconds that a frame takes which is not looked at, and more.
SKIPPED = 0.001
#: A challenge that this clip does not end within five seconds.
CHALLENGE = Challenge(nonce="bench", actions=(Action.BLINK, Action.TURN_LEFT, Action.NOD))


@click.command()
@click.option("--rounds", default=5, show_default=True, type=click.IntRange(1, 100))
def main(*, rounds: int) -> None:
    """Measure sessions of five seconds on one core, and a pool at twice its capacity."""
    store = Store()
    if not CLIP.exists() or store.missing():
        click.echo("Faces: not measured; there is no clip of a face, or models are missing.")
        return
    frames = [(jpeg, n / RATE) for n, jpeg in enumerate(_frames())]
    judge = SessionJudge(Observer(store), Policy.load(POLICY))
    _session(judge, frames)  # the models load their buffers
    sessions = [_session(judge, frames) for _ in range(rounds)]
    seconds = median(sum(each) for each in sessions)
    every = sorted(cost for each in sessions for cost in each)
    looked = [cost for cost in every if cost > SKIPPED]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    click.echo(f"Faces: one session of {FRAMES} frames at {SIZE[0]}x{SIZE[1]}, one core, {rounds} rounds")
    click.echo(f"  CPU a session        {seconds:.2f} s (least {min(map(sum, sessions)):.2f} s)")
    click.echo(
        f"  CPU a frame          {median(looked) * 1000:.1f} ms; {len(looked) // rounds} were looked at"
    )
    click.echo(f"  slowest frame        {every[-1] * 1000:.1f} ms")
    click.echo(f"  peak memory          {peak:.0f} MB")
    click.echo(f"  sessions a core      {60 / seconds:.0f} a minute")
    _overload(judge, frames, capacity=1 / seconds)


def _session(judge: SessionJudge, frames: list[tuple[bytes, float]]) -> list[float]:
    """Return the CPU seconds of every frame, and of the decision at the end."""
    session, costs = Session(CHALLENGE, judge.observer, judge.policy), []
    for jpeg, at in frames:
        begun = thread_time()
        session.push(jpeg, at)
        costs.append(thread_time() - begun)
    begun = thread_time()
    session.decide()
    return [*costs, thread_time() - begun]


def _overload(judge: SessionJudge, frames: list[tuple[bytes, float]], *, capacity: float) -> None:
    """Hand one worker with two places twice what it can judge, for ten sessions' time."""

    def make() -> Judge:
        return judge

    judged: list[float] = []
    refused: list[float] = []
    with Pool(workers=1, places=2, make=make) as pool, ThreadPoolExecutor(20) as callers:

        def ask() -> None:
            begun = monotonic()
            try:
                pool.judge(CHALLENGE, frames)
                judged.append(monotonic() - begun)
            except Busy:
                refused.append(monotonic() - begun)

        begun = monotonic()
        for place in range(20):
            callers.submit(ask)
            _wait_until(begun + (place + 1) / (2 * capacity))
    click.echo(
        f"  at twice that        {len(judged)} judged (median {median(judged):.2f} s), {len(refused)} refused"
    )
    if refused:
        click.echo(f"  a refusal takes      {median(refused) * 1000:.1f} ms")


def _wait_until(moment: float) -> None:
    Event().wait(max(0.0, moment - monotonic()))


def _frames() -> Iterator[bytes]:
    video = cv2.VideoCapture(str(CLIP))
    for _ in range(FRAMES):
        more, picture = video.read()
        if not more:
            return
        sized = cv2.resize(picture, SIZE)
        yield bytes(cv2.imencode(".jpg", sized, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1])


if __name__ == "__main__":
    main()
