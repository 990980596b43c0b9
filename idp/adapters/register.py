"""The register of people's pictures: asked whether a face is somebody's, over HTTP, signed both ways.

Personal data is in the body alone. Whoever answers must hold the key that we hold: question and answer
are JSON texts, each beside its HMAC-SHA-256.
"""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol

from idp.domain.accounts import Person
from idp.domain.errors import Unavailable
from idp.domain.faces import Match
from idp.domain.ids import random_id
from idp.domain.outbound import Fetched

PATH = "/match-face"
ANSWERS = {
    "match": Match.MATCH,
    "mismatch": Match.MISMATCH,
    "low_quality": Match.LOW_QUALITY,
    "no_photo": Match.NO_REFERENCE,
    "no_record": Match.NO_REFERENCE,
}
# After so many failures in a row nobody waits for the register any more, for so many seconds.
FAILURES, PAUSE = 3, 10.0
OK = 200


class Sends(Protocol):
    """Sends JSON to an address."""

    def send(self, url: str, body: bytes) -> Fetched:
        """Post *body*; raises Unavailable."""


class Register:
    """Asks one register."""

    def __init__(
        self, http: Sends, *, url: str, key: bytes, now: Callable[[], float] = time.monotonic
    ) -> None:
        self._http = http
        self._url = url.rstrip("/") + PATH
        self._key = key
        self._now = now
        self._lock = Lock()
        self._failures = 0
        self._paused_until = 0.0

    def match_face(self, person: Person, portrait: bytes) -> Match:
        """Say whether *portrait* (JPEG) shows *person*; raises Unavailable where that is not clear."""
        with self._lock:
            if self._now() < self._paused_until:
                raise Unavailable("The register did not answer a moment ago.")
        try:
            match = self._ask(person, portrait)
        except Unavailable:
            self._failed()
            raise
        with self._lock:
            self._failures = 0
        return match

    def _ask(self, person: Person, portrait: bytes) -> Match:
        if person.document is None:
            return Match.NO_REFERENCE
        number = random_id()
        question = {
            "request_id": number,
            "name": person.name,
            "document_type": person.document.type.value,
            "document_number": person.document.number,
            "portrait": base64.b64encode(portrait).decode(),
        }
        fetched = self._http.send(self._url, seal(question, self._key))
        answer = unseal(fetched.body, self._key) if fetched.status == OK else None
        match = ANSWERS.get(str(answer.get("result"))) if answer else None
        # An answer to another question is none to this.
        if answer is None or match is None or answer.get("request_id") != number:
            raise Unavailable("The register gave no answer.")
        return match

    def _failed(self) -> None:
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._paused_until, self._failures = self._now() + PAUSE, 0


def seal(told: dict[str, Any], key: bytes) -> bytes:
    """Return *told* beside its HMAC."""
    text = json.dumps(told, ensure_ascii=False)
    return json.dumps({"told": text, "hmac": _hmac(text, key)}, ensure_ascii=False).encode()


def unseal(body: bytes, key: bytes) -> dict[str, Any] | None:
    """Return what was told, or None where the HMAC does not fit."""
    try:
        read = json.loads(body)
        text, mac = read["told"], read["hmac"]
        is_ours = hmac.compare_digest(_hmac(text, key).encode(), mac.encode())
        told = json.loads(text) if is_ours else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


def _hmac(text: str, key: bytes) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
