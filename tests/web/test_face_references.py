"""A reference of a face: kept only where its person asks for it, sealed, counted, and taken back at once."""

import sqlite3
from datetime import timedelta

import numpy as np
import pytest

from idp.adapters.faces import template_model
from idp.app.faces import FaceNeighbours
from idp.domain.assurance import Level
from idp.domain.faces import Outcome
from liveness.match import Template
from tests.support.faces import CANARY, Camera, Judges, judged
from tests.support.register import running_register
from tests.support.relying_party import Visit, csrf, get, post, sign_in
from tests.support.transactions import KINDS, come_to_page, confirm, open_with_types, register, transfer

PROVED = KINDS[3]
DAY = timedelta(days=1)
FIGURES = np.linspace(-1, 1, 128, dtype=np.float32)


@pytest.fixture(scope="module")
def pictures(tmp_path_factory):
    with running_register(tmp_path_factory.mktemp("register")) as (url, key):
        yield {"url": url, "key_file": str(key)}


@pytest.fixture
def judges():
    template = Template(template_model(), FIGURES).to_bytes()
    return Judges(verdict=judged(), template=template)


@pytest.fixture
def opened(tmp_path, judges, pictures):
    def opening(**faces):
        usual = {"enabled": True, "most_references": 3, "visit": "9 per hour", "person": "99 per day"}
        return open_with_types(
            tmp_path, judging=FaceNeighbours(judges), faces=usual | faces, pictures=pictures
        )

    return opening


@pytest.fixture
def provider(opened):
    return opened()


@pytest.fixture
def browser(provider):
    return provider.browser()


def check(provider, browser, visit=None, **fields):
    """Go through a face check; return how it ended."""
    page = come_to_page(browser, visit or Visit(register(provider)), transfer(type=PROVED))
    confirm(browser, page)
    camera = Camera(browser, page)
    camera.agree(**fields)
    camera.begin()
    told = None
    for _ in range(4):
        provider.clock.advance(timedelta(seconds=1))
        told = camera.send()
    return told.json["end"]


def kept(provider, username="zhangsanfeng"):
    with provider.house.neighbours.database.read() as work:
        return work.face_templates.get(provider.people[username])


def events(provider, kind):
    return [details for name, details in provider.events() if name == kind]


def test_the_register_alone_is_enough_and_nothing_is_kept_unasked(provider, browser):
    assert check(provider, browser) == "passed"

    assert kept(provider) is None
    assert events(provider, "FaceReferenceKept") == []
    [told] = events(provider, "TransactionProved")
    assert told["amr"] == ["face"]


def test_the_box_is_empty_and_says_what_it_means(provider, browser):
    page = come_to_page(browser, Visit(register(provider)), transfer(type=PROVED))
    confirm(browser, page)

    shown = get(browser, f"{page}/face?lang=en").text

    assert 'name="keep"' in shown
    assert "checked" not in shown.partition('name="keep"')[2].partition(">")[0]
    assert "you need not" in shown


def test_whoever_asks_for_it_is_compared_with_it_next_time(provider, browser, judges):
    assert check(provider, browser, keep="yes") == "passed"
    made = kept(provider)
    assert made.template == Template(template_model(), FIGURES).to_bytes()
    assert made.expires_at - made.made_at == timedelta(days=365)
    [told] = events(provider, "FaceReferenceKept")
    assert (told["count"], told["version"]) == (1, "1")

    judges.verdict = judged(finding="match:pass:same_person")
    assert check(provider, browser) == "passed"

    assert [reference for _, reference in judges.asked] == [None, made.template]
    assert "keep" not in get(browser, "/account/security").text


def test_a_face_that_is_not_the_registers_is_kept_nowhere(provider):
    provider.enter("mallory", document_number="330000199001010030", phone="+8610000000009")
    browser = provider.browser()
    sign_in(browser, get(browser, "/sign-in").headers["Location"], "mallory")

    assert check(provider, browser, keep="yes") == "failed"

    assert kept(provider, "mallory") is None


@pytest.mark.parametrize("outcome", [Outcome.FAIL, Outcome.INCONCLUSIVE])
def test_a_face_that_was_not_live_is_kept_nowhere(provider, browser, judges, outcome):
    judges.verdict = judged(outcome)

    check(provider, browser, keep="yes")

    assert kept(provider) is None


def test_whoever_is_not_proved_to_l3_has_none_kept(opened):
    provider = opened()
    provider.enter(
        "guli", document_number="330000199001010022", phone="+8610000000002", level=Level.L2, proofs=()
    )
    browser = provider.browser()
    sign_in(browser, get(browser, "/sign-in").headers["Location"], "guli")

    check(provider, browser, keep="yes")

    assert kept(provider, "guli") is None


def test_where_none_are_kept_none_is_offered_or_taken(opened):
    provider = opened(most_references=0)
    browser = provider.browser()
    page = come_to_page(browser, Visit(register(provider)), transfer(type=PROVED))
    confirm(browser, page)

    assert 'name="keep"' not in get(browser, f"{page}/face").text
    assert check(provider, browser, keep="yes") == "passed"
    assert kept(provider) is None


def test_no_more_are_kept_than_may_be_and_before_that_it_is_noted(opened):
    provider = opened(most_references=1)
    browser = provider.browser()
    check(provider, browser, keep="yes")
    assert events(provider, "FaceReferenceKept")[0]["is_nearly_full"] is True
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    elsewhere = provider.browser()
    sign_in(elsewhere, get(elsewhere, "/sign-in").headers["Location"], "other")

    assert check(provider, elsewhere, keep="yes") == "passed"

    assert kept(provider, "other") is None


def test_a_reference_that_expired_is_not_used_and_purged(provider, browser, judges):
    check(provider, browser, keep="yes")
    provider.clock.advance(366 * DAY)

    check(provider, browser)

    assert judges.asked[-1][1] is None
    provider.house.tools.jobs.run_once()
    assert kept(provider) is None


def test_a_reference_of_another_model_is_not_used(provider, browser, judges):
    judges.template = Template("ab" * 32, FIGURES).to_bytes()
    check(provider, browser, keep="yes")
    with provider.house.neighbours.database.begin() as work:
        found = work.face_templates.get(provider.people["zhangsanfeng"])
        work.face_templates.put(type(found)(**{**_fields(found), "model": "ab" * 32}))

    check(provider, browser)

    assert judges.asked[-1][1] is None


def test_one_moved_to_another_persons_row_opens_nothing(tmp_path, provider, browser):
    check(provider, browser, keep="yes")
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    with sqlite3.connect(tmp_path / "idp.db") as database:
        database.execute("UPDATE face_template SET person_id = ?", [provider.people["other"]])
    database.close()

    with pytest.raises(ValueError, match="belongs elsewhere"):
        kept(provider, "other")


def test_no_figure_of_it_is_in_the_database(tmp_path, provider, browser):
    check(provider, browser, keep="yes")

    raw = b"".join(each.read_bytes() for each in tmp_path.glob("idp.db*"))
    assert FIGURES[3:9].tobytes() not in raw
    assert CANARY not in raw


def test_it_is_taken_back_at_once(provider, browser):
    check(provider, browser, keep="yes")
    page = get(browser, "/account/security?lang=en").text
    assert "Reference of your face" in page

    removed = post(
        browser, "/account/security/face/remove", {"csrf_token": csrf(browser, "/account/security")}
    )

    assert removed.headers["Location"].endswith("done=face-removed")
    assert kept(provider) is None
    assert len(events(provider, "FaceReferenceRemoved")) == 1
    shown = get(browser, "/account/history?lang=en").text
    assert "You removed the reference of your face" in shown
    assert "You had a reference of your face kept" in shown


def test_another_site_removes_nothing(provider, browser):
    check(provider, browser, keep="yes")

    assert post(browser, "/account/security/face/remove", {}).status_code == 400
    assert kept(provider) is not None


def test_it_goes_with_the_account(provider, browser):
    check(provider, browser, keep="yes")
    with provider.house.neighbours.database.begin() as work:
        assert work.face_templates.erase_of_person(provider.people["zhangsanfeng"]) == 1


def _fields(value):
    return {name: getattr(value, name) for name in type(value).__dataclass_fields__}
