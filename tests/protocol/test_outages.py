"""Neighbours that go away: 503 with a time to come back, and recovery without a restart."""

from datetime import timedelta

import pytest

from tests.support.provider import open_provider
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
