"""The register of pictures: what it answers, and that the provider believes nobody else."""

import base64
import json
import socket
import threading
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from idp.adapters.http import GuardedHttp
from idp.adapters.register import FAILURES, PAUSE, Register, seal, unseal
from idp.domain.accounts import Person
from idp.domain.assurance import Level
from idp.domain.documents import Document, DocumentType
from idp.domain.errors import Unavailable
from idp.domain.faces import Judged, Match, Outcome
from idp.domain.ids import PersonId
from idp.domain.outbound import Fetched
from idp.services.face_references import KnownFaces
from tests.support.register import KEY, running_register

PORTRAIT = b"\xff\xd8\xff a portrait"
PERSON = Person(
    id=PersonId("p"),
    name="张三丰",
    level=Level.L3,
    document=Document(DocumentType.RESIDENT_ID, "330000199001010014"),
    phone=None,
    username=None,
    region=None,
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def person(sequence):
    return replace(PERSON, document=Document(DocumentType.RESIDENT_ID, f"33000019900101{sequence}4"))


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    with running_register(tmp_path_factory.mktemp("register")) as (url, _):
        yield url


def register(url, key=KEY, seconds=5.0):
    place = url.removeprefix("http://")
    http = GuardedHttp(allowed=frozenset({place}), ca_file=None, seconds=seconds, max_bytes=16384, most=4)
    return Register(http, url=url, key=key)


@pytest.mark.parametrize(
    ("sequence", "match"),
    [
        ("001", Match.MATCH),
        ("002", Match.MATCH),
        ("003", Match.MISMATCH),
        ("004", Match.NO_REFERENCE),
        ("005", Match.LOW_QUALITY),
        ("006", Match.NO_REFERENCE),
        ("099", Match.NO_REFERENCE),
    ],
)
def test_what_the_register_answers_is_understood(url, sequence, match):
    assert register(url).match_face(person(sequence), PORTRAIT) is match


def test_one_that_is_out_of_order_or_slow_is_unavailable(url):
    with pytest.raises(Unavailable):
        register(url).match_face(person("008"), PORTRAIT)
    with pytest.raises(Unavailable):
        register(url, seconds=0.5).match_face(person("007"), PORTRAIT)


def test_who_has_not_the_key_is_not_answered(url):
    with pytest.raises(Unavailable):
        register(url, key=b"another key of forty characters, or more").match_face(PERSON, PORTRAIT)


def test_somebody_without_a_document_is_in_no_register(url):
    assert register(url).match_face(replace(PERSON, document=None), PORTRAIT) is Match.NO_REFERENCE


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b'{"told": 1, "hmac": 2}', seal({"request_id": "x"}, b"other" * 8), b"\xff"]
)
def test_the_register_refuses_what_it_does_not_understand(url, body):
    http = GuardedHttp(
        allowed=frozenset({url.removeprefix("http://")}), ca_file=None, seconds=5, max_bytes=16384, most=4
    )

    assert http.send(f"{url}/match-face", body or b" ").status in {400, 403}
    assert http.send(f"{url}/elsewhere", b"{}").status == 404


class Line:
    """A register that says what a test wants."""

    def __init__(self, answer, status=200):
        self.answer, self.status, self.asked = answer, status, []

    def send(self, url, body):
        self.asked.append((url, unseal(body, KEY)))
        told = self.answer(self.asked[-1][1]) if callable(self.answer) else self.answer
        if told is None:
            raise Unavailable("no")
        return Fetched(status=self.status, media_type="application/json", body=told)


def good(question, **changes):
    return seal({"request_id": question["request_id"], "result": "match"} | changes, KEY)


def test_the_question_is_in_the_body_alone():
    line = Line(good)

    assert Register(line, url="https://register.test", key=KEY).match_face(PERSON, PORTRAIT) is Match.MATCH

    [(url, question)] = line.asked
    assert url == "https://register.test/match-face"
    assert question["name"] == "张三丰"
    assert base64.b64decode(question["portrait"]) == PORTRAIT


@pytest.mark.parametrize(
    "answer",
    [
        lambda question: good(question, request_id="another"),
        lambda question: good(question, result="yes"),
        lambda question: good(question, result=True),
        lambda question: seal({"request_id": question["request_id"], "result": "match"}, b"another key" * 4),
        lambda question: json.dumps({"request_id": question["request_id"], "result": "match"}).encode(),
        b"",
        b"[]",
        b'{"told": "{}", "hmac": "00"}',
    ],
    ids=["replayed", "unknown", "no word", "forged", "unsigned", "empty", "list", "wrong"],
)
def test_whatever_is_no_clear_answer_is_none(answer):
    with pytest.raises(Unavailable):
        Register(Line(answer), url="https://r.test", key=KEY).match_face(PERSON, PORTRAIT)


def test_an_error_that_says_match_is_none():
    with pytest.raises(Unavailable):
        Register(Line(good, status=500), url="https://r.test", key=KEY).match_face(PERSON, PORTRAIT)


def test_after_some_failures_nobody_waits_for_it_for_a_while():
    moment = [0.0]
    line = Line(None)
    asked = Register(line, url="https://r.test", key=KEY, now=lambda: moment[0])
    for _ in range(FAILURES + 5):
        with pytest.raises(Unavailable):
            asked.match_face(PERSON, PORTRAIT)
    assert len(line.asked) == FAILURES

    line.answer = good
    moment[0] += PAUSE + 1

    assert asked.match_face(PERSON, PORTRAIT) is Match.MATCH


class NobodyKept:
    def usable(self, person):
        del person


def test_a_check_without_a_frontal_frame_is_not_sent():
    line = Line(good)
    judged = Judged(outcome=Outcome.PASS, findings=(), policy="", models={}, frames=1, seconds=1.0)
    known = KnownFaces(register=Register(line, url="https://r.test", key=KEY), own=NobodyKept())

    assert known.match(PERSON, judged) is Match.LOW_QUALITY
    assert known.match(PERSON, replace(judged, portrait=PORTRAIT)) is Match.MATCH
    assert known.reference(PERSON) is None
    assert len(line.asked) == 1


@contextmanager
def hanging_up():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve():
            with server.accept()[0] as line:
                line.recv(65536)

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_one_that_hangs_up_is_unavailable_and_names_nobody():
    with hanging_up() as url, pytest.raises(Unavailable) as error:
        register(url).match_face(PERSON, PORTRAIT)

    assert "张三丰" not in repr(error.value)
    assert "330000" not in repr(error.value)
