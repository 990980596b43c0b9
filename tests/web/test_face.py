"""A transaction proved by a live face: agreed to, looked at batch by batch, bound to whom it began for."""

import sqlite3
import subprocess
import sys
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
import redis

from idp.domain.documents import DocumentType
from idp.domain.faces import Guidance, Match, Outcome
from idp.domain.interaction.interaction import Confirmation
from idp.settings_values import ROOT
from idp.storage.ephemeral.kept import KeptInteractions
from tests.support.faces import CANARY, LEFT, OVER, STRAIGHT, Camera, judged, neighbours
from tests.support.provider import PASSWORD
from tests.support.relying_party import (
    Visit,
    answer,
    authorize,
    claims_of,
    csrf,
    decide,
    get,
    post,
    redeem,
    sign_in,
)
from tests.support.transactions import (
    KINDS,
    come_to_page,
    confirm,
    open_with_types,
    register,
    transfer,
    written,
)

ACR = "https://tongxing.example/ns/acr/"
PROVED, STRONG = KINDS[3:]
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


@pytest.fixture
def ports():
    return neighbours()


@pytest.fixture
def provider(tmp_path, ports):
    return open_with_types(tmp_path, judging=ports)


@pytest.fixture
def browser(provider):
    return provider.browser()


@pytest.fixture
def visit(provider):
    return Visit(register(provider))


@pytest.fixture
def camera(provider, browser, visit):
    """Return the camera of a person who signed in a while ago and confirmed a transaction."""
    return camera_at(provider, browser, visit)


def camera_at(provider, browser, visit, *details):
    page = come_to_page(browser, visit, *(details or (transfer(type=PROVED),)))
    provider.clock.advance(6 * MINUTE)
    assert confirm(browser, page).headers["Location"] == page
    return Camera(browser, page)


@pytest.fixture
def begun(camera):
    """Return a camera whose check has begun."""
    assert camera.agree().status_code == 303
    assert camera.begin().status_code == 200
    return camera


def go_through(provider, camera, batches=4):
    """Send batches a third of a second apart; return the last answer."""
    replies = []
    for _ in range(batches):
        provider.clock.advance(SECOND / 3)
        replies.append(camera.send())
    return replies[-1]


def events(provider, kind):
    return [details for each, details in provider.events() if each == kind]


def test_a_face_proves_it_and_the_token_says_so(provider, browser, visit, begun):
    told = go_through(provider, begun)

    ended = {"end": "passed", "left": 3, "next": begun.page}
    assert told.json == {"code": "done", "action": None, "progress": 1.0, "seconds": 0.0} | ended
    done = get(browser, begun.page)
    issued = claims_of(redeem(browser, visit, answer(done)["code"]).json["id_token"])
    assert issued["acr"] == f"{ACR}l2-tx"
    assert issued["amr"] == ["pwd", "face"]
    [proved] = events(provider, "TransactionProved")
    assert proved["amr"] == ["face"]
    [checked] = events(provider, "FaceChecked")
    assert (checked["ended"], checked["match"], checked["findings"]) == (
        "passed",
        "match",
        ["texture:pass:live"],
    )
    assert (checked["policy"], checked["models"]) == ("a" * 64, ["detector:" + "d" * 64])
    assert (checked["types"], checked["risks"]) == ([PROVED], [])


def test_the_yes_to_it_is_asked_for_alone_and_written_down(provider, browser, camera):
    shown = get(browser, f"{camera.page}/face?lang=en").text
    assert "May your face be checked?" in shown
    assert "Agree and go on" in shown
    assert "<video" not in shown

    camera.agree()

    [agreed] = events(provider, "FaceAgreed")
    assert (agreed["version"], agreed["language"], agreed["types"]) == ("1", "en", [PROVED])
    assert agreed["at"]
    assert "<video" in get(browser, f"{camera.page}/face").text


def test_whoever_does_not_agree_is_not_recorded_and_has_the_other_way(provider, browser, camera):
    get(browser, f"{camera.page}/face")

    back = get(browser, f"{camera.page}?lang=en").text

    assert "With a passkey" in back
    assert "face" not in repr(provider.events()).lower()


def test_nothing_begins_before_the_person_agreed(camera, ports):
    refused = camera.begin()

    assert (refused.status_code, refused.json["error"]) == (403, "consent_required")
    assert ports.judges.seats == {}


def test_a_yes_that_another_person_was_shown_does_not_count(provider, browser, camera):
    form = {"csrf_token": csrf(browser, camera.page), "session": "another", "decision": "agree"}

    post(browser, f"{camera.page}/face/agree", form)

    assert events(provider, "FaceAgreed") == []


def test_a_yes_falls_with_the_session_it_was_given_in(provider, browser, visit, begun):
    post(browser, f"{begun.page}/switch", {"csrf_token": csrf(browser, begun.page)})
    sign_in(browser, begun.page)
    confirm(browser, begun.page)

    assert "<video" not in get(browser, f"{begun.page}/face").text
    assert begun.begin().json["error"] == "consent_required"


@pytest.mark.parametrize("kind", [PROVED, STRONG])
def test_beside_a_face_stands_another_way(provider, browser, visit, kind):
    page = camera_at(provider, browser, visit, transfer(type=kind)).page

    shown = get(browser, f"{page}?lang=en").text

    assert "Check my face" in shown
    assert "With a passkey" in shown


def test_of_two_ways_a_face_is_one(provider, browser, visit):
    camera = camera_at(provider, browser, visit, transfer("60000.00"))
    camera.agree()
    camera.begin()

    go_through(provider, camera)

    shown = get(browser, f"{camera.page}?lang=en").text
    assert "two different ways are needed" in shown
    form = {"csrf_token": csrf(browser, camera.page), "password": PASSWORD}
    done = post(browser, f"{camera.page}/proof", form)
    told = claims_of(redeem(browser, visit, answer(done)["code"]).json["id_token"])
    assert told["amr"] == ["pwd", "face", "mfa"]


@pytest.mark.parametrize(
    "document",
    [
        {"document_number": "330000201506010036"},
        {"document_number": "X12345678", "document_type": DocumentType.PASSPORT},
    ],
)
def test_children_and_those_whose_age_is_unknown_are_not_asked_for_their_face(provider, visit, document):
    provider.enter("young", phone="+8610000000007", **document)
    browser = provider.browser()
    page = authorize(browser, visit, authorization_details=written(transfer(type=PROVED))).headers["Location"]
    sign_in(browser, page, "young")
    decide(browser, page)
    confirm(browser, page)

    assert "With your face" not in get(browser, f"{page}?lang=en").text
    assert get(browser, f"{page}/face").headers["Location"] == page
    assert Camera(browser, page).begin().json["error"] == "consent_required"


def test_only_the_page_of_the_check_may_ask_for_the_camera(browser, camera):
    before = get(browser, f"{camera.page}/face").headers["Permissions-Policy"]
    camera.agree()

    allowed = get(browser, f"{camera.page}/face").headers

    assert before == "camera=(), geolocation=(), microphone=()"
    assert allowed["Permissions-Policy"] == "camera=(self), geolocation=(), microphone=()"
    assert "script-src 'self';" in allowed["Content-Security-Policy"]
    assert "camera=()" in get(browser, camera.page).headers["Permissions-Policy"]


def test_only_the_next_action_is_told(provider, begun):
    told = [go_through(provider, begun, 1).json for _ in range(3)]

    assert [(each["code"], each["action"]) for each in told] == [
        ("look_straight", None),
        ("act", "turn_left"),
        ("act", "blink"),
    ]
    assert all(set(each) == {"code", "action", "progress", "seconds"} for each in told)


def refusal(reply):
    return reply.status_code, reply.json["error"]


def test_a_batch_that_was_not_signed_is_refused(provider, begun, ports):
    told = begun.send(key="k" * 43)

    assert refusal(told) == (403, "invalid_request")
    assert ports.judges.times == []


def test_a_batch_that_was_changed_on_its_way_is_refused(begun):
    made = bytearray(begun.signed(b"\0\0\0\1" + b"\0\0\0\0\0\x04\xff\xd8\xff\xe0"))
    made[-1] ^= 1

    assert refusal(begun.post("frames", bytes(made), "application/octet-stream")) == (403, "invalid_request")


def test_a_batch_comes_once(provider, begun, ports):
    assert begun.send().status_code == 200
    provider.clock.advance(SECOND)

    again = begun.send(number=1)

    assert refusal(again) == (409, "invalid_request")
    assert len(ports.judges.times) == 3


@pytest.mark.parametrize("number", [0, 62, 2**32 - 1])
def test_numbers_follow_each_other(begun, number):
    assert refusal(begun.send(number=number)) == (409, "invalid_request")


def test_a_batch_that_was_lost_may_be_left_out(provider, begun):
    begun.send()
    provider.clock.advance(SECOND)

    assert begun.send(number=3).status_code == 200


def test_of_many_that_send_the_same_number_one_is_heard(provider, begun, ports):
    guard = {"X-CSRFToken": csrf(begun.browser, begun.page)}
    cookies = begun.browser._cookies  # noqa: SLF001 - each thread has a client of its own

    def send(_):
        browser = provider.browser()
        browser._cookies = cookies  # noqa: SLF001
        return Camera(browser, begun.page, begun.key).send(number=1, **guard).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = sorted(pool.map(send, range(4)))

    assert statuses == [200, 409, 409, 409]


def test_a_batch_belongs_to_its_visit(provider, browser, visit, begun):
    other = camera_at(provider, browser, Visit(visit.client))
    other.agree()

    # The other visit has begun no check, and the batch is signed for this one.
    stolen = Camera(browser, other.page, begun.key)

    assert refusal(stolen.send(visit=begun.page.rpartition("/")[2])) == (409, "face_check_gone")


def test_a_check_that_begins_in_another_visit_ends_the_first(provider, browser, visit, begun, ports):
    other = camera_at(provider, browser, Visit(visit.client))
    other.agree()
    assert other.begin().status_code == 200

    assert refusal(begun.send()) == (409, "face_check_gone")
    assert len(ports.judges.seats) == 1
    assert [each["ended"] for each in events(provider, "FaceChecked")] == ["left"]


def test_a_batch_belongs_to_its_browser(provider, begun):
    thief = Camera(provider.browser(), begun.page, begun.key)
    thief.guard = csrf(thief.browser, get(thief.browser, "/sign-in").headers["Location"])

    assert refusal(thief.send()) == (400, "interaction_gone")


def test_a_batch_belongs_to_its_session_and_person(provider, browser, visit, begun):
    provider.enter("lisi", document_number="330000198802290023", phone="+8610000000003")
    post(browser, f"{begun.page}/switch", {"csrf_token": csrf(browser, begun.page)})
    sign_in(browser, begun.page, "lisi")

    assert refusal(begun.send()) == (409, "face_check_gone")


def test_a_session_that_has_ended_proves_nothing(provider, browser, begun):
    for _ in range(3):
        go_through(provider, begun, 1)
    provider.clock.advance(31 * MINUTE)

    assert refusal(begun.send()) == (409, "face_check_gone")
    assert events(provider, "TransactionProved") == []


def test_after_the_end_nothing_is_heard(provider, begun):
    go_through(provider, begun)

    assert refusal(begun.send()) == (409, "face_check_gone")


def test_a_challenge_is_answered_once(provider, browser, begun, ports):
    go_through(provider, begun)

    assert ports.judges.seats == {}
    assert len(events(provider, "FaceChecked")) == 1


def test_what_was_confirmed_anew_is_checked_anew(provider, browser, begun):
    begun.send()
    interaction_id = begun.page.rpartition("/")[2]
    interactions = KeptInteractions(provider.house.neighbours.ephemeral.expiring)
    now = interactions.get(interaction_id)
    assert now
    other = Confirmation(session_id=now.confirmation.session_id, transaction_hash="other")
    interactions.replace(now, replace(now, confirmation=other))

    assert refusal(begun.send()) == (409, "face_check_gone")
    assert [each["ended"] for each in events(provider, "FaceChecked")] == ["left"]


BAD_BATCHES = {
    "no frame": [],
    "too many": [CANARY] * 7,
    "no picture": [b"GIF89a"],
    "nothing": [b""],
    "too large": [CANARY + bytes(160 * 1024)],
}


@pytest.mark.parametrize("jpegs", BAD_BATCHES.values(), ids=BAD_BATCHES)
def test_a_batch_that_is_none_is_refused(begun, jpegs):
    assert refusal(begun.send(*[0] * len(jpegs), jpegs=jpegs)) == (400, "invalid_request")


@pytest.mark.parametrize("ages", [(0, 100), (2001,), (65535, 0)])
def test_ages_that_cannot_be_are_refused(begun, ages):
    assert refusal(begun.send(*ages)) == (400, "invalid_request")


@pytest.mark.parametrize("content", [b"", b"\0", b"\0\0\0\1\0", b"\0\0\0\1\0\0\xff\xff\xff\xff"])
def test_half_a_batch_is_refused(begun, content):
    told = begun.post("frames", begun.signed(content), "application/octet-stream")

    assert refusal(told) == (400, "invalid_request")


def test_a_body_that_is_too_large_is_not_read(begun):
    told = begun.post("frames", bytes(513 * 1024), "application/octet-stream")

    assert told.status_code == 413


def test_other_bodies_stay_as_small_as_they_were(browser, begun):
    told = post(browser, f"{begun.page}/face/agree", {"csrf_token": "x" * 70 * 1024})

    assert told.status_code == 413


@pytest.mark.parametrize("kind", ["image/jpeg", "multipart/form-data", "application/x-www-form-urlencoded"])
def test_another_content_type_is_refused(begun, kind):
    assert begun.post("frames", begun.signed(b"\0\0\0\1"), kind).status_code in {400, 415}


def test_frames_come_no_faster_than_from_a_camera(begun, ports):
    ports.judges.seats.update({seat: deque([STRAIGHT]) for seat in ports.judges.seats})
    replies = [begun.send(*range(50, -1, -10)) for _ in range(10)]

    assert {reply.status_code for reply in replies[:7]} == {200}
    assert refusal(replies[-1]) == (429, "slow_down")


def test_another_site_sends_nothing(provider, begun):
    without = begun.send(**{"X-CSRFToken": ""})
    elsewhere = begun.send(Referer="https://evil.test/")

    assert refusal(without) == (400, "invalid_request")
    assert refusal(elsewhere) == (400, "invalid_request")


def test_time_is_ours(provider, begun, ports):
    provider.clock.advance(SECOND)
    begun.send(200, 100, 0)
    provider.clock.advance(SECOND / 2)
    begun.send(900, 900, 0)

    assert [round(each, 3) for each in ports.judges.times] == [0.8, 0.9, 1.0, 1.001, 1.002, 1.5]


def test_a_check_does_not_go_on_for_ever(provider, begun, ports):
    ports.judges.seats.update({seat: deque([STRAIGHT]) for seat in ports.judges.seats})
    refusals = []
    for _ in range(8):
        provider.clock.advance(SECOND * 31)
        refusals.append(begun.send())

    assert refusal(refusals[-1]) == (409, "face_check_gone")


def test_who_fails_is_told_what_may_help_and_not_which_rule_spoke(provider, begun, ports):
    ports.judges.verdict = judged(Outcome.FAIL, "texture:fail:screen")

    told = go_through(provider, begun)

    assert (told.json["end"], told.json["left"]) == ("failed", 2)
    assert told.json["advice"] == ["light", "distance", "covering", "pose"]
    assert "screen" not in told.text
    assert "next" not in told.json
    [checked] = events(provider, "FaceChecked")
    assert (checked["ended"], checked["findings"]) == ("failed", ["texture:fail:screen"])
    assert events(provider, "TransactionProved") == []


def test_advice_is_of_what_was_told_before(provider, camera, ports):
    dark = Guidance(code="too_dark", action=None, progress=0.0, seconds_left=9.0)
    ports.judges.script = [dark, LEFT, OVER]
    ports.judges.verdict = judged(Outcome.INCONCLUSIVE)
    camera.agree()
    camera.begin()

    assert go_through(provider, camera, 3).json["advice"] == ["light"]


@pytest.mark.parametrize("said", [Match.MISMATCH, Match.LOW_QUALITY])
def test_a_live_face_that_is_not_the_persons_proves_nothing(provider, browser, begun, ports, said):
    ports.references.said = said

    told = go_through(provider, begun)

    assert (told.json["end"], told.json["left"]) == ("failed", 2)
    assert events(provider, "TransactionProved") == []
    assert events(provider, "FaceChecked")[0]["match"] == said
    assert get(browser, begun.page).status_code == 200


def test_whoever_nothing_is_known_of_is_led_to_another_way(provider, begun, ports):
    ports.references.said = Match.NO_REFERENCE

    told = go_through(provider, begun)

    assert (told.json["end"], told.json["left"]) == ("no_reference", 3)


def test_a_register_that_does_not_answer_costs_no_try(provider, begun, ports):
    ports.references.said = None

    told = go_through(provider, begun)

    assert (told.json["end"], told.json["left"]) == ("not_judged", 3)
    assert events(provider, "TransactionProved") == []


def test_judges_that_are_gone_cost_no_try(provider, begun, ports):
    go_through(provider, begun, 2)
    ports.judges.seats.clear()

    told = go_through(provider, begun, 1)

    assert (told.json["end"], told.json["left"]) == ("not_judged", 3)
    assert [each["ended"] for each in events(provider, "FaceChecked")] == ["not_judged"]


def test_whoever_waits_until_the_seat_is_gone_has_used_the_try(provider, begun, ports):
    go_through(provider, begun, 2)
    provider.clock.advance(21 * SECOND)
    ports.judges.seats.clear()

    told = begun.send()

    assert (told.json["end"], told.json["left"]) == ("not_judged", 2)


def test_whoever_leaves_before_the_first_action_has_used_no_try(provider, begun, ports):
    begun.send()
    assert begun.post("leave", b"", "text/plain").status_code == 204

    assert ports.judges.seats == {}
    assert begun.begin().status_code == 200
    assert go_through(provider, begun).json["left"] == 3


def test_whoever_looks_at_the_first_action_and_leaves_has_used_a_try(provider, begun, ports):
    begun_again = []
    for _ in range(3):
        go_through(provider, begun, 2)
        begun.post("leave", b"", "text/plain")
        begun_again.append(begun.begin())

    assert (begun_again[-1].status_code, begun_again[-1].json) == (429, {"problem": "spent"})


def test_three_tries_a_visit_and_then_another_way(provider, begun, ports):
    ports.judges.verdict = judged(Outcome.FAIL)
    left, begun_again = [], []
    for _ in range(3):
        left.append(go_through(provider, begun).json["left"])
        begun_again.append(begun.begin())

    assert left == [2, 1, 0]
    assert (begun_again[-1].status_code, begun_again[-1].json) == (429, {"problem": "spent"})


def test_a_new_visit_gives_no_new_tries_of_the_person(tmp_path, ports):
    ports.judges.verdict = judged(Outcome.FAIL)
    folder = tmp_path / "few"
    folder.mkdir()
    provider = open_with_types(folder, judging=ports, faces={"person": "2 per day"})
    browser, client = provider.browser(), register(provider)
    for _ in range(2):
        camera = camera_at(provider, browser, Visit(client))
        camera.agree()
        assert camera.begin().status_code == 200
        go_through(provider, camera)

    again = camera_at(provider, browser, Visit(client))
    again.agree()

    assert again.begin().json == {"problem": "spent"}


@pytest.mark.parametrize("counter", ["address", "client"])
def test_beginnings_are_counted_by_address_and_by_client(tmp_path, ports, counter):
    folder = tmp_path / "few"
    folder.mkdir()
    provider = open_with_types(folder, judging=ports, faces={counter: "2 per hour"})
    camera = camera_at(provider, provider.browser(), Visit(register(provider)))
    camera.agree()

    assert [camera.begin().status_code for _ in range(3)] == [200, 200, 503]


def test_when_every_seat_is_taken_it_is_said_at_once(camera, ports):
    ports.judges.free = 0
    camera.agree()

    refused = camera.begin()

    assert (refused.status_code, refused.json) == (503, {"problem": "busy"})


def test_when_nobody_judges_it_is_said_at_once(camera, ports):
    ports.judges.down = True
    camera.agree()

    refused = camera.begin()

    assert (refused.status_code, refused.json) == (503, {"problem": "down"})


@pytest.mark.parametrize(("unhurried", "seconds"), [(True, 20.0), (False, 6.0), ("yes", 6.0)])
def test_there_is_more_time_for_whoever_asks(camera, ports, unhurried, seconds):
    ports.references.kept = b"template"
    camera.agree()

    camera.begin(unhurried=unhurried)

    assert ports.judges.asked == [(seconds, b"template")]


@pytest.mark.parametrize("body", [b"", b"[]", b'{"camera": 1}', b"\xff"])
def test_a_beginning_that_is_none_is_refused(camera, body):
    camera.agree()

    assert camera.post("begin", body, "application/json").json["error"] == "invalid_request"


def test_a_camera_that_is_a_program_is_written_down_and_decides_nothing(provider, begun):
    begun.begin("OBS Virtual Camera")

    told = go_through(provider, begun)

    assert told.json["end"] == "passed"
    assert events(provider, "FaceChecked")[-1]["risks"] == ["virtual_camera"]
    assert "OBS" not in repr(provider.events())


def test_frames_that_were_seen_before_are_written_down(provider, begun, ports):
    film = [[CANARY + bytes([batch, each]) for each in range(3)] for batch in range(4)]
    for _ in range(2):
        for batch in film:
            provider.clock.advance(SECOND / 3)
            begun.send(jpegs=batch)
        begun.begin()

    assert [each["risks"] for each in events(provider, "FaceChecked")] == [[], ["repeated_frames"]]


def test_nothing_of_a_frame_is_found_afterwards(tmp_path, provider, begun, ports, capfd):
    ports.judges.verdict = judged(Outcome.FAIL)
    go_through(provider, begun)
    ports.judges.verdict = judged()
    begun.begin()
    go_through(provider, begun)

    said = capfd.readouterr()
    with sqlite3.connect(tmp_path / "idp.db") as database:
        dump = "\n".join(database.iterdump())
    kept = repr(vars(provider.house.neighbours.ephemeral.expiring))
    traces = [said.out, said.err, dump, repr(provider.events()), kept]
    assert not any("nobody may find again" in each for each in traces)
    for path in tmp_path.rglob("*"):
        assert path.is_dir() or b"nobody may find again" not in path.read_bytes()
    assert "nobody may find again" not in repr(judged())


def test_the_person_reads_of_it_in_the_history(provider, browser, begun):
    go_through(provider, begun)

    shown = get(browser, "/account/history?lang=en").text

    assert "You agreed to a face check for 测试门户" in shown
    assert "It was passed." in shown


def test_where_faces_are_off_there_is_no_page_of_them(tmp_path):
    folder = tmp_path / "off"
    folder.mkdir()
    provider = open_with_types(folder)
    browser = provider.browser()
    camera = camera_at(provider, browser, Visit(register(provider)))

    assert "With your face" not in get(browser, f"{camera.page}?lang=en").text
    assert get(browser, f"{camera.page}/face").headers["Location"] == camera.page
    assert camera.post("begin", b"{}", "application/json").status_code in {404, 405}


def test_nothing_of_a_frame_is_in_redis(tmp_path, ports, redis_url):
    folder = tmp_path / "redis"
    folder.mkdir()
    provider = open_with_types(folder, judging=ports, store_url=redis_url)
    camera = camera_at(provider, provider.browser(), Visit(register(provider)))
    camera.agree()
    camera.begin()

    def found():
        with redis.Redis.from_url(redis_url) as client:
            keys = client.keys("*")
            return keys, b" ".join(client.dump(key) or b"" for key in keys)

    go_through(provider, camera, 3)
    keys, values = found()
    assert any(b"face:" + provider.people["zhangsanfeng"].encode() in key for key in keys)
    assert b"nobody may find again" not in values
    assert b"\xff\xd8\xff" not in values
    go_through(provider, camera, 1)
    keys, values = found()
    assert not any(
        key.endswith(provider.people["zhangsanfeng"].encode()) and b":face:" in key for key in keys
    )
    assert b"nobody may find again" not in values


def test_web_processes_never_load_what_judges_faces():
    code = "import idp.app, sys; print([name for name in ('cv2', 'liveness.session') if name in sys.modules])"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert said.stdout.strip() == "[]"
