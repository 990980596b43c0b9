"""What goes over the pool's sockets: a header of JSON, and the bytes that it tells the lengths of."""

import json
import socket
import struct
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from liveness import errors
from liveness.challenge import Action
from liveness.errors import LivenessError, NotJudged, TooMuch
from liveness.finding import Decision, Finding, Outcome, Verdict
from liveness.guidance import Code, Guidance
from liveness.match import Template

Frames = Sequence[tuple[bytes, float]]
Header = dict[str, Any]

READY = b"ready\n"
#: Seconds within which a request is read, worked off and answered; a worker that takes longer is ended.
PATIENCE = 10.0
MAX_HEADER = 1 << 16
#: Of one request: a batch of frames is far smaller.
MAX_BYTES = 4 << 20
MAX_FRAMES = 64
LENGTHS = struct.Struct("!II")
#: Errors that go through the pool with the word that explains them.
TOLD = {each.__name__: each for each in (errors.Busy, errors.SeatGone, NotJudged, TooMuch)}


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision, with the face as a template where it was seen from the front.

    *portrait* is one frontal JPEG, only where it was asked for: it lives as long as the caller needs it.
    """

    decision: Decision
    template: Template | None = None
    portrait: bytes | None = None


def address(folder: Path, worker: int) -> str:
    """Return where a worker listens."""
    return str(folder / f"worker-{worker}")


def send(line: socket.socket, header: Header, blobs: Sequence[bytes], *, until: float) -> None:
    """Send a message; raises TooMuch for one that nobody would take."""
    told = json.dumps(header | {"blobs": [len(each) for each in blobs]}).encode()
    size = sum(map(len, blobs))
    if len(told) > MAX_HEADER or size > MAX_BYTES:
        raise TooMuch("The message is larger than the pool takes.")
    line.settimeout(_left(until))
    line.sendall(b"".join([LENGTHS.pack(len(told), size), told, *blobs]))


def receive(line: socket.socket, *, until: float) -> tuple[Header, list[bytes]]:
    """Return a message; raises TooMuch before it reads one that is too large, EOFError for what is none."""
    length, size = LENGTHS.unpack(_read(line, LENGTHS.size, until))
    if length > MAX_HEADER or size > MAX_BYTES:
        raise TooMuch("The message is larger than the pool takes.")
    told, content, blobs, place = _read(line, length, until), _read(line, size, until), [], 0
    try:
        header = json.loads(told)
        for each in header.pop("blobs"):
            blobs.append(content[place : place + each])
            place += each
    except (AttributeError, KeyError, TypeError, ValueError):
        raise EOFError from None
    if place != size:
        raise EOFError
    return header, blobs


def guidance_to(told: Guidance) -> Header:
    """Return guidance as JSON holds it."""
    return asdict(told)


def guidance_from(header: Header) -> Guidance:
    """Return what :func:`guidance_to` wrote."""
    action = header["action"]
    return Guidance(
        Code(header["code"]), Action(action) if action else None, header["progress"], header["seconds_left"]
    )


def judged_to(judged: Judged) -> tuple[Header, list[bytes]]:
    """Return what was judged: the decision as JSON, template and portrait as bytes, empty for none."""
    template = judged.template.to_bytes() if judged.template else b""
    return {"decision": asdict(judged.decision)}, [template, judged.portrait or b""]


def judged_from(header: Header, blobs: Sequence[bytes]) -> Judged:
    """Return what :func:`judged_to` wrote."""
    told = header["decision"]
    findings = tuple(
        Finding(each["rule"], Verdict(each["verdict"]), each["reason"], each["measured"])
        for each in told["findings"]
    )
    decision = Decision(**(told | {"outcome": Outcome(told["outcome"]), "findings": findings}))
    template, portrait = blobs
    return Judged(decision, Template.from_bytes(template) if template else None, portrait or None)


def error_to(error: LivenessError) -> Header:
    """Return a refusal as JSON holds it: its kind, and the constant word that explains it."""
    return {"error": type(error).__name__, "reason": str(error)}


def error_from(header: Mapping[str, Any]) -> LivenessError:
    """Return the refusal; one of a kind that callers do not know is NotJudged with its name."""
    kind = TOLD.get(header["error"])
    return kind(header["reason"]) if kind else NotJudged(header["error"])


def _read(line: socket.socket, length: int, until: float) -> bytes:
    content = bytearray()
    while len(content) < length:
        line.settimeout(_left(until))
        part = line.recv(min(length - len(content), 1 << 20))
        if not part:
            raise EOFError
        content += part
    return bytes(content)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
