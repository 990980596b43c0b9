"""Logout tokens: who gets one, what it says, and what happens when it does not arrive."""

import base64
import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from idp.domain.errors import Unavailable
from idp.services.clients import delete_client
from tests.support.inbox import Inbox
from tests.support.provider import ISSUER, LOGGED_OUT_URI
from tests.support.relying_party import (
    Visit,
    authorize,
    claims_of,
    csrf,
    get,
    post,
    sign_in,
    tokens,
    userinfo,
    walk,
)

NOTICE_URI = "https://rp.test/ended"


@pytest.fixture
def client(provider):
    return provider.register(backchannel_logout_uri=NOTICE_URI, backchannel_logout_session_required=True)


@pytest.fixture
def inbox():
    return Inbox()


def deliver(provider, inbox):
    job = replace(provider.house.jobs.turns["deliver_logouts"].job, outbound=inbox)
    while job.run_once():
        pass
    return inbox.posted


def expire(provider):
    return provider.house.jobs.turns["expire_sessions"].job.run_once()


def sign_out(browser):
    return post(browser, "/sign-out", {"csrf_token": csrf(browser, "/")})


def queued(provider, client):
    with provider.house.neighbours.database.read() as work:
        return work.deliveries.of_client(client.client_id, limit=10)


def kinds(provider):
    return [kind for kind, _ in provider.events()]


def header_of(jwt):
    segment = jwt.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))


def test_discovery_says_that_sessions_are_named(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json

    assert metadata["backchannel_logout_supported"] is True
    assert metadata["backchannel_logout_session_supported"] is True


def test_the_token_says_whose_session_has_ended_and_nothing_more(provider, browser, visit, inbox):
    id_token = claims_of(tokens(browser, visit)["id_token"])
    sign_out(browser)

    [(uri, form)] = deliver(provider, inbox)

    token = claims_of(form["logout_token"])
    now = int(provider.clock.now().timestamp())
    assert (uri, set(form)) == (NOTICE_URI, {"logout_token"})
    assert header_of(form["logout_token"])["typ"] == "logout+jwt"
    assert token.pop("jti")
    assert token == {
        "iss": ISSUER,
        "aud": visit.client.client_id,
        "iat": now,
        "exp": now + 120,
        "sub": id_token["sub"],
        "sid": id_token["sid"],
        "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
    }


def test_a_published_key_signed_the_token(provider, browser, visit, inbox):
    walk(browser, visit)
    sign_out(browser)

    [(_, form)] = deliver(provider, inbox)

    header = header_of(form["logout_token"])
    assert header["alg"] == "RS256"
    assert header["kid"] in {key["kid"] for key in get(browser, "/jwks").json["keys"]}


def test_a_logout_token_is_no_hint(provider, browser, visit, inbox):
    walk(browser, visit)
    sign_out(browser)
    [(_, form)] = deliver(provider, inbox)

    reply = get(browser, f"/logout?{urlencode({'id_token_hint': form['logout_token']})}")

    assert reply.status_code == 400


def test_every_party_of_the_session_is_told_also_the_one_that_asked(provider, browser, client, inbox):
    other = provider.register(backchannel_logout_uri="https://rp.test/other", sector="other")
    silent = provider.register()
    id_token = tokens(browser, Visit(client))["id_token"]
    walk(browser, Visit(other))
    walk(browser, Visit(silent))

    asked = {"id_token_hint": id_token, "post_logout_redirect_uri": LOGGED_OUT_URI}
    get(browser, f"/logout?{urlencode(asked)}")

    told = deliver(provider, inbox)
    assert sorted(uri for uri, _ in told) == [NOTICE_URI, "https://rp.test/other"]
    names = [claims_of(form["logout_token"]) for _, form in told]
    assert len({name["sub"] for name in names}) == len({name["sid"] for name in names}) == 2


def test_ending_another_device_is_told_for_that_device_alone(provider, browser, client, inbox):
    elsewhere = provider.browser()
    theirs = claims_of(tokens(elsewhere, Visit(client))["id_token"])
    walk(browser, Visit(client))

    post(browser, "/sessions/end-others", {"csrf_token": csrf(browser, "/")})

    [(_, form)] = deliver(provider, inbox)
    assert claims_of(form["logout_token"])["sid"] == theirs["sid"]


def test_another_person_at_the_same_browser_ends_the_session_of_the_one_before(
    provider, browser, client, inbox
):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    first = claims_of(tokens(browser, Visit(client))["id_token"])
    provider.clock.advance(timedelta(minutes=5))
    page = authorize(browser, Visit(client), prompt="login").headers["Location"]

    sign_in(browser, page, "guli")

    [(_, form)] = deliver(provider, inbox)
    assert claims_of(form["logout_token"])["sid"] == first["sid"]


def test_the_same_person_signing_in_again_is_no_logout(provider, browser, client, inbox):
    walk(browser, Visit(client))
    provider.clock.advance(timedelta(minutes=5))
    page = authorize(browser, Visit(client), prompt="login").headers["Location"]

    sign_in(browser, page)

    assert deliver(provider, inbox) == []


def test_a_session_that_expires_is_told_and_takes_its_grants_along(provider, browser, client, inbox):
    held = tokens(browser, Visit(client))
    provider.clock.advance(timedelta(hours=12))

    assert expire(provider) == 1
    assert expire(provider) == 0

    assert len(deliver(provider, inbox)) == 1
    ended = [details["reason"] for kind, details in provider.events() if kind == "SessionEnded"]
    assert ended == ["expired"]
    assert userinfo(browser, held["access_token"]).status_code == 401


def test_nobody_is_thrown_out_because_the_provider_was_not_visited_for_a_while(
    provider, browser, client, inbox
):
    walk(browser, Visit(client))
    provider.clock.advance(timedelta(hours=2))

    assert expire(provider) == 0
    assert deliver(provider, inbox) == []


def test_nothing_is_queued_twice(provider, browser, client, inbox):
    walk(browser, Visit(client))
    walk(browser, Visit(client))
    guard = csrf(browser, "/")
    post(browser, "/sign-out", {"csrf_token": guard})
    post(browser, "/sign-out", {"csrf_token": guard})
    provider.clock.advance(timedelta(hours=13))
    expire(provider)

    assert len(deliver(provider, inbox)) == 1


def test_what_fails_is_tried_again_under_the_same_jti_with_a_fresh_token(provider, browser, client):
    answers = [None, 503, 204]
    inbox = Inbox(lambda _: answers.pop(0))
    walk(browser, Visit(client))
    sign_out(browser)
    for seconds in (0, 9, 1, 59, 1, 3600):
        provider.clock.advance(timedelta(seconds=seconds))
        deliver(provider, inbox)

    sent = [claims_of(form["logout_token"]) for _, form in inbox.posted]
    assert [token["iat"] - sent[0]["iat"] for token in sent] == [0, 10, 70]
    assert len({token["jti"] for token in sent}) == 1
    [delivery] = queued(provider, client)
    assert (delivery.state, delivery.attempts, delivery.last_status) == ("delivered", 3, 204)
    assert kinds(provider).count("LogoutDelivered") == 1


def test_after_a_day_it_is_given_up(provider, browser, client):
    inbox = Inbox(lambda _: None)
    walk(browser, Visit(client))
    sign_out(browser)
    for _ in range(24 * 6 + 3):
        deliver(provider, inbox)
        provider.clock.advance(timedelta(minutes=10))

    [delivery] = queued(provider, client)
    assert (delivery.state, delivery.due_at, delivery.last_status) == ("given_up", None, None)
    assert 10 < delivery.attempts == len(inbox.posted) < 20
    assert kinds(provider).count("LogoutGivenUp") == 1


def test_a_party_that_says_it_failed_is_asked_three_times(provider, browser, client):
    inbox = Inbox(lambda _: 400)
    walk(browser, Visit(client))
    sign_out(browser)
    for _ in range(5):
        deliver(provider, inbox)
        provider.clock.advance(timedelta(hours=1))

    assert len(inbox.posted) == 3
    assert queued(provider, client)[0].state == "given_up"


def test_a_silent_portal_does_not_hold_up_the_others(provider, browser, client):
    other = provider.register(backchannel_logout_uri="https://other.test/ended")
    walk(browser, Visit(client))
    sign_out(browser)
    [notice] = queued(provider, client)
    with provider.house.neighbours.database.begin() as work:
        for number in range(100):
            work.deliveries.add(replace(notice, id=f"silent-{number:03}"))
        last = notice.due_at + timedelta(microseconds=1)
        work.deliveries.add(
            replace(
                notice, id="other", client_id=other.client_id, uri="https://other.test/ended", due_at=last
            )
        )
    provider.clock.advance(timedelta(seconds=1))

    def answer(uri):
        return None if uri == NOTICE_URI else 200

    posted = [uri for uri, _ in deliver(provider, Inbox(answer=answer))]

    assert posted.count("https://other.test/ended") == 1
    assert len(posted) <= 17


def test_a_redirect_is_no_confirmation(provider, browser, client):
    walk(browser, Visit(client))
    sign_out(browser)

    deliver(provider, Inbox(lambda _: 302))

    assert queued(provider, client)[0].state == "waiting"


def test_a_client_that_was_removed_meanwhile_is_told_nothing(provider, browser, client, inbox):
    walk(browser, Visit(client))
    sign_out(browser)
    tools = provider.house.tools
    delete_client(tools.records, client.client_id, tools.clock)

    assert deliver(provider, inbox) == []
    assert queued(provider, client)[0].state == "given_up"


def test_a_try_that_was_killed_is_made_again_when_its_lease_is_over(provider, browser, client, inbox):
    walk(browser, Visit(client))
    sign_out(browser)

    class Killed(Exception):
        pass

    def die(_):
        raise Killed

    with pytest.raises(Killed):
        deliver(provider, Inbox(die))

    assert deliver(provider, inbox) == []
    provider.clock.advance(timedelta(seconds=60))
    assert len(deliver(provider, inbox)) == 1


def test_a_sign_out_that_fails_queues_nothing(provider, browser, client, inbox, monkeypatch):
    walk(browser, Visit(client))
    guard = csrf(browser, "/")

    def out(*_, **__):
        raise Unavailable("The database is gone.")

    with monkeypatch.context() as broken:
        broken.setattr("idp.storage.repositories.audit.SqlAuditLog.append", out)
        assert post(browser, "/sign-out", {"csrf_token": guard}).status_code == 503

    assert deliver(provider, inbox) == []
    assert 'action="/sign-out"' in get(browser, "/").text


def test_the_audit_log_names_no_person_and_no_address(provider, browser, client, inbox):
    walk(browser, Visit(client))
    sign_out(browser)
    deliver(provider, inbox)

    [told] = [details for kind, details in provider.events() if kind == "LogoutDelivered"]

    assert told.pop("at")
    assert told.pop("delivery_id")
    assert told == {"person_id": None, "client_id": client.client_id, "attempts": 1}


@pytest.mark.parametrize("uri", ["http://rp.test/x", "https://rp.test/x#f", "https://a@rp.test/", "x", 5])
def test_an_address_that_cannot_be_right_is_not_registered(provider, uri):
    with pytest.raises(Exception, match="backchannel_logout_uri"):
        provider.register(backchannel_logout_uri=uri)
