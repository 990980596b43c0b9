"""The claims parameter through HTTP: what is released, where, with whose consent, and what is refused."""

import json
import re

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event

from tests.support.provider import ISSUER
from tests.support.relying_party import (
    Visit,
    answer,
    ask,
    authorize,
    claims_of,
    decide,
    get,
    post,
    redeem,
    sign_in,
    token,
    tokens,
    userinfo,
    walk,
)


def asking(**places):
    return json.dumps(places, ensure_ascii=False)


def told(browser, visit, **changes):
    answered = tokens(browser, visit, **changes)
    return userinfo(browser, answered["access_token"]).json, claims_of(answered["id_token"])


def error_of(browser, visit, claims):
    return answer(authorize(browser, visit, claims=claims)).get("error")


def test_discovery_says_what_can_be_asked_for(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json

    assert metadata["claims_parameter_supported"] is True
    assert metadata["claims_locales_supported"] == ["zh-CN"]
    assert metadata["display_values_supported"] == ["page", "touch"]
    assert {"birthdate", "gender", "cn_id_number_masked", "verified_claims"} <= set(
        metadata["claims_supported"]
    )


def test_single_claims_come_where_they_are_asked_for(browser, visit):
    claims = asking(
        userinfo={"phone_number": {"essential": True}, "gender": None},
        id_token={"name": None, "cn_realname_level": None},
    )

    at_userinfo, in_id_token = told(browser, visit, scope="openid", claims=claims)

    assert set(at_userinfo) == {"sub", "phone_number", "gender"}
    assert (at_userinfo["phone_number"], at_userinfo["gender"]) == ("+8610000000001", "male")
    assert (in_id_token["name"], in_id_token["cn_realname_level"]) == ("张三丰", "l4")
    assert "gender" not in in_id_token


def test_a_single_claim_is_not_its_scope(browser, visit):
    at_userinfo, _ = told(browser, visit, scope="openid", claims=asking(userinfo={"birthdate": None}))

    assert at_userinfo.keys() == {"sub", "birthdate"}
    assert at_userinfo["birthdate"] == "1990-01-01"


def test_the_full_name_replaces_the_masked_one_of_the_profile(browser, visit):
    at_userinfo, _ = told(browser, visit, claims=asking(userinfo={"name": None}))

    assert at_userinfo["name"] == "张三丰"


@pytest.mark.parametrize(
    ("details", "expected"),
    [
        ({"value": "male"}, True),
        ({"value": "female"}, False),
        ({"values": ["female", "male"]}, True),
        ({"values": ["female"], "essential": True}, False),
        ({"value": None}, False),
        ({"value": ["male"]}, False),
        ({"value": True}, False),
    ],
)
def test_a_value_that_is_not_as_asked_for_is_left_out(browser, visit, details, expected):
    at_userinfo, _ = told(browser, visit, scope="openid", claims=asking(userinfo={"gender": details}))

    assert ("gender" in at_userinfo) is expected


def test_true_is_not_one(provider, browser):
    visit = Visit(provider.register(scope="openid cn_age"))
    claims = asking(userinfo={"age_over_18": {"value": 1}, "age_over_16": {"value": True}})

    at_userinfo, _ = told(browser, visit, scope="openid", claims=claims)

    assert at_userinfo.keys() == {"sub", "age_over_16"}


def test_what_the_client_has_no_scope_for_is_not_given(provider, browser):
    visit = Visit(provider.register(scope="openid profile"))
    everything = {
        name: {"essential": True}
        for name in ("name", "phone_number", "birthdate", "cn_id_number", "age_over_18", "no_such_claim")
    }

    at_userinfo, in_id_token = told(
        browser, visit, scope="openid", claims=asking(userinfo=everything, id_token=everything)
    )

    assert at_userinfo.keys() == {"sub", "name"}
    assert (at_userinfo["name"], in_id_token["name"]) == ("张**", "张**")
    assert not {"phone_number", "birthdate", "cn_id_number", "age_over_18"} & in_id_token.keys()


def test_claims_of_the_token_itself_cannot_be_replaced(browser, visit):
    forged = {name: {"value": "evil"} for name in ("iss", "aud", "exp", "amr", "sid", "nonce", "auth_time")}

    _, in_id_token = told(browser, visit, claims=asking(id_token=forged))

    assert in_id_token["iss"] == ISSUER
    assert "evil" not in in_id_token.values()


def test_a_sensitive_claim_needs_its_tick(browser, visit):
    claims = asking(userinfo={"cn_id_number_masked": None, "gender": None})
    page = authorize(browser, visit, scope="openid", claims=claims).headers["Location"]
    sign_in(browser, page)

    answered = redeem(browser, visit, answer(decide(browser, page))["code"]).json

    assert userinfo(browser, answered["access_token"]).json.keys() == {"sub", "gender"}


def test_a_yes_to_the_masked_number_is_no_yes_to_the_number(browser, visit):
    masked = asking(userinfo={"cn_id_number_masked": None})
    page = authorize(browser, visit, scope="openid", claims=masked).headers["Location"]
    sign_in(browser, page)
    shown = get(browser, page).text
    ticked = ("cn_id_number/cn_id_number_masked",)
    answered = redeem(browser, visit, answer(decide(browser, page, sensitive=ticked))["code"]).json

    silent = authorize(browser, Visit(visit.client), scope="openid cn_id_number", prompt="none")
    again = authorize(browser, Visit(visit.client), scope="openid", claims=masked, prompt="none")

    assert "330000********0014" in shown
    assert "3****************4" not in shown
    assert userinfo(browser, answered["access_token"]).json["cn_id_number_masked"] == "330000********0014"
    assert answer(silent)["error"] == "consent_required"
    assert "code" in answer(again)


def test_every_sensitive_claim_has_a_box_of_its_own(browser, visit):
    claims = asking(userinfo={"cn_id_number_masked": None, "cn_id_number": {"purpose": "To find your file."}})
    page = authorize(browser, visit, scope="openid", claims=claims, ui_locales="en").headers["Location"]
    sign_in(browser, page)

    shown = get(browser, page).text

    boxes = re.findall(
        r'name="sensitive" value="([^"]+)".*?<label[^>]*>([^<]+)<.*?<p[^>]*>([^<]+)<', shown, re.DOTALL
    )
    assert boxes == [
        ("cn_id_number/cn_id_number", "Document number", "3****************4"),
        ("cn_id_number/cn_id_number_masked", "Document number, partly hidden", "330000********0014"),
    ]
    assert shown.count("says why") == 1


def test_a_sensitive_scope_and_its_claims_are_one_box(browser, visit):
    claims = asking(userinfo={"cn_id_number_masked": None})
    page = authorize(browser, visit, scope="openid cn_id_number", claims=claims).headers["Location"]
    sign_in(browser, page)

    assert re.findall(r'name="sensitive" value="([^"]+)"', get(browser, page).text) == ["cn_id_number"]


@pytest.mark.parametrize("ticked", ["cn_id_number", "cn_id_number/cn_id_type", "cn_id_number/", "phone"])
def test_a_tick_at_what_was_not_asked_for_gives_nothing(browser, visit, ticked):
    claims = asking(userinfo={"cn_id_number_masked": None})
    page = authorize(browser, visit, scope="openid", claims=claims).headers["Location"]
    sign_in(browser, page)

    answered = redeem(browser, visit, answer(decide(browser, page, sensitive=(ticked,)))["code"]).json

    assert answered["scope"] == "openid"
    assert userinfo(browser, answered["access_token"]).json.keys() == {"sub"}


def test_values_are_shown_in_the_language_of_the_page(browser, visit):
    claims = asking(userinfo={"gender": None, "birthdate": None})
    page = authorize(browser, visit, scope="openid", claims=claims).headers["Location"]
    sign_in(browser, page)

    chinese, english = get(browser, f"{page}?lang=zh").text, get(browser, f"{page}?lang=en").text

    assert all(f"<dd>{value}</dd>" in chinese for value in ("男", "1990年1月1日"))
    assert all(f"<dd>{value}</dd>" in english for value in ("Male", "1 January 1990"))


def test_something_new_is_asked_for_even_when_the_scope_was_allowed(browser, visit):
    walk(browser, visit, scope="openid cn_realname")

    result = authorize(
        browser,
        Visit(visit.client),
        scope="openid cn_realname",
        prompt="none",
        claims=asking(userinfo={"birthdate": None}),
    )

    assert answer(result)["error"] == "consent_required"


def test_a_purpose_is_shown_as_the_portals_own_words(browser, visit):
    purpose = 'To <script>alert(1)</script> "help" you'
    claims = asking(
        userinfo={"gender": {"purpose": purpose}, "cn_id_number": {"purpose": "用于核对您的档案"}}
    )
    page = authorize(browser, visit, scope="openid", claims=claims, ui_locales="en").headers["Location"]
    sign_in(browser, page)

    shown = get(browser, page).text

    assert "Gender: 测试门户 says why: “To &lt;script&gt;alert(1)&lt;/script&gt; &#34;help&#34; you”" in shown
    assert "Document number: 测试门户 says why: “用于核对您的档案”" in shown


@pytest.mark.parametrize("purpose", ["", "no", "x" * 301, "two\nlines", "right\u202eleft", 3, ["why"]])
def test_a_purpose_that_cannot_be_shown_is_refused(browser, visit, purpose):
    assert error_of(browser, visit, asking(userinfo={"gender": {"purpose": purpose}})) == "invalid_request"


REFUSED = [
    "x",
    "{",
    "null",
    "[]",
    '"userinfo"',
    "1",
    '{"userinfo": []}',
    '{"userinfo": "name"}',
    '{"userinfo": {"name": true}}',
    '{"userinfo": {"name": "x"}}',
    '{"userinfo": {"sub": "x"}}',
    '{"userinfo": {"sub": {"value": 5}}}',
    '{"id_token": {"acr": {"essential": true, "values": [null]}}}',
    '{"userinfo": {"name": {"values": "x"}}}',
    '{"userinfo": {"name": {"max_age": "x"}}}',
    '{"userinfo": {"name": {"values": []}}}',
    '{"userinfo": {"name": null, "name": null}}',
    '{"userinfo": {}, "userinfo": {"name": null}}',
    '{"userinfo": {"name": {"value": NaN}}}',
    '{"userinfo": {"name": {"value": 1e999}}}',
    '{"userinfo": {"name": {"value": 99999999999999999999}}}',
    '{"userinfo": {"gender": {"value": ' + "9" * 5000 + "}}}",
    '{"userinfo": {"name": {"value": "a\\u0000b"}}}',
    '{"userinfo": {"name": {"value": "\\ud800"}}}',
    '{"userinfo": {"\\udfff": null}}',
    '{"userinfo": {"name": {"value": ' + "[" * 20 + "]" * 20 + "}}}",
    "[" * 8000,
    '{"a":' * 1500,
    json.dumps({"userinfo": {str(number): None for number in range(500)}}),
    json.dumps({"userinfo": {"name": {"value": "x" * 100_000}}}),
]


@pytest.mark.parametrize("claims", REFUSED, ids=lambda claims: claims[:60])
def test_what_cannot_be_read_with_certainty_is_refused(browser, visit, claims):
    reply = authorize(browser, visit, claims=claims)

    if "Location" in reply.headers:
        assert answer(reply)["error"] == "invalid_request"
    else:
        # Too long for any parameter: refused before the client is known.
        assert reply.status_code == 400


@pytest.mark.parametrize(
    "claims", ["{}", '{"userinfo": null}', '{"other": [1]}', '{"id_token": {"1": null}}']
)
def test_what_nobody_knows_is_left_out(browser, visit, claims):
    assert told(browser, visit, scope="openid", claims=claims)[0].keys() == {"sub"}


def test_what_was_sent_is_never_sent_back(browser, visit):
    canary = "canary-6b1f"
    claims = asking(
        userinfo={"name": {"value": canary}, canary: None}, id_token={"gender": {"value": canary}}
    )

    page = authorize(browser, visit, scope="openid", claims=claims)
    sign_in(browser, page.headers["Location"])
    shown = get(browser, page.headers["Location"]).text
    refused = authorize(browser, visit, claims=claims + canary)

    assert canary not in shown
    assert canary not in refused.headers["Location"]
    assert canary not in str(told(browser, Visit(visit.client), scope="openid", claims=claims))


def test_a_pushed_request_is_checked_like_any_other(browser, visit):
    reply = ask(browser, "/par", visit.client, **visit.params(claims='{"userinfo": []}'))

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request")


def test_the_person_can_be_named_by_subject(provider, browser, client):
    subject = claims_of(tokens(browser, Visit(client))["id_token"])["sub"]
    wanted = asking(id_token={"sub": {"value": subject}})
    other = asking(id_token={"sub": {"value": "somebody-else"}})

    assert "code" in answer(authorize(browser, Visit(client), prompt="none", claims=wanted))
    assert answer(authorize(browser, Visit(client), prompt="none", claims=other))["error"] == "login_required"


def test_two_different_subjects_are_refused(browser, client):
    hint = tokens(browser, Visit(client))["id_token"]
    other = asking(userinfo={"sub": {"value": "somebody-else"}})

    result = authorize(browser, Visit(client), id_token_hint=hint, claims=other)

    assert answer(result)["error"] == "invalid_request"


def test_a_refreshed_id_token_holds_the_claims_too(browser, visit):
    answered = tokens(browser, visit, scope="openid", claims=asking(id_token={"gender": None}))

    again = ask(
        browser,
        "/token",
        visit.client,
        grant_type="refresh_token",
        refresh_token=answered["refresh_token"],
    ).json

    assert claims_of(again["id_token"])["gender"] == "male"


@pytest.mark.parametrize(("place", "reads"), [("userinfo", 0), ("id_token", 1)])
def test_the_token_endpoint_reads_the_person_only_for_the_id_token(browser, visit, place, reads):
    code = walk(browser, visit, scope="openid", claims=asking(**{place: {"gender": None}}))["code"]
    statements = []

    def note(connection, cursor, statement, *rest):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        assert redeem(browser, visit, code).status_code == 200
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert len([each for each in statements if "person.document" in each]) == reads


def test_hints_about_presentation_change_nothing(browser, visit):
    for display in ("page", "popup", "touch", "wap", "no such thing"):
        result = walk(browser, visit, display=display, claims_locales="en zh-CN x" * 20)
        assert "code" in result


def test_display_and_claims_come_back_from_storage(any_provider):
    visit = Visit(any_provider.register())
    claims = asking(
        userinfo={"gender": {"values": ["male", 1, 1.5, True, None, {"a": [1]}], "purpose": "For a test."}}
    )

    at_userinfo, _ = told(any_provider.browser(), visit, scope="openid", claims=claims)

    assert at_userinfo.keys() == {"sub", "gender"}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("userinfo", "id_token", "verified_claims", "verification", "claims", "name", "gender"),
                    *("trust_framework", "evidence", "check_details", "type", "time", "max_age"),
                    *("value", "values", "essential", "purpose", "sub", "acr", "x"),
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
@example(
    {"userinfo": {"verified_claims": {"verification": {"time": {"max_age": 1e10}}, "claims": {"name": None}}}}
)
@example({"id_token": {"acr": {"essential": True, "values": [None, 1, {}]}}})
def test_any_json_is_answered(provider, claims):
    client = getattr(provider, "kept", None) or provider.register()
    provider.kept = client

    for whole in (claims, {"userinfo": claims}, {"id_token": {"verified_claims": claims}}):
        reply = authorize(
            provider.browser(), Visit(client), claims=json.dumps(whole).encode("utf-8", "surrogatepass")
        )
        assert reply.status_code in {303, 400}


@pytest.mark.parametrize("seconds", ["5", "5.0", "0"])
def test_a_posted_request_with_a_number_can_be_taken_up(browser, visit, seconds):
    claims = f'{{"userinfo": {{"birthdate": {{"max_age": {seconds}}}}}}}'
    posted = post(browser, "/authorize", visit.params(claims=claims))

    assert get(browser, posted.headers["Location"]).status_code == 200


def test_a_token_that_was_narrowed_tells_no_claim_of_the_scope_that_is_gone(browser, visit):
    asked = json.dumps({"userinfo": {"phone_number": None}})
    held = tokens(browser, visit, scope="openid phone", claims=asked)
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"], "scope": "openid"}

    narrowed = token(browser, visit.client, form).json["access_token"]

    assert "phone_number" in dict(userinfo(browser, held["access_token"]).json or {})
    assert set(userinfo(browser, narrowed).json or {}) == {"sub"}
