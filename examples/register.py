"""A register of people's pictures to try the provider with: it has none, and answers by the number asked for.

The sequence of a fictitious document number (its digits 15 to 17) says what it does:

=====  ====================================================
001    the picture shows the person
002    the same
003    it shows somebody else
004    there is no picture of the person
005    the picture that was sent is too poor
006    nobody has this number
007    it answers after half a minute
008    it is out of order
=====  ====================================================

With ``--pictures FOLDER`` it compares for whom there is a file ``NUMBER.jpg``; the pictures are the
operator's, none come with it. Question and answer are signed with the key that both sides hold.
"""

import base64
import hashlib
import hmac
import json
import sys
import time
from collections.abc import Callable
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import click

PATH = "/match-face"
MOST_BYTES = 8 << 20
SLOW_SECONDS = 30
SEQUENCE = slice(14, 17)
BY_SEQUENCE = {
    "001": "match",
    "002": "match",
    "003": "mismatch",
    "004": "no_photo",
    "005": "low_quality",
    "006": "no_record",
    "007": "match",
}
SLOW, BROKEN = "007", "008"
OK, BAD_REQUEST, FORBIDDEN, NOT_FOUND, TOO_LARGE, OUT_OF_ORDER = 200, 400, 403, 404, 413, 503

Compare = Callable[[str, bytes], str | None]


class OutOfOrderError(Exception):
    """The register pretends to be down."""


def answer_to(question: dict[str, Any], compare: Compare) -> str:
    """Return the result for a question, after half a minute for some; raises OutOfOrderError."""
    number, portrait = str(question["document_number"]), base64.b64decode(question["portrait"])
    if compared := compare(number, portrait):
        return compared
    sequence = number[SEQUENCE]
    if sequence == BROKEN:
        raise OutOfOrderError
    if sequence == SLOW:
        time.sleep(SLOW_SECONDS)
    return BY_SEQUENCE.get(sequence, "no_record")


class Desk(BaseHTTPRequestHandler):
    """Takes questions; nothing of them is written anywhere."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, key: bytes, compare: Compare) -> None:
        self._key, self._compare = key, compare
        super().__init__(*args)

    def do_GET(self) -> None:
        """Say that it is up."""
        self._say(OK)

    def do_POST(self) -> None:
        """Answer one question."""
        length = int(self.headers.get("Content-Length") or 0)
        if self.path != PATH:
            self._say(NOT_FOUND)
        elif not 0 < length <= MOST_BYTES:
            self._say(TOO_LARGE)
        else:
            self._say(*self._answer(self.rfile.read(length)))

    def log_message(self, *_: Any) -> None:
        """Write nothing."""

    def _answer(self, body: bytes) -> tuple[int, bytes]:
        try:
            sent = json.loads(body)
            if not hmac.compare_digest(_hmac(sent["told"], self._key), sent["hmac"]):
                return FORBIDDEN, b""
            question = json.loads(sent["told"])
            answer = {"request_id": question["request_id"], "result": answer_to(question, self._compare)}
        except OutOfOrderError:
            return OUT_OF_ORDER, b""
        except (ValueError, KeyError, TypeError, AttributeError):
            return BAD_REQUEST, b""
        told = json.dumps(answer)
        return OK, json.dumps({"told": told, "hmac": _hmac(told, self._key)}).encode()

    def _say(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def no_pictures(number: str, portrait: bytes) -> None:
    """Compare nothing."""
    del number, portrait


def pictures_in(folder: Path) -> Compare:
    """Return what compares a portrait with the picture of the number; the models are loaded here."""
    import cv2  # noqa: PLC0415 - without pictures none of it is needed
    import numpy as np  # noqa: PLC0415

    from liveness.match import CosineMatcher, Template  # noqa: PLC0415
    from liveness.models.store import Store  # noqa: PLC0415
    from liveness.vision.observer import Observer  # noqa: PLC0415

    observer = Observer(Store())

    def template_of(data: bytes) -> Template | None:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        return None if picture is None else observer.template_of(np.asarray(picture, np.uint8))

    kept = {path.stem: template_of(path.read_bytes()) for path in folder.glob("*.jpg")}

    def compare(number: str, portrait: bytes) -> str | None:
        if number not in kept:
            return None
        own, shown = kept[number], template_of(portrait)
        if own is None or shown is None:
            return "low_quality"
        return "match" if CosineMatcher(own.model).compare(own, shown).same else "mismatch"

    return compare


def _hmac(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


@click.command()
@click.option("--port", required=True, type=click.IntRange(1, 65535))
@click.option("--key-file", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--pictures", type=click.Path(path_type=Path, exists=True, file_okay=False))
def main(port: int, key_file: Path, pictures: Path | None) -> None:
    """Answer on this machine alone until told to stop."""
    compare = pictures_in(pictures) if pictures else no_pictures
    desk = partial(Desk, key=key_file.read_bytes().strip(), compare=compare)
    with ThreadingHTTPServer(("127.0.0.1", port), desk) as server:
        click.echo(f"The register answers at http://127.0.0.1:{port}.")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
