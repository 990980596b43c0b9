"""Request objects (RFC 9101): what the client signed counts, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.clients import AuthMethod, Client, Keys
from idp.domain.errors import Refusal
from idp.domain.ids import ClientId
from idp.protocol.authorize.request_object import RequestObjects
from idp.protocol.jose.client_keys import ClientKeys
from idp.protocol.jose.single_use import SingleUse
from idp.storage.ephemeral.memory import MemoryOneTimeStore
from tests.support.clock import START
from tests.support.outside import Outside
from tests.support.provider import ISSUER, REDIRECT_URI, open_provider
from tests.support.relying_party import Visit, answer, ask, authorize, get, post, redeem, walk
from tests.support.signing import a_key, claims_of_assertion, confused, jwks_of, shared, sign, unsigned

URI = "https://rp.test/request.jwt"


def signing(provider, **metadata):
    return provider.register(**({"jwks": jwks_of(a_key())} | metadata))


@pytest.fixture
def visit(provider):
    """Return a request of a client that signs."""
    return Visit(signing(provider))


def inside(provider, visit, **changes):
    now = provider.clock.now()
    about = {
        "iss": visit.client.client_id,
        "aud": ISSUER,
        "iat": int(now.timestamp()),
        "exp": int((now + timedelta(minutes=5)).timestamp()),
    }
    said = about | visit.params() | changes
    return {name: value for name, value in said.items() if value is not None}


def signed(provider, visit, key=None, header=None, **changes):
    return sign(inside(provider, visit, **changes), key or a_key(), **(header or {}))


def by_value(visit, request, **outside):
    only = dict.fromkeys(visit.params()) | {"client_id": visit.client.client_id}
    return only | {"request": request} | outside


def told(reply):
    """Return what the relying party is told at its address, with state and issuer."""
    assert reply.status_code == 303, reply.status_code
    assert reply.headers["Location"].startswith(f"{REDIRECT_URI}?"), reply.headers["Location"]
    return answer(reply)


def on_our_page(reply):
    return reply.status_code == 400 and "Location" not in reply.headers


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_a_signed_request_is_answered_like_any_other(provider, browser, algorithm):
    visit = Visit(signing(provider, jwks=jwks_of(a_key(algorithm))))
    request = signed(provider, visit, a_key(algorithm), jti="1")

    result = walk(browser, visit, **by_value(visit, request))

    assert result["state"] == visit.state
    assert redeem(browser, visit, result["code"]).status_code == 200


def test_what_stands_outside_does_not_count(provider, browser, visit):
    outside = {"state": "mine", "redirect_uri": "https://evil.test/", "nonce": "mine", "prompt": "none"}

    result = walk(browser, visit, **by_value(visit, signed(provider, visit), **outside))

    assert result["state"] == visit.state
    assert redeem(browser, visit, result["code"]).json["scope"] == "openid profile"


def test_what_openid_connect_wants_outside_too_may_stand_there(provider, browser, visit):
    outside = {"response_type": "code", "scope": "openid"}

    assert "code" in walk(browser, visit, **by_value(visit, signed(provider, visit), **outside))


@pytest.mark.parametrize("outside", [{"response_type": "token"}, {"scope": "openid phone"}])
def test_what_differs_outside_is_refused(provider, browser, visit, outside):
    reply = authorize(
        browser,
        visit,
        **by_value(visit, signed(provider, visit), redirect_uri=REDIRECT_URI, state="s", **outside),
    )

    assert (told(reply)["error"], told(reply)["state"]) == ("invalid_request_object", "s")


def test_a_posted_request_may_be_signed(provider, browser, visit):
    reply = post(
        browser,
        "/authorize",
        {"client_id": visit.client.client_id, "request": signed(provider, visit, jti="1")},
    )

    page = reply.headers["Location"]
    assert page.startswith("/interaction/")
    for _ in range(2):
        assert get(browser, page).status_code == 200


@pytest.mark.parametrize("typ", ["JWT", "oauth-authz-req+jwt", "application/oauth-authz-req+jwt"])
def test_a_request_object_may_say_what_it_is(provider, browser, visit, typ):
    request = signed(provider, visit, header={"typ": typ})

    assert "code" in walk(browser, visit, **by_value(visit, request))


def test_a_provider_among_several_audiences_is_meant(provider, browser, visit):
    request = signed(provider, visit, aud=["https://other.test", ISSUER])

    assert "code" in walk(browser, visit, **by_value(visit, request))


def test_numbers_and_objects_keep_their_meaning(provider, browser, visit):
    request = signed(provider, visit, max_age=60, claims={"id_token": {"acr": None}})
    walk(browser, visit)
    provider.clock.advance(timedelta(seconds=61))

    reply = authorize(browser, visit, **by_value(visit, request))

    # The person has to sign in again.
    assert reply.headers["Location"].startswith("/interaction/")


BAD = [
    {"iss": "someone-else"},
    {"iss": None},
    {"aud": "https://other.test"},
    {"aud": f"{ISSUER}/authorize"},
    {"aud": None},
    {"exp": None},
    {"exp": 1},
    {"exp": 4_000_000_000},
    {"exp": "soon"},
    {"nbf": 4_000_000_000},
    {"iat": 4_000_000_000},
    {"sub": "someone"},
    {"request": "eyJ"},
    {"request_uri": URI},
    {"client_id": "someone-else"},
    {"client_id": 1},
    {"jti": 1},
    {"jti": ""},
    {"jti": None, "state": 1},
    {"scope": ["openid", "profile"]},
    {"max_age": True},
    {"max_age": 1.5},
    {"max_age": {"a": 1}},
    {"claims": ["x"]},
    {"resource": [1]},
    {"nonce": {"a": "b"}},
    {"nonce": "a\x00b"},
    {"nonce": "\ud800"},
    {"nonce": "a" * 9000},
    {"response_type": ["code"]},
]


@pytest.mark.parametrize("change", BAD, ids=lambda change: repr(change)[:40])
def test_a_bad_request_object_is_refused_where_its_client_is_sure_to_be(provider, browser, visit, change):
    request = signed(provider, visit, **change)

    reply = authorize(browser, visit, **by_value(visit, request, redirect_uri=REDIRECT_URI, state="s"))
    if len(request) > 8192:
        assert on_our_page(reply)
        return
    assert (told(reply)["error"], told(reply)["state"]) == ("invalid_request_object", "s")
    assert on_our_page(authorize(browser, visit, **by_value(visit, request)))
    evil = by_value(visit, request, redirect_uri="https://evil.test/", state="s")
    assert on_our_page(authorize(browser, visit, **evil))


def test_the_error_travels_as_it_was_asked_to(provider, browser, visit):
    outside = {"redirect_uri": REDIRECT_URI, "response_mode": "fragment"}

    reply = authorize(browser, visit, **by_value(visit, "eyJ", **outside))
    assert reply.headers["Location"].startswith(f"{REDIRECT_URI}#error=invalid_request_object")

    outside["response_mode"] = "smoke_signals"
    assert told(authorize(browser, visit, **by_value(visit, "eyJ", **outside)))["error"]


def test_an_address_inside_must_be_registered(provider, browser, visit):
    request = signed(provider, visit, redirect_uri="https://evil.test/")

    assert on_our_page(authorize(browser, visit, **by_value(visit, request, redirect_uri=REDIRECT_URI)))


def test_a_good_object_with_a_bad_request_is_told_inside_its_own_address(provider, browser, visit):
    request = signed(provider, visit, scope="profile")

    reply = authorize(browser, visit, **by_value(visit, request, state="mine"))

    assert (told(reply)["error"], told(reply)["state"]) == ("invalid_scope", visit.state)


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://rp.test/jwks"},
        {"x5u": "https://rp.test/cert"},
        {"jwk": jwks_of(a_key())["keys"][0]},
        {"x5c": ["MIIB"]},
        {"crit": ["kid"]},
        {"kid": "another"},
        {"typ": "at+jwt"},
        {"typ": "client-authentication+jwt"},
    ],
    ids=lambda header: repr(header)[:25],  # the key differs from run to run
)
def test_a_request_object_with_such_a_header_is_refused(provider, browser, visit, header):
    request = signed(provider, visit, header=header)

    assert on_our_page(authorize(browser, visit, **by_value(visit, request)))


def test_a_request_object_must_be_signed_by_a_private_key(provider, browser):
    client = signing(provider, jwks=jwks_of(a_key("RS256")))
    visit = Visit(client)
    said = inside(provider, visit)

    for request in (
        unsigned(said),
        unsigned(said, {"alg": "none", "kid": "k-1"}),
        confused(said, a_key("RS256"), "k-1"),
        sign(said, shared(client.secret)),
        sign(said, a_key("RS256", "foreign"), kid="k-1"),
        sign(said, a_key("RS256")).rpartition(".")[0] + ".",
        "a.b.c",
        "a.b.c.d.e",
    ):
        assert on_our_page(authorize(browser, visit, **by_value(visit, request)))


def test_the_registered_algorithm_is_the_only_one(provider, browser):
    keys = a_key("RS256", "rs"), a_key("PS256", "ps")
    visit = Visit(signing(provider, jwks=jwks_of(*keys), request_object_signing_alg="PS256"))

    good, bad = signed(provider, visit, keys[1]), signed(provider, visit, keys[0])

    assert authorize(browser, visit, **by_value(visit, good)).status_code == 303
    assert on_our_page(authorize(browser, visit, **by_value(visit, bad)))


def test_a_request_object_works_for_its_own_client_alone(provider, browser, visit):
    request = signed(provider, visit)
    other = Visit(signing(provider, jwks=jwks_of(a_key())))

    assert on_our_page(authorize(browser, other, **by_value(other, request)))


def test_a_client_assertion_is_no_request_object(provider, browser, visit):
    assertion = sign(claims_of_assertion(visit.client.client_id, provider.clock), a_key())

    assert on_our_page(authorize(browser, visit, **by_value(visit, assertion)))


def test_a_request_object_is_no_client_assertion(provider, browser):
    client = signing(provider, token_endpoint_auth_method="private_key_jwt")
    form = {
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": signed(provider, Visit(client), jti="1"),
    }

    assert ask(browser, "/token", None, grant_type="client_credentials", **form).status_code == 401


def test_value_and_reference_exclude_each_other(provider, browser, visit):
    changes = by_value(visit, signed(provider, visit), request_uri=URI)

    assert on_our_page(authorize(browser, visit, **changes))


def test_whoever_goes_back_with_the_same_browser_is_not_turned_away(any_provider):
    browser, visit = any_provider.browser(), Visit(signing(any_provider))
    request = signed(any_provider, visit, jti="1")

    for _ in range(3):
        reply = authorize(browser, visit, **by_value(visit, request))
        assert reply.headers["Location"].startswith("/interaction/")
    assert "code" in walk(browser, visit, **by_value(visit, request))

    # Somebody else, who has found the address of the request.
    for _ in range(2):
        assert on_our_page(authorize(any_provider.browser(), visit, **by_value(visit, request)))


def test_racing_with_a_request_object_has_one_winner(any_provider):
    visit = Visit(signing(any_provider))
    changes = by_value(visit, signed(any_provider, visit, jti="1"))

    with ThreadPoolExecutor(16) as pool:
        statuses = list(
            pool.map(lambda _: authorize(any_provider.browser(), visit, **changes).status_code, range(16))
        )

    assert sorted(statuses) == [303] + [400] * 15


def test_without_an_id_a_request_object_works_until_it_expires(provider, visit):
    changes = by_value(visit, signed(provider, visit))

    for _ in range(2):
        assert authorize(provider.browser(), visit, **changes).status_code == 303
    provider.clock.advance(timedelta(minutes=5))
    assert on_our_page(authorize(provider.browser(), visit, **changes))


def test_a_posted_request_object_is_used_once(provider, browser, visit):
    form = {"client_id": visit.client.client_id, "request": signed(provider, visit, jti="1")}

    assert post(browser, "/authorize", form).status_code == 303
    assert on_our_page(post(browser, "/authorize", form))
    assert on_our_page(authorize(browser, visit, **by_value(visit, form["request"])))


def push(browser, visit, **form):
    return ask(browser, "/par", visit.client, **form)


def test_a_request_object_may_be_pushed(provider, browser, visit):
    request = signed(provider, visit, jti="1", exp=int(provider.clock.now().timestamp()) + 30)
    pushed = push(browser, visit, request=request, state="mine", redirect_uri="https://evil.test/")
    # It was checked when it was pushed; what it says is kept.
    provider.clock.advance(timedelta(seconds=31))
    only = dict.fromkeys(visit.params()) | {"client_id": visit.client.client_id}

    assert pushed.status_code == 201
    result = walk(browser, visit, **only, request_uri=pushed.json["request_uri"])
    assert result["state"] == visit.state
    assert redeem(browser, visit, result["code"]).status_code == 200


def test_a_request_object_is_pushed_once(any_provider):
    browser, visit = any_provider.browser(), Visit(signing(any_provider))
    request = signed(any_provider, visit, jti="1")

    assert push(browser, visit, request=request).status_code == 201
    again = push(browser, visit, request=request)
    assert (again.status_code, again.json["error"]) == (400, "invalid_request_object")
    assert on_our_page(authorize(browser, visit, **by_value(visit, request)))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"iss": "someone-else"}, "invalid_request_object"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"redirect_uri": "https://evil.test/"}, "invalid_request"),
    ],
)
def test_a_wrong_request_object_is_refused_at_the_push(provider, browser, visit, change, error):
    reply = push(browser, visit, request=signed(provider, visit, **change), redirect_uri=REDIRECT_URI)

    assert (reply.status_code, reply.json["error"]) == (400, error)


def test_a_client_cannot_push_what_another_signed(provider, browser, visit):
    other = Visit(signing(provider))

    reply = push(browser, other, request=signed(provider, visit))

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request_object")


def test_a_client_that_registered_so_must_sign(provider, browser):
    visit = Visit(signing(provider, require_signed_request_object=True))

    assert told(authorize(browser, visit))["error"] == "invalid_request"
    assert push(browser, visit, **visit.params()).json["error"] == "invalid_request"
    request = signed(provider, visit)
    assert push(browser, visit, request=request).status_code == 201
    assert "code" in walk(browser, visit, **by_value(visit, request))


def test_a_setting_makes_everybody_sign(tmp_path):
    provider = open_provider(
        tmp_path,
        database_url=f"sqlite:///{tmp_path}/idp.db",
        authorization={"signed_request_required": True},
    )
    browser, visit = provider.browser(), Visit(signing(provider))

    assert told(authorize(browser, visit))["error"] == "invalid_request"
    assert authorize(browser, visit, **by_value(visit, signed(provider, visit))).status_code == 303
    assert get(browser, "/.well-known/openid-configuration").json["require_signed_request_object"] is True


def test_what_is_taken_is_advertised(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json

    assert metadata["request_parameter_supported"] is True
    assert metadata["request_uri_parameter_supported"] is True
    assert metadata["require_request_uri_registration"] is True
    assert metadata["require_signed_request_object"] is False
    assert set(metadata["request_object_signing_alg_values_supported"]) == {
        "RS256",
        "PS256",
        "ES256",
        "EdDSA",
    }


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
NAMES = [
    *("iss", "aud", "exp", "iat", "nbf", "jti", "sub", "client_id", "redirect_uri", "response_type"),
    *("scope", "state", "nonce", "max_age", "claims", "prompt", "resource", "response_mode", "x"),
]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    claims=st.dictionaries(st.sampled_from(NAMES), ANYTHING),
    header=st.dictionaries(st.sampled_from(["kid", "typ", "jwk", "crit", "alg"]), ANYTHING),
)
def test_any_request_object_is_answered(provider, claims, header):
    visit = getattr(provider, "kept", None) or Visit(signing(provider))
    provider.kept = visit
    said = inside(provider, visit) | claims

    for request in (sign(said, a_key()), unsigned(said, {"alg": "ES256"} | header)):
        for outside in ({}, {"redirect_uri": REDIRECT_URI}):
            reply = authorize(provider.browser(), visit, **by_value(visit, request, **outside))
            assert reply.status_code in {303, 400}
            if reply.status_code == 303:
                assert reply.headers["Location"].startswith(("/interaction/", REDIRECT_URI))


@pytest.fixture
def outside():
    return Outside()


@pytest.fixture
def objects(outside, clock):
    return RequestObjects(
        issuer=ISSUER,
        keys=ClientKeys(outbound=outside, clock=clock),
        outbound=outside,
        used=SingleUse("request-object", MemoryOneTimeStore(clock)),
        clock=clock,
        required=False,
    )


CLIENT = Client(
    client_id=ClientId("rp"),
    name="测试门户",
    sector="host:rp.test",
    redirect_uris=(REDIRECT_URI,),
    request_uris=(URI,),
    auth_method=AuthMethod.BASIC,
    secret_digest=None,
    keys=Keys(jwks=jwks_of(a_key())),
    grant_types=frozenset(),
    scopes=frozenset(),
    created_at=START,
)


def document(clock, key=None, **changes):
    now = int(clock.now().timestamp())
    said = {"iss": "rp", "aud": ISSUER, "exp": now + 60, "state": "s"} | changes
    return sign(said, key or a_key()).encode()


JAR = "application/oauth-authz-req+jwt"


@pytest.mark.parametrize("media_type", [JAR, "application/jwt"])
def test_a_request_is_fetched_where_it_is_registered_each_time_anew(objects, outside, clock, media_type):
    outside.show(URI, document(clock) + b"\n", media_type=media_type)

    for _ in range(2):
        params = objects.open({"client_id": "rp", "request_uri": URI, "state": "mine"}, CLIENT)
        assert params == {"client_id": "rp", "state": "s"}
    assert outside.asked == [URI, URI]


def test_an_address_may_carry_the_hash_of_what_is_there(objects, outside, clock):
    client = replace(CLIENT, request_uris=(f"{URI}#n4bQgYhMfWWaL",))
    outside.show(URI, document(clock), media_type=JAR)

    params = objects.open({"client_id": "rp", "request_uri": f"{URI}#n4bQgYhMfWWaL"}, client)

    assert params == {"client_id": "rp", "state": "s"}
    assert outside.asked == [URI]
    with pytest.raises(Refusal):
        objects.open({"client_id": "rp", "request_uri": URI}, client)


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.test/request.jwt",
        f"{URI}?x=1",
        f"{URI}#part",
        "http://rp.test/request.jwt",
        "https://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:8000/",
        "file:///etc/passwd",
        "urn:example:request",
        "x",
    ],
)
def test_nothing_is_fetched_from_an_address_that_is_not_registered(objects, outside, clock, uri):
    outside.show(uri, document(clock), media_type=JAR)

    with pytest.raises(Refusal) as refusal:
        objects.open({"client_id": "rp", "request_uri": uri}, CLIENT)

    assert refusal.value.error == "invalid_request_uri"
    assert outside.asked == []


@pytest.mark.parametrize(
    "shown",
    [{"status": 404}, {"status": 302}, {"media_type": "text/plain"}, {"document": "中".encode()}, None],
)
def test_what_is_no_request_object_at_the_address_is_refused(objects, outside, clock, shown):
    if shown is not None:
        outside.show(URI, **({"document": document(clock), "media_type": JAR} | shown))

    with pytest.raises(Refusal) as refusal:
        objects.open({"client_id": "rp", "request_uri": URI}, CLIENT)

    assert refusal.value.error == "invalid_request_uri"


@pytest.mark.parametrize(
    "change", [{"iss": "evil"}, {"aud": "https://other.test"}, {"key": a_key("ES256", "evil")}]
)
def test_what_is_fetched_is_checked_like_what_is_brought(objects, outside, clock, change):
    outside.show(URI, document(clock, **change), media_type=JAR)

    with pytest.raises(Refusal) as refusal:
        objects.open({"client_id": "rp", "request_uri": URI}, CLIENT)

    assert refusal.value.error == "invalid_request_object"


def test_several_resources_are_joined_as_repeated_parameters_are(objects, outside, clock):
    outside.show(URI, document(clock, resource=["https://a.test", "https://b.test"]), media_type=JAR)

    params = objects.open({"client_id": "rp", "request_uri": URI}, CLIENT)

    assert params["resource"] == "https://a.test https://b.test"


def test_members_that_nobody_knows_may_hold_anything(objects, outside, clock):
    outside.show(URI, document(clock, purpose_ids=[1, {"a": None}], x_number=3), media_type=JAR)

    params = objects.open({"client_id": "rp", "request_uri": URI}, CLIENT)

    assert not {"purpose_ids", "x_number"} & params.keys()


def test_claims_and_numbers_become_text(objects, outside, clock):
    outside.show(URI, document(clock, claims={"userinfo": {"name": None}}, max_age=60), media_type=JAR)

    params = objects.open({"client_id": "rp", "request_uri": URI}, CLIENT)

    assert (params["claims"], params["max_age"]) == ('{"userinfo": {"name": null}}', "60")
