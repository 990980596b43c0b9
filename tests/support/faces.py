"""Judges and references that say what a test wants, and a browser's side of a face check."""

import hashlib
import hmac
import json
import struct
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from secrets import token_hex

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.app.faces import FaceNeighbours
from idp.domain.accounts import Person
from idp.domain.errors import Unavailable
from idp.domain.faces import Busy, Frame, Guidance, Judged, Match, NotJudged, Outcome
from tests.support.provider import ISSUER
from tests.support.relying_party import csrf

STRAIGHT = Guidance(code="look_straight", action=None, progress=0.0, seconds_left=15.0)
LEFT = Guidance(code="act", action="turn_left", progress=0.0, seconds_left=6.0)
BLINK = Guidance(code="act", action="blink", progress=0.5, seconds_left=6.0)
DONE = Guidance(code="done", action=None, progress=1.0, seconds_left=0.0)
OVER = Guidance(code="over", action=None, progress=0.5, seconds_left=0.0)
# As much of a JPEG as tells that it is one, and words that are searched for afterwards.
CANARY = b"\xff\xd8\xff\xe0 a face that nobody may find again"


def judged(outcome: Outcome = Outcome.PASS, finding: str = "texture:pass:live") -> Judged:
    """Return what judges might say."""
    return Judged(
        outcome=outcome,
        findings=(finding,),
        policy="a" * 64,
        models={"detector": "d" * 64},
        frames=90,
        seconds=9.04,
        portrait=CANARY + b" portrait",
    )


@dataclass
class Judges:
    """Say one thing of *script* after another, and the last again and again; then *verdict*."""

    script: list[Guidance] = field(default_factory=lambda: [STRAIGHT, LEFT, BLINK, DONE])
    verdict: Judged = field(default_factory=judged)
    free: int = 8
    down: bool = False
    template: bytes | None = None
    seats: dict[str, deque[Guidance]] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    asked: list[tuple[float, bytes | None]] = field(default_factory=list)

    def open(self, *, seconds_per_action: float, reference: bytes | None) -> str:
        """Give a seat, if there is one."""
        if self.down:
            raise NotJudged
        if len(self.seats) >= self.free:
            raise Busy
        self.asked.append((seconds_per_action, reference))
        seat = token_hex(16)
        self.seats[seat] = deque(self.script)
        return seat

    def push(self, seat: str, frames: Sequence[Frame]) -> Guidance:
        """Say the next thing."""
        if self.down or seat not in self.seats:
            raise NotJudged
        self.times += [at for _, at in frames]
        left = self.seats[seat]
        return left.popleft() if len(left) > 1 else left[0]

    def decide(self, seat: str) -> Judged:
        """Say what came of it."""
        if self.down or self.seats.pop(seat, None) is None:
            raise NotJudged
        return replace(self.verdict, template=self.template)

    def leave(self, seat: str) -> None:
        """Free the seat."""
        self.seats.pop(seat, None)


@dataclass
class References:
    """Know every face, or say what *said* says; None when they cannot be asked."""

    said: Match | None = Match.MATCH
    kept: bytes | None = None
    portraits: list[bytes | None] = field(default_factory=list)

    def reference(self, person: Person) -> bytes | None:
        """Return the template that is kept, if any."""
        del person
        return self.kept

    def match(self, person: Person, judged: Judged) -> Match:
        """Say whether it is the person."""
        del person
        self.portraits.append(judged.portrait)
        if self.said is None:
            raise Unavailable("The register does not answer.")
        return self.said


def neighbours() -> FaceNeighbours:
    """Return judges and references that are content with everything."""
    return FaceNeighbours(Judges(), References())


@dataclass
class Camera:
    """The script of the page: begins a check at *page*, and sends its batches."""

    browser: FlaskClient
    page: str
    key: str = ""
    number: int = 0
    guard: str = ""

    def agree(self, **fields: str) -> TestResponse:
        """Say yes on the page that asks."""
        shown = self.browser.get(f"{self.page}/face", base_url=ISSUER).text
        session = shown.partition('name="session" value="')[2].partition('"')[0]
        form = {"csrf_token": csrf(self.browser, self.page), "session": session, "decision": "agree"} | fields
        return self.browser.post(
            f"{self.page}/face/agree", base_url=ISSUER, data=form, headers={"Referer": f"{ISSUER}/"}
        )

    def begin(self, camera: str = "Integrated Webcam", **more: object) -> TestResponse:
        """Begin a check."""
        reply = self.post("begin", json.dumps({"camera": camera} | more).encode(), "application/json")
        if reply.status_code == 200:
            self.key, self.number = reply.json["key"], 0
        return reply

    def send(
        self,
        *ages: int,
        number: int | None = None,
        key: str | None = None,
        visit: str | None = None,
        jpegs: Sequence[bytes] | None = None,
        **headers: str,
    ) -> TestResponse:
        """Send the next batch: a frame for each age in milliseconds."""
        self.number = self.number + 1 if number is None else number
        made = [CANARY + token_hex(4).encode() for _ in ages or (200, 100, 0)] if jpegs is None else jpegs
        body = struct.pack(">I", self.number)
        for jpeg, age in zip(made, ages or (200, 100, 0), strict=False):
            body += struct.pack(">HI", age, len(jpeg)) + jpeg
        return self.post("frames", self.signed(body, key, visit), "application/octet-stream", **headers)

    def signed(self, content: bytes, key: str | None = None, visit: str | None = None) -> bytes:
        """Return *content* behind its HMAC."""
        named = (visit or self.page.rpartition("/")[2]).encode() + b"\n"
        return hmac.digest((key or self.key).encode(), named + content, hashlib.sha256) + content

    def post(self, name: str, body: bytes, media_type: str, **headers: str) -> TestResponse:
        """Post to one of the addresses of the check, as the page would."""
        if not self.guard and "X-CSRFToken" not in headers:
            self.guard = csrf(self.browser, self.page)
        usual = {"Referer": f"{ISSUER}/", "X-CSRFToken": self.guard}
        return self.browser.post(
            f"{self.page}/face/{name}",
            base_url=ISSUER,
            data=body,
            content_type=media_type,
            headers=usual | headers,
        )
