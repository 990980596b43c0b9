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
from liveness.errors import Busy, LivenessError
from liveness.models.store import Store
from liveness.policy import Policy
from liveness.pool import Pool
from liveness.session import Session
from liveness.vision.observer import Observer

ROOT = Path(__file__).resolve().parents[1]
CLIP = Path(os.environ.get("TONGXING_FACES", ROOT.parent / "shared" / "faces")) / "videos" / "bf_lp_d3.mp4"
POLICY = ROOT / "config" / "liveness.toml"
RATE, FRAMES = 15, 75
SIZE = (640, 480)
QUALITY = 85
#: Sessions that begin at once, on so many workers; browsers send frames three at a time.
RUSH, WORKERS, BATCH = 50, 2, 3
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
    frames = [(jpeg, n / RATE) for n, jpeg in enumerate(frames_of_clip())]
    judge = Observer(store), Policy.load(POLICY)
    _session(*judge, frames)  # the models load their buffers
    sessions = [_session(*judge, frames) for _ in range(rounds)]
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
    for seats in (2, 4, 6):
        _rush(frames, workers=WORKERS, seats=seats)


def _session(observer: Observer, policy: Policy, frames: list[tuple[bytes, float]]) -> list[float]:
    """Return the CPU seconds of every frame, and of the decision at the end."""
    session, costs = Session(CHALLENGE, observer, policy), []
    for jpeg, at in frames:
        begun = thread_time()
        session.push(jpeg, at)
        costs.append(thread_time() - begun)
    begun = thread_time()
    session.decide()
    return [*costs, thread_time() - begun]


def _rush(frames: list[tuple[bytes, float]], *, workers: int, seats: int) -> None:
    """Begin fifty sessions at once; those that are admitted send their frames as a camera gives them."""
    told: list[float] = []
    refused: list[float] = []
    lost: list[str] = []
    with Pool(workers=workers, seats=seats) as pool, ThreadPoolExecutor(RUSH) as callers:

        def answer() -> None:
            begun = monotonic()
            try:
                seat = pool.open(CHALLENGE)
            except Busy:
                refused.append(monotonic() - begun)
                return
            try:
                for first in range(0, len(frames), BATCH):
                    batch = frames[first : first + BATCH]
                    _wait_until(begun + batch[-1][1])
                    sent = monotonic()
                    pool.push(seat, batch)
                    told.append(monotonic() - sent)
                pool.decide(seat)
            except LivenessError as error:
                lost.append(str(error))

        for each in [callers.submit(answer) for _ in range(RUSH)]:
            each.result()
    late = sorted(told)
    click.echo(
        f"  {RUSH} at once: {workers} workers of {seats} seats take {RUSH - len(refused)}; {len(lost)} lost"
    )
    click.echo(
        f"    guidance for a batch of {BATCH}: median {median(late) * 1000:.0f} ms, "
        f"99th of 100 {late[int(len(late) * 0.99)] * 1000:.0f} ms"
    )
    if refused:
        click.echo(f"    a refusal takes {median(refused) * 1000:.1f} ms (median)")


def _wait_until(moment: float) -> None:
    Event().wait(max(0.0, moment - monotonic()))


def frames_of_clip() -> list[bytes]:
    """Return the first five seconds of the clip as a browser sends them, JPEG each."""
    return list(_frames())


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
