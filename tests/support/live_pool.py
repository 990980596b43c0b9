"""A pool that asks for what somebody can do, and a camera that plays a real clip."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from liveness.challenge import Challenge
from liveness.evaluate.clips import read_clip
from liveness.evaluate.co_operation import Gestures, find_gestures
from liveness.evaluate.sources import signals_of
from liveness.guidance import Guidance
from liveness.match import Template
from liveness.pool import Judged, Pool
from liveness.vision.expression import BLENDSHAPES
from tests.liveness.faces import faces, jpeg, observer

# Somebody who turns her head and blinks.
CLIP = "videos/bf_lp_d3.mp4"
# Draws the frame that belongs to what the page asks for, as somebody who reads it would do it.
PLAYER = """
const clip = "/clip/%(clip)s/";
const gestures = %(gestures)s;
const reads = 600;
const canvas = document.createElement("canvas");
[canvas.width, canvas.height] = [640, 480];
const pen = canvas.getContext("2d", { willReadFrequently: true });
const frames = [];
for (let n = 0; n < %(length)d; n += 1) {
  frames[n] = new Image();
  frames[n].src = `${clip}${n}.jpg`;
}
let queue = [], asked = "", since = 0, rest = 0;
const there = (n, length) => {
  const at = n %% (2 * length - 2);
  return at < length ? at : 2 * length - 2 - at;
};
setInterval(() => {
  const wanted = document.querySelector("[data-shown] .tx-shown")?.dataset.sign ?? "";
  if (wanted !== asked) { asked = wanted; since = performance.now(); }
  if (!queue.length && asked && performance.now() - since > reads && gestures.segments[asked]) {
    queue = [...gestures.segments[asked]];
    since = performance.now() + 1500;
  }
  const shown = queue.length ? queue.shift() : gestures.quiet[there(rest++, gestures.quiet.length)];
  const frame = frames[shown];
  if (!frame.naturalWidth) return;
  const side = 480;
  pen.fillStyle = "#8a8f94";
  pen.fillRect(0, 0, 640, 480);
  pen.drawImage(frame, (640 - side) / 2, (480 - side) / 2, side, side);
  // The grain of a sensor: no camera gives the same picture twice.
  const picture = pen.getImageData(0, 0, 640, 480);
  for (let n = 0; n < picture.data.length; n += 4) {
    const grain = 4 * Math.random() - 2;
    for (let colour = n; colour < n + 3; colour += 1) picture.data[colour] += grain;
  }
  pen.putImageData(picture, 0, 0);
}, 66);
navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(15);
"""


@dataclass
class Asking:
    """A pool whose challenges ask for nothing but what somebody *can* do."""

    pool: Pool
    can: frozenset[str]

    def open(self, challenge: Challenge, *, reference: Template | None = None, portrait: bool = False) -> str:
        """Return a seat."""
        while not set(challenge.actions) <= self.can:
            challenge = replace(challenge, actions=Challenge.draw().actions)
        return self.pool.open(challenge, reference=reference, portrait=portrait)

    def push(self, seat: str, frames: Sequence[tuple[bytes, float]]) -> Guidance:
        """Look at frames."""
        return self.pool.push(seat, frames)

    def decide(self, seat: str) -> Judged:
        """Say what came of it."""
        return self.pool.decide(seat)

    def leave(self, seat: str) -> None:
        """Free the seat."""
        self.pool.leave(seat)


@dataclass(frozen=True)
class Film:
    """A clip as pictures, with what its person does in it."""

    pictures: tuple[bytes, ...]
    gestures: Gestures
    template: Template


def film(name: str = CLIP) -> Film:
    """Look through a clip, or skip where there are no faces or no models."""
    seen, pictures, previous = [], [], None
    for index, frame in enumerate(read_clip(faces() / name)):
        previous = observer().observe(
            np.asarray(frame, np.uint8),
            index=index,
            at=index / 15,
            data=b"",
            full=False,
            previous=previous,
        )
        pictures.append(jpeg(frame, 95))
        if previous.landmarks is not None:
            seen.append(previous)
    return Film(tuple(pictures), find_gestures(signals_of(seen, BLENDSHAPES)), template_of(name))


def template_of(name: str) -> Template:
    """Return the template of whoever a clip shows first from the front."""
    for frame in read_clip(faces() / name, most=30):
        picture = np.asarray(frame, np.uint8)
        seen = observer().observe(picture, index=0, at=0.0, data=b"", full=True, previous=None)
        if seen.template is not None:
            return Template.mean(observer().hashes["template"], [seen.template])
    raise AssertionError(f"{name} shows nobody from the front.")
