"""Logout that a relying party asks for."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest

from tests.support.provider import ISSUER, LOGGED_OUT_URI
from tests.support.relying_party import CSRF, HIDDEN, Visit, authorize, get, post, tokens, walk


def logout(browser, **params):
    return get(browser, f"/logout?{urlencode(params)}")


def is_signed_in(browser, client):
    return "code=" in authorize(browser, Visit(client)).headers["Location"]


def test_an_id_token_of_this_session_signs_out_at_once_and_leads_back(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token_hint=id_token, post_logout_redirect_uri=LOGGED_OUT_URI, state="s t&")

    assert reply.status_code == 303
    assert reply.headers["Location"] == f"{LOGGED_OUT_URI}?state=s+t%26"
    assert not is_signed_in(browser, visit.client)


def test_an_expired_id_token_still_counts(provider, browser, visit):
    id_token = tokens(browser, visit)["id_token"]
    provider.clock.advance(timedelta(minutes=20))

    reply = logout(browser, id_token_hint=id_token, post_logout_redirect_uri=LOGGED_OUT_URI)

    assert reply.headers["Location"] == LOGGED_OUT_URI


def test_without_a_hint_the_person_is_asked_first(browser, visit):
    walk(browser, visit)

    reply = logout(browser, client_id=visit.client.client_id)

    assert reply.status_code == 200
    assert is_signed_in(browser, visit.client)
    form = {
        "csrf_token": CSRF.search(reply.text).group(1),
        "client_id": visit.client.client_id,
        "decision": "sign-out",
    }
    assert post(browser, "/logout/confirm", form).status_code == 200
    assert not is_signed_in(browser, visit.client)


def test_staying_keeps_the_session(browser, visit):
    walk(browser, visit)
    page = logout(browser)

    form = {"csrf_token": CSRF.search(page.text).group(1), "decision": "stay"}

    assert post(browser, "/logout/confirm", form).headers["Location"] == "/"
    assert is_signed_in(browser, visit.client)


def test_a_foreign_page_cannot_confirm(browser, visit):
    walk(browser, visit)

    reply = post(browser, "/logout/confirm", {"decision": "sign-out"})

    assert reply.status_code == 400
    assert is_signed_in(browser, visit.client)


def test_the_id_token_of_another_session_does_not_end_this_one(provider, browser, visit):
    other = provider.browser()
    theirs = tokens(other, Visit(visit.client))["id_token"]
    walk(browser, visit)

    reply = logout(browser, id_token_hint=theirs)

    assert reply.status_code == 200
    assert is_signed_in(browser, visit.client)


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.test/",
        "https://rp.test/bye/",
        "https://rp.test/cb",
        "https://RP.test/bye",
        "HTTPS://rp.test/bye",
        "http://rp.test/bye",
        "https://rp.test:443/bye",
        "https://rp.test/bye?next=1",
        "https://rp.test/bye?",
        "https://rp.test/bye#x",
        "https://rp.test/x/../bye",
        "https://rp.test/%62ye",
        "https://rp.test/bye%2f..",
        "https://rp.test@evil.test/bye",
        "https://evil.test@rp.test/bye",
        "https://rp.test.evil.test/bye",
        "https://rp.test/bye https://evil.test/",
        "https:rp.test/bye",
        "//rp.test/bye",
        "/bye",
        "\\\\rp.test\\bye",
        "javascript:alert(1)",
        "data:text/html,x",
    ],
)
def test_an_unregistered_address_is_never_followed(browser, visit, uri):
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token_hint=id_token, post_logout_redirect_uri=uri)

    assert "Location" not in reply.headers
    assert "evil" not in reply.text


def test_whoever_confirms_is_led_back_to_the_portal_that_was_named(browser, visit):
    walk(browser, visit)
    named = {"client_id": visit.client.client_id, "post_logout_redirect_uri": LOGGED_OUT_URI, "state": "a b"}
    page = logout(browser, **named)
    form = dict(HIDDEN.findall(page.text)) | {"decision": "sign-out"}

    reply = post(browser, "/logout/confirm", form)

    assert page.status_code == 200
    assert reply.headers["Location"] == f"{LOGGED_OUT_URI}?state=a+b"
    assert not is_signed_in(browser, visit.client)


@pytest.mark.parametrize("uri", ["https://evil.test/", f"{LOGGED_OUT_URI}/", f"{LOGGED_OUT_URI}?a=b"])
def test_confirming_leads_to_no_other_address(browser, visit, uri):
    walk(browser, visit)
    named = {"client_id": visit.client.client_id, "post_logout_redirect_uri": uri}
    form = dict(HIDDEN.findall(logout(browser, **named).text)) | named | {"decision": "sign-out"}

    reply = post(browser, "/logout/confirm", form)

    assert "Location" not in reply.headers
    assert not is_signed_in(browser, visit.client)


def test_whoever_confirms_is_not_told_that_the_portal_did_it(browser, visit):
    walk(browser, visit)
    form = dict(HIDDEN.findall(logout(browser, client_id=visit.client.client_id).text))

    shown = post(browser, "/logout/confirm", form | {"decision": "sign-out"}).text

    assert "您已在此浏览器退出统一身份认证。" in shown
    assert "的要求" not in shown


def test_without_a_hint_there_is_no_way_back(browser, visit):
    reply = logout(browser, client_id=visit.client.client_id, post_logout_redirect_uri=LOGGED_OUT_URI)

    assert reply.status_code == 200
    assert "Location" not in reply.headers


@pytest.mark.parametrize("hint", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "中"])
def test_a_forged_hint_is_refused_and_ends_nothing(browser, visit, hint):
    walk(browser, visit)

    assert logout(browser, id_token_hint=hint).status_code == 400
    assert is_signed_in(browser, visit.client)


def test_an_access_token_is_no_hint(browser, visit):
    access_token = tokens(browser, visit)["access_token"]

    assert logout(browser, id_token_hint=access_token).status_code == 400


def test_a_hint_for_another_client_is_refused(provider, browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token_hint=id_token, client_id=provider.register().client_id)

    assert reply.status_code == 400


def test_a_posted_request_is_taken_from_another_site(provider, browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    # As the browser does it: the post from another site carries no cookies, what follows does.
    posted = provider.browser().post(
        "/logout",
        base_url=ISSUER,
        data={"id_token_hint": id_token, "post_logout_redirect_uri": LOGGED_OUT_URI},
    )
    reply = get(browser, posted.headers["Location"])

    assert reply.headers["Location"] == LOGGED_OUT_URI
    assert not is_signed_in(browser, visit.client)


def test_the_question_keeps_its_way_back_when_the_language_changes(provider, browser, visit):
    other = provider.browser()
    theirs = tokens(other, Visit(visit.client))["id_token"]
    walk(browser, visit)
    page = logout(browser, id_token_hint=theirs, post_logout_redirect_uri=LOGGED_OUT_URI)
    link = unescape(re.search(r'href="(/logout[^"]*lang=en)"', page.text).group(1))

    english = get(browser, link)

    assert '<html lang="en"' in english.text
    form = {
        "csrf_token": CSRF.search(english.text).group(1),
        "id_token_hint": theirs,
        "post_logout_redirect_uri": LOGGED_OUT_URI,
        "decision": "sign-out",
    }
    assert f'value="{LOGGED_OUT_URI}"' in english.text
    assert post(browser, "/logout/confirm", form).headers["Location"] == LOGGED_OUT_URI


@pytest.mark.parametrize(("locales", "tag"), [("en-GB zh", "en"), ("fr zh-CN en", "zh-CN"), ("fr", "zh-CN")])
def test_the_portal_chooses_the_language_of_the_question_and_of_the_farewell(browser, visit, locales, tag):
    walk(browser, visit)

    question = logout(browser, ui_locales=locales)
    form = {
        "csrf_token": CSRF.search(question.text).group(1),
        "ui_locales": locales,
        "decision": "sign-out",
    }
    farewell = post(browser, "/logout/confirm", form)

    assert f'<html lang="{tag}"' in question.text
    assert f'name="ui_locales" value="{locales}"' in question.text
    assert f'<html lang="{tag}"' in farewell.text


def test_a_language_that_is_clicked_beats_the_portals(browser, visit):
    walk(browser, visit)

    question = get(browser, "/logout?ui_locales=zh&lang=en")

    assert '<html lang="en"' in question.text
    assert 'name="ui_locales"' not in question.text


def test_whoever_is_signed_out_already_is_led_back_too(browser, visit):
    id_token = tokens(browser, visit)["id_token"]
    logout(browser, id_token_hint=id_token)

    reply = logout(browser, id_token_hint=id_token, post_logout_redirect_uri=LOGGED_OUT_URI, state="x")

    assert reply.headers["Location"] == f"{LOGGED_OUT_URI}?state=x"


def test_the_state_comes_back_only_where_the_way_back_is_registered(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    reply = logout(browser, id_token_hint=id_token, state="lost")

    assert reply.status_code == 200
    assert "lost" not in reply.text


def test_a_posted_state_comes_back_too(provider, browser, visit):
    id_token = tokens(browser, visit)["id_token"]
    form = {"id_token_hint": id_token, "post_logout_redirect_uri": LOGGED_OUT_URI, "state": "s t&"}

    posted = provider.browser().post("/logout", base_url=ISSUER, data=form)

    reply = get(browser, posted.headers["Location"])
    assert reply.headers["Location"] == f"{LOGGED_OUT_URI}?state=s+t%26"


def test_a_logout_hint_changes_nothing(browser, visit):
    walk(browser, visit)

    reply = logout(browser, logout_hint="zhangsanfeng")

    assert reply.status_code == 200
    assert "zhangsanfeng" not in reply.text
    assert is_signed_in(browser, visit.client)


def test_a_parameter_that_comes_twice_ends_nothing(browser, visit):
    id_token = tokens(browser, visit)["id_token"]

    reply = get(browser, f"/logout?id_token_hint={id_token}&id_token_hint={id_token}")

    assert reply.status_code == 400
    assert is_signed_in(browser, visit.client)


def test_the_farewell_says_what_happened(browser, visit):
    get(browser, "/?lang=en")
    id_token = tokens(browser, visit)["id_token"]

    first = logout(browser, id_token_hint=id_token)
    again = logout(browser, id_token_hint=id_token)
    refused = logout(browser, id_token_hint=id_token, post_logout_redirect_uri="https://evil.test/")

    assert "测试门户 has signed you out of the unified sign-in" in first.text
    assert "A portal that cannot be told keeps you signed in" in first.text
    assert "You were not signed in to the unified sign-in" in again.text
    assert "We cannot confirm the way back" in refused.text
    assert "We cannot confirm the way back" not in first.text


def test_a_person_who_signs_out_is_told_so(browser, visit):
    get(browser, "/?lang=en")
    walk(browser, visit)

    form = {"csrf_token": CSRF.search(logout(browser).text).group(1), "decision": "sign-out"}

    assert "You have left the unified sign-in" in post(browser, "/logout/confirm", form).text


@pytest.mark.parametrize("address", ["/sign-out", "/logout/confirm"])
def test_the_farewell_can_be_read_in_the_other_language(browser, visit, address):
    walk(browser, visit)
    form = {"csrf_token": CSRF.search(logout(browser).text).group(1), "decision": "sign-out"}
    farewell = post(browser, address, form)

    link = unescape(re.search(r'href="([^"]*lang=en)"', farewell.text).group(1))

    assert "You are signed out" in get(browser, link).text
