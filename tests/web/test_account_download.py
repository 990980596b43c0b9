"""A copy of one's data: whole, for its person alone, signed, and good for nothing else."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.domain.audit import SignedIn
from tests.support.provider import ISSUER
from tests.support.relying_party import (
    Visit,
    ask,
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

PAGE = "/account/data/copy"


def enter_account(browser, username="zhangsanfeng"):
    sign_in(browser, get(browser, "/sign-in").headers["Location"], username)


def take(browser, form="readable"):
    return post(browser, PAGE, {"csrf_token": csrf(browser, PAGE), "form": form})


def test_the_copy_holds_all_that_is_kept(provider, browser, client):
    tokens(browser, Visit(client), scope="openid profile offline_access", prompt="consent")

    reply = take(browser)
    copy = json.loads(reply.text)

    assert reply.status_code == 200
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="my-data-2026-11-22.json"'
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert copy.keys() == {
        *(
            "issuer",
            "made_at",
            "identity",
            "evidence",
            "consents",
            "devices",
            "passkeys",
            "code_app",
            "face_reference",
            "receipts",
            "browsers",
            "history",
        )
    }
    assert copy["identity"] == {
        "name": "张三丰",
        "real_name_level": "l4",
        "document_type": "resident_id",
        "document_number": "330000199001010014",
        "birthdate": "1990-01-01",
        "gender": "male",
        "phone": "+8610000000001",
        "username": "zhangsanfeng",
        "region": "330000",
        "created_at": "2026-11-22T06:00:02+00:00",
        "updated_at": "2026-11-22T06:00:02+00:00",
    }
    assert copy["evidence"][0]["trust_framework"] == "cn_gov_realname"
    [consent] = copy["consents"]
    assert consent["portal"] == {"client_id": client.client_id, "name": "测试门户"}
    assert consent["allowed"] == ["offline_access", "openid", "profile"]
    assert consent["while_you_are_away_until"].startswith("2027-02-20")
    [device] = copy["devices"]
    assert (device["signed_in_by"], [each["name"] for each in device["portals"]]) == (["pwd"], ["测试门户"])
    assert copy["browsers"] == [{"language": "zh", "last_used_at": device["signed_in_at"]}]
    assert [each["event"] for each in copy["history"]] == [
        "GrantIssued",
        "ConsentGiven",
        "SignedIn",
        "PersonCreated",
    ]
    assert "测试门户" in reply.text


def test_secrets_and_inner_names_are_not_in_it(provider, browser, client):
    walk(browser, Visit(client))

    text = take(browser).text

    assert "argon2" not in text
    assert provider.people["zhangsanfeng"] not in text
    assert "digest" not in text
    assert "session_id" not in text


def test_nothing_of_another_person_is_in_it(provider, browser, client):
    provider.enter("lisiguangming", name="李四光明", document_number="440000198802290029", phone=None)
    other = provider.browser()
    enter_account(other, "lisiguangming")
    walk(browser, Visit(client))

    text = take(other).text

    assert "李四光明" in text
    assert "张三丰" not in text
    assert json.loads(text)["consents"] == []


def test_the_signed_copy_verifies_with_the_published_keys_and_says_the_same(browser, client):
    walk(browser, Visit(client))
    readable = json.loads(take(browser).text)

    reply = take(browser, "signed")
    verified = jwt.decode(reply.text, KeySet.import_key_set(get(browser, "/jwks").json), algorithms=["RS256"])

    assert reply.headers["Content-Disposition"] == 'attachment; filename="my-data-2026-11-22.jwt"'
    assert reply.headers["Content-Type"] == "application/jwt"
    assert verified.header["typ"] == "personal-data+jwt"
    claims = verified.claims
    assert claims.keys() == {"iss", "aud", "iat", "jti", "personal_data"}
    assert (claims["iss"], claims["aud"]) == (ISSUER, "https://tongxing.example/ns/personal-data")
    assert claims["personal_data"]["identity"] == readable["identity"]
    assert claims["personal_data"]["consents"] == readable["consents"]


def test_a_changed_copy_does_not_verify(browser):
    enter_account(browser)
    head, body, signature = take(browser, "signed").text.split(".")
    spoilt = ".".join([head, body[:-2] + ("AA" if body[-2:] != "AA" else "BB"), signature])

    with pytest.raises(Exception, match="signature"):
        jwt.decode(spoilt, KeySet.import_key_set(get(browser, "/jwks").json), algorithms=["RS256"])


def test_the_signed_copy_is_no_access_token(browser, client):
    enter_account(browser)
    copy = take(browser, "signed").text

    assert userinfo(browser, copy).status_code == 401
    assert ask(browser, "/introspect", client, token=copy).json == {"active": False}
    assert ask(browser, "/revoke", client, token=copy).status_code == 200


def test_the_signed_copy_is_no_id_token(browser, client):
    enter_account(browser)
    copy = take(browser, "signed").text

    hinted = authorize(browser, Visit(client), id_token_hint=copy, prompt="none")
    logout = get(browser, f"/logout?{urlencode({'id_token_hint': copy, 'client_id': client.client_id})}")

    assert "error=invalid_request" in hinted.headers["Location"]
    assert logout.status_code == 400
    assert 'action="/sign-out"' in get(browser, "/").text


@pytest.mark.parametrize("grant", ["assertion", "refresh", "code"])
def test_the_signed_copy_opens_nothing_at_the_token_endpoint(provider, browser, client, grant):
    enter_account(browser)
    copy = take(browser, "signed").text
    form = {
        "assertion": {
            "grant_type": "client_credentials",
            "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            "client_assertion": copy,
        },
        "refresh": {"grant_type": "refresh_token", "refresh_token": copy},
        "code": {"grant_type": "authorization_code", "code": copy, "redirect_uri": client.redirect_uri},
    }[grant]

    reply = ask(browser, "/token", None if grant == "assertion" else client, **form)

    assert reply.status_code in {400, 401}
    assert "access_token" not in reply.text


def test_other_tokens_are_not_taken_for_a_copy(browser, client):
    issued = tokens(browser, Visit(client))

    assert "personal_data" not in claims_of(issued["id_token"])
    assert claims_of(issued["id_token"])["aud"] != "https://tongxing.example/ns/personal-data"


def test_each_copy_is_written_down_and_shown_in_the_history(provider, browser):
    enter_account(browser)
    take(browser, "signed")

    event = next(details for kind, details in provider.events() if kind == "DataCopied")

    assert (event["person_id"], event["signed"]) == (provider.people["zhangsanfeng"], True)
    assert "您下载了个人信息副本" in get(browser, "/account/history").text


def test_copies_are_not_endless(provider, browser):
    enter_account(browser)
    statuses = [take(browser).status_code for _ in range(6)]

    refused = take(browser)

    assert statuses == [200, 200, 200, 200, 200, 429]
    assert "您刚才已下载多次" in refused.text
    assert "Retry-After" in refused.headers
    assert [kind for kind, _ in provider.events()].count("DataCopied") == 5


def test_a_sign_in_that_is_not_recent_comes_first(provider, browser):
    enter_account(browser)
    guard = csrf(browser, PAGE)
    provider.clock.advance(timedelta(minutes=11))

    for reply in (get(browser, PAGE), post(browser, PAGE, {"csrf_token": guard, "form": "readable"})):
        assert reply.status_code == 303
        assert reply.headers["Location"] == "/sign-in?next=%2Faccount%2Fdata%2Fcopy"
    assert "DataCopied" not in [kind for kind, _ in provider.events()]


def test_a_link_or_a_form_of_another_site_fetches_nothing(provider, browser):
    enter_account(browser)

    assert b"330000199001010014" not in browser.get(f"{PAGE}?form=readable", base_url=ISSUER).data
    assert post(browser, PAGE, {"form": "readable"}).status_code == 400
    crossed = post(
        browser, PAGE, {"csrf_token": csrf(browser, PAGE)}, headers={"Referer": "https://evil.test/"}
    )
    assert crossed.status_code == 400
    assert "DataCopied" not in [kind for kind, _ in provider.events()]


def test_a_long_history_is_whole(provider, browser):
    enter_account(browser)
    for _ in range(3):
        other = provider.browser()
        enter_account(other)
    with provider.house.neighbours.database.begin() as work:
        [first, *_] = work.sessions.of_person(provider.people["zhangsanfeng"])
        for _ in range(1100):
            work.audit.append(
                SignedIn(
                    at=provider.clock.now(), person_id=first.person_id, session_id=first.id, amr=("pwd",)
                )
            )

    copy = json.loads(take(browser).text)

    assert len(copy["history"]) == 1 + 4 + 1100
    assert len(copy["devices"]) == 4


def test_the_copy_is_the_same_on_every_storage(any_provider):
    browser = any_provider.browser()
    tokens(browser, Visit(any_provider.register()))

    copy = json.loads(take(browser).text)

    assert copy["identity"]["name"] == "张三丰"
    assert [each["event"] for each in copy["history"]][-1] == "PersonCreated"
