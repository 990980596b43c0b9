"""A real face in front of Chromium, judged by the real models: the person, somebody else, a still, a film."""

import json
from functools import cache
from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import expect

from idp.adapters.faces import PoolJudges
from idp.app.faces import FaceNeighbours
from liveness.challenge import Action
from liveness.pool import Pool
from tests.e2e.test_face import PROVED, come_to_check, start, state
from tests.liveness.faces import observer
from tests.support.clock import RunningClock
from tests.support.faces import References
from tests.support.listening import listening
from tests.support.live_pool import PLAYER, Asking, Film, film, template_of
from tests.support.ports import free_port
from tests.support.relying_party import Visit
from tests.support.transactions import open_with_types, register, transfer, written

SOMEBODY_ELSE = "videos/bf_lp_d18.mp4"
# How long a check may take on a slow machine, in milliseconds.
PATIENCE = 90_000

looked_through = cache(film)


@pytest.fixture
def actor() -> Film:
    """Return the film of somebody who does what is asked, or skip."""
    return looked_through()


@pytest.fixture(scope="module")
def judges():
    """Return the real pool; where a model is missing it would pass nobody."""
    observer()
    with Pool(workers=1, seats=2) as started:
        yield started


@pytest.fixture
def pool(judges, actor):
    return Asking(judges, can=frozenset(actor.gestures.segments))


@pytest.fixture
def references(actor):
    return References(kept=actor.template.to_bytes())


@pytest.fixture
def port():
    return free_port(row=2)


@pytest.fixture
def provider(tmp_path, port, pool, references):
    opened = open_with_types(
        tmp_path,
        issuer=f"http://localhost:{port}",
        judging=FaceNeighbours(PoolJudges(pool), references),
        clock=RunningClock(),
    )
    with listening(opened.house.app, port):
        yield opened


@pytest.fixture
def asked(provider, port):
    app = Flask("centre")
    app.add_url_rule("/cb", view_func=lambda: "back at the centre")
    with listening(app, port + 1):
        client = register(provider, redirect_uris=[f"http://localhost:{port + 1}/cb"])
        query = Visit(client).params(authorization_details=written(transfer(type=PROVED)))
        yield f"http://localhost:{port}/authorize?{urlencode(query)}"


def sit_down(page, asked, actor, *, quiet=None, segments=None):
    """Come to the check with *actor* before the camera."""
    gestures = {
        "quiet": list(quiet or actor.gestures.quiet),
        "segments": {} if segments is None else segments,
    }
    page.route(
        "**/clip/**",
        lambda route: route.fulfill(
            body=actor.pictures[int(route.request.url.rpartition("/")[2].partition(".")[0])],
            content_type="image/jpeg",
        ),
    )
    words = {"clip": "actor", "gestures": json.dumps(gestures), "length": len(actor.pictures)}
    come_to_check(page, asked, camera=PLAYER % words)
    page.check("#unhurried")
    page.wait_for_timeout(1000)
    start(page)


def co_operate(page, asked, actor):
    segments = {name: list(each) for name, each in actor.gestures.segments.items()}
    sit_down(page, asked, actor, segments=segments)


def ended(provider):
    return [details for kind, details in provider.events() if kind == "FaceChecked"][-1]


def test_the_person_who_does_what_is_asked_is_taken_on(provider, asked, actor, page):
    co_operate(page, asked, actor)

    page.wait_for_url("**/cb?*code=*", timeout=PATIENCE)
    assert ended(provider)["ended"] == "passed"
    assert ended(provider)["frames"] > 20
    assert "match:pass:same_person" in ended(provider)["findings"]


def test_without_a_reference_of_our_own_a_register_is_shown_one_portrait(
    provider, asked, actor, references, page
):
    references.kept = None
    co_operate(page, asked, actor)

    page.wait_for_url("**/cb?*code=*", timeout=PATIENCE)
    [portrait] = references.portraits
    assert portrait.startswith(b"\xff\xd8\xff")
    assert ended(provider)["match"] == "match"


def test_somebody_else_who_does_the_same_is_not(provider, asked, actor, references, page):
    references.kept = template_of(SOMEBODY_ELSE).to_bytes()
    co_operate(page, asked, actor)

    expect(state(page, "failed")).to_be_visible(timeout=PATIENCE)
    assert "match:fail:other_person" in ended(provider)["findings"]
    assert "person" not in state(page, "failed").inner_text()


def test_a_still_proves_nothing(provider, asked, actor, page):
    sit_down(page, asked, actor, quiet=[actor.gestures.quiet[0]] * 2)

    expect(state(page, "failed")).to_be_visible(timeout=PATIENCE)
    assert ended(provider)["ended"] == "failed"


def test_a_film_that_was_made_before_proves_nothing(provider, asked, actor, pool, page):
    # Whoever has a film has one of every gesture, in an order of its own.
    pool.can = frozenset(Action)
    sit_down(page, asked, actor, quiet=range(len(actor.pictures)))

    expect(state(page, "failed")).to_be_visible(timeout=PATIENCE)
    assert ended(provider)["ended"] == "failed"
