"""Neighbours that go away: 503 with a time to come back, and recovery without a restart."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from tests.support.provider import ISSUER, open_provider
from tests.support.relying_party import Visit, authorize, get, token, tokens, userinfo, walk


@pytest.fixture
def far_provider(tmp_path, postgresql_url, redis_url):
    """Return a provider on PostgreSQL and Redis."""
    opened = open_provider(tmp_path, database_url=postgresql_url, store_url=redis_url)
    opened.enter()
    return opened


def is_out(reply):
    assert reply.status_code == 503, reply.text
    assert reply.headers["Retry-After"] == "5"
    assert reply.headers["Cache-Control"] == "no-store"
    return True


def test_the_database_goes_and_comes_back(far_provider, postgresql):
    browser, visit = far_provider.browser(), Visit(far_provider.register())
    access_token = tokens(browser, visit)["access_token"]

    postgresql.stop()

    assert is_out(userinfo(browser, access_token))
    assert userinfo(browser, access_token).json["error"] == "temporarily_unavailable"
    assert is_out(token(browser, visit.client, {"grant_type": "client_credentials"}))
    assert is_out(authorize(browser, Visit(visit.client)))
    assert is_out(get(browser, "/health/ready"))
    assert get(browser, "/health/live").status_code == 200
    assert get(browser, "/.well-known/openid-configuration").status_code == 200
    # Relying parties can go on checking what was signed before.
    far_provider.clock.advance(timedelta(seconds=30))
    assert get(browser, "/jwks").json["keys"]

    postgresql.start()

    replies = [userinfo(browser, access_token).status_code for _ in range(3)]
    assert replies[-1] == 200
    assert get(browser, "/health/ready").status_code == 200
    assert "code" in walk(browser, Visit(visit.client))


def test_redis_goes_and_comes_back(far_provider, redis_server):
    browser, visit = far_provider.browser(), Visit(far_provider.register())
    code = walk(browser, visit)["code"]

    redis_server.stop()

    form = {"grant_type": "authorization_code", "code": code, "code_verifier": visit.verifier}
    assert is_out(token(browser, visit.client, form))
    assert is_out(authorize(browser, Visit(visit.client)))
    assert is_out(get(browser, "/"))
    assert is_out(get(browser, "/health/ready"))

    redis_server.start()

    assert get(browser, "/health/ready").status_code == 200
    # The session's row outlived its hot copy: nobody has to sign in again.
    assert "code" in walk(browser, Visit(visit.client), prompt="none")


def test_a_page_during_an_outage_keeps_its_way_on(far_provider, redis_server):
    browser = far_provider.browser()
    browser.get("/", headers={"Accept-Language": "en"})
    redis_server.stop()

    reply = browser.get("/sign-in", base_url="https://idp.test", headers={"Accept-Language": "en"})

    assert reply.status_code == 503
    assert "try again" in reply.text.lower()
    assert "redis" not in reply.text.lower()
    redis_server.start()


class Endless:
    """A body that a sender begins and does not finish until it is told to."""

    def __init__(self):
        self.begun, self.end = Event(), Event()

    def read(self, size=-1):
        del size
        self.begun.set()
        self.end.wait(30)
        return b""


def test_too_many_bodies_are_answered_in_the_askers_terms_and_logged(provider, browser, visit, capsys):
    page = authorize(browser, visit).headers["Location"]
    readers = provider.house.tools.settings.server.threads - 3
    bodies = [Endless() for _ in range(readers)]

    def send(body):
        environ = {"wsgi.input": body, "CONTENT_LENGTH": "5"}
        provider.browser().post("/token", base_url=ISSUER, environ_overrides=environ)

    with ThreadPoolExecutor(readers) as senders:
        for body in bodies:
            senders.submit(send, body)
        for body in bodies:
            assert body.begun.wait(10)
        program = browser.post("/token", base_url=ISSUER, data={"grant_type": "x"})
        person = browser.post(f"{page}/sign-in", base_url=ISSUER, data={"username": "x"})
        for body in bodies:
            body.end.set()

    assert (program.status_code, program.json["error"]) == (503, "temporarily_unavailable")
    assert (person.status_code, person.mimetype) == (503, "text/html")
    assert program.headers["Retry-After"] == person.headers["Retry-After"] == "5"
    assert "route=/interaction/<interaction_id>/sign-in status=503" in capsys.readouterr().out
