"""Dynamic registration (RFC 7591, RFC 7592, OpenID Connect Registration 1.0)."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from idp.domain.errors import Refusal
from idp.domain.lawful_basis import Ground, LawfulBasis
from idp.domain.logos import read_logo
from idp.domain.registration.self_registered import OPERATORS_OWN
from idp.services.registration import GIVEN
from tests.support.pictures import square_png
from tests.support.provider import FUND, ISSUER, Registered, open_provider
from tests.support.relying_party import (
    Visit,
    authorize,
    claims_of,
    get,
    token,
    tokens,
    userinfo,
)

RP = "https://rp.example"
SMALLEST = {"redirect_uris": [f"{RP}/cb"]}
KEY = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
MEMBERS = {
    "client_name": "示例门户",
    "client_name#en": "Example portal",
    "application_type": "web",
    "redirect_uris": [f"{RP}/cb", f"{RP}/cb2?tenant=zj"],
    "post_logout_redirect_uris": [f"{RP}/bye"],
    "request_uris": [f"{RP}/request.jwt", f"{RP}/request.jwt#n4bQgYhMfWWaL"],
    "token_endpoint_auth_method": "client_secret_post",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "scope": "offline_access openid phone profile",
    "subject_type": "pairwise",
    "jwks": {"keys": [KEY]},
    "id_token_signed_response_alg": "RS256",
    "userinfo_signed_response_alg": "RS256",
    "request_object_signing_alg": "EdDSA",
    "require_pushed_authorization_requests": True,
    "default_max_age": 3600,
    "default_acr_values": ["https://tongxing.example/ns/acr/l2"],
    "require_auth_time": True,
    "backchannel_logout_uri": f"{RP}/ended",
    "backchannel_logout_session_required": True,
    "frontchannel_logout_uri": f"{RP}/ended-page",
    "client_uri": f"{RP}/",
    "logo_uri": f"{RP}/logo.png",
    "policy_uri": f"{RP}/policy",
    "tos_uri": f"{RP}/terms",
    "initiate_login_uri": f"{RP}/login",
    "contacts": ["helpdesk@rp.example"],
}
UNSUPPORTED = {
    "id_token_encrypted_response_alg": "RSA-OAEP",
    "id_token_encrypted_response_enc": "A256GCM",
    "userinfo_encrypted_response_alg": "RSA-OAEP",
    "request_object_encryption_alg": "RSA-OAEP",
    "software_id": "4NRB1-0XZABZI9E6-5SM3R",
    "software_version": "2.1",
    "software_statement": "eyJhbGciOiJub25lIn0.e30.",
    "tls_client_auth_subject_dn": "CN=rp",
    "client_name#ja": "例",
    "invented_here": {"a": [1, 2]},
}
BECAUSE = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def provide(folder, mode="open", throttle="100000 per hour", **more):
    provider = open_provider(
        folder,
        database_url=f"sqlite:///{folder}/idp.db",
        registration={"mode": mode, **more.pop("registration", {})},
        throttle={"registration": throttle},
        **more,
    )
    provider.enter()
    return provider


@pytest.fixture
def provider(tmp_path):
    """Return a provider where anybody may register a client."""
    return provide(tmp_path)


def register(browser, metadata=None, initial=None, **more):
    headers = {"Authorization": f"Bearer {initial}"} if initial else {}
    return browser.post(
        "/register", base_url=ISSUER, json=SMALLEST if metadata is None else metadata, headers=headers, **more
    )


def manage(browser, method, made, *, bearer=None, client_id=None, **more):
    return browser.open(
        f"/register/{client_id or made['client_id']}",
        method=method,
        base_url=ISSUER,
        headers={"Authorization": f"Bearer {bearer or made['registration_access_token']}"},
        **more,
    )


def change(browser, made, **metadata):
    return manage(browser, "PUT", made, json={"client_id": made["client_id"], **SMALLEST, **metadata})


def issue(provider, **more):
    usual = {"uses": 1, "valid_for": timedelta(days=7)} | more
    return provider.house.tools.client_upkeep.issue_initial_token(**usual)[1]


def as_client(made):
    return Registered(made["client_id"], made.get("client_secret"), made["redirect_uris"][0])


def wait(provider):
    provider.clock.advance(timedelta(seconds=2))


def test_the_smallest_registration_gets_safe_defaults(provider, browser):
    reply = register(browser)

    made = reply.json
    assert reply.status_code == 201
    assert reply.headers["Cache-Control"] == "no-store"
    assert len(made.pop("client_secret")) == 43
    assert len(made.pop("registration_access_token")) == 43
    client_id = made.pop("client_id")
    assert made == {
        "client_id_issued_at": int(provider.clock.now().timestamp()),
        "client_secret_expires_at": 0,
        "registration_client_uri": f"{ISSUER}/register/{client_id}",
        "client_name": "rp.example",
        "application_type": "web",
        "redirect_uris": [f"{RP}/cb"],
        "post_logout_redirect_uris": [],
        "token_endpoint_auth_method": "client_secret_basic",
        "grant_types": ["authorization_code"],
        "response_types": ["code"],
        "scope": "cn_age cn_region offline_access openid phone profile",
        "subject_type": "pairwise",
        "id_token_signed_response_alg": "RS256",
        "access_token_format": "jwt",
    }


def test_every_member_comes_back_as_it_was_sent(browser):
    made = register(browser, MEMBERS).json

    assert {name: made.get(name) for name in MEMBERS} == MEMBERS


def test_members_that_we_do_not_support_are_left_out_of_the_answer(browser):
    reply = register(browser, SMALLEST | UNSUPPORTED)

    assert reply.status_code == 201
    assert UNSUPPORTED.keys() & reply.json.keys() == set()


@pytest.mark.parametrize(
    ("mine", "value"),
    [
        ("client_id", "demo-zhejiang"),
        ("client_secret", "mine"),
        ("sector", "entity:zhejiang-demo"),
        ("resources", ["https://api.example/"]),
        ("require_pkce", False),
        ("disabled", True),
        ("registration_access_token", "mine"),
        ("client_id_issued_at", 1),
    ],
)
def test_what_only_an_operator_sets_is_ignored(provider, browser, mine, value):
    made = register(browser, SMALLEST | {mine: value}).json

    with provider.house.neighbours.database.read() as work:
        client = work.clients.get(made["client_id"])
    assert made.get(mine) != value
    assert (client.sector, client.resources, client.requires_pkce) == ("host:rp.example", (), True)
    assert client.disabled_at is None


def test_secret_and_token_are_kept_as_digests_alone(provider, browser, tmp_path):
    made = register(browser).json

    with provider.house.neighbours.database.read() as work:
        client = work.clients.get(made["client_id"])
    kept = repr(client)
    assert made["client_secret"] not in kept
    assert made["registration_access_token"] not in kept
    assert client.has_secret(made["client_secret"])


def test_scopes_beyond_those_allowed_are_left_out(browser):
    made = register(browser, SMALLEST | {"scope": "openid cn_id_number phone fund:read nonsense"}).json

    assert made["scope"] == "openid phone"


def test_a_setting_names_the_scopes_and_whether_pkce_is_needed(tmp_path):
    provider = provide(tmp_path, registration={"pkce": "optional", "scopes": ["openid", "fund:read"]})
    browser = provider.browser()

    secret = register(browser).json
    public = register(browser, SMALLEST | {"token_endpoint_auth_method": "none"}).json

    assert secret["scope"] == "fund:read openid"
    with provider.house.neighbours.database.read() as work:
        assert not work.clients.get(secret["client_id"]).requires_pkce
        assert work.clients.get(public["client_id"]).requires_pkce


def test_a_registered_client_walks_the_whole_flow_and_manages_itself(provider, browser):
    made = register(
        browser, SMALLEST | {"grant_types": ["authorization_code", "refresh_token"], "scope": "openid phone"}
    ).json
    visit = Visit(as_client(made))

    held = tokens(browser, visit, scope="openid phone")

    assert claims_of(held["id_token"])["aud"] == made["client_id"]
    assert userinfo(browser, held["access_token"]).json["phone_number"] == "+8610000000001"
    renewed = token(
        browser, visit.client, {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    )
    assert renewed.status_code == 200
    shown = manage(browser, "GET", made)
    assert (shown.status_code, shown.headers["Cache-Control"]) == (200, "no-store")
    without_secret = made.keys() - {"client_secret", "client_secret_expires_at"}
    assert shown.json == {name: made[name] for name in without_secret}


@pytest.mark.parametrize(
    ("change_of", "error"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": f"{RP}/cb"}, "invalid_client_metadata"),
        ({"redirect_uris": [5]}, "invalid_client_metadata"),
        ({"redirect_uris": ["http://rp.example/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://localhost:8000/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://127.0.0.1/cb"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{RP}/cb#x"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["cn.example.app:/cb"]}, "invalid_redirect_uri"),
        ({"application_type": "native", "redirect_uris": ["app:/cb"]}, "invalid_redirect_uri"),
        (
            {"application_type": "native", "redirect_uris": ["http://rp.example/cb"]},
            "invalid_redirect_uri",
        ),
        ({"post_logout_redirect_uris": ["http://rp.example/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": [f"{RP}/cb", "https://other.example/cb"]}, "invalid_client_metadata"),
        ({"application_type": "desktop"}, "invalid_client_metadata"),
        ({"response_types": ["id_token"]}, "invalid_client_metadata"),
        ({"response_types": ["code", "code id_token"]}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "tls_client_auth"}, "invalid_client_metadata"),
        (
            {"token_endpoint_auth_method": "none", "grant_types": ["client_credentials"]},
            "invalid_client_metadata",
        ),
        ({"subject_type": "shared"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "none"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "HS256"}, "invalid_client_metadata"),
        ({"request_object_signing_alg": "none"}, "invalid_client_metadata"),
        ({"jwks": {"keys": [KEY]}, "jwks_uri": f"{RP}/jwks"}, "invalid_client_metadata"),
        ({"jwks": {"keys": [KEY | {"d": "x"}]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "x"}]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [{"kty": "RSA"}]}}, "invalid_client_metadata"),
        ({"jwks": [KEY]}, "invalid_client_metadata"),
        ({"jwks_uri": "http://rp.example/jwks"}, "invalid_client_metadata"),
        ({"jwks_uri": "file:///etc/passwd"}, "invalid_client_metadata"),
        ({"initiate_login_uri": "javascript:alert(1)"}, "invalid_client_metadata"),
        ({"logo_uri": "data:image/png,x"}, "invalid_client_metadata"),
        ({"default_max_age": -1}, "invalid_client_metadata"),
        ({"default_max_age": 10**30}, "invalid_client_metadata"),
        ({"require_auth_time": "yes"}, "invalid_client_metadata"),
        ({"client_name": "x" * 201}, "invalid_client_metadata"),
        ({"client_name": "a\u202eb"}, "invalid_client_metadata"),
        ({"client_name": ["a"]}, "invalid_client_metadata"),
        ({"contacts": "helpdesk@rp.example"}, "invalid_client_metadata"),
    ],
)
def test_metadata_that_cannot_be_right_is_refused(browser, change_of, error):
    reply = register(browser, SMALLEST | change_of)

    assert (reply.status_code, reply.json["error"]) == (400, error)
    assert reply.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff\xfe",
        b'{"redirect_uris":["https://rp.example/cb"],"redirect_uris":["https://evil.example/cb"]}',
        b'{"jwks":{"keys":[],"keys":[]},"redirect_uris":["https://rp.example/cb"]}',
        b'{"client_name":"\\ud800","redirect_uris":["https://rp.example/cb"]}',
        b'{"jwks":{"keys":[{"kty":"EC","x":NaN}]},"redirect_uris":["https://rp.example/cb"]}',
        b'{"default_max_age":1e999,"redirect_uris":["https://rp.example/cb"]}',
        b'{"a":' * 5000,
        b"[" * 50_000,
        b"9" * 60_000,
    ],
)
def test_a_body_that_is_no_plain_json_object_is_refused(browser, body):
    reply = browser.post("/register", base_url=ISSUER, data=body, content_type="application/json")

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_client_metadata")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", ""])
def test_another_content_type_is_refused(browser, kind):
    reply = browser.post("/register", base_url=ISSUER, data=json.dumps(SMALLEST), content_type=kind)

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request")


def test_a_body_without_end_is_refused(browser):
    reply = register(browser, SMALLEST | {"contacts": ["x" * 100_000]})

    assert (reply.status_code, reply.json["error"]) == (413, "invalid_request")


def test_registration_is_closed_unless_it_is_opened(tmp_path):
    provider = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db")
    browser = provider.browser()

    reply = register(browser, initial=issue(provider))

    assert (reply.status_code, reply.json["error"]) == (403, "access_denied")
    assert b"registration_endpoint" not in get(browser, "/.well-known/openid-configuration").data


def test_an_open_registration_is_advertised(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json

    assert metadata["registration_endpoint"] == f"{ISSUER}/register"


@pytest.mark.parametrize("initial", [None, "wrong", "x" * 43, "%00", "é".encode().decode("latin-1")])
def test_without_a_good_initial_token_nobody_registers(tmp_path, initial):
    browser = provide(tmp_path, "token").browser()

    reply = register(browser, initial=initial)

    assert reply.status_code == 401
    assert reply.headers["WWW-Authenticate"].startswith("Bearer")
    assert initial != "wrong" or reply.json["error"] == "invalid_token"


def test_a_registration_token_is_no_initial_token(tmp_path):
    provider = provide(tmp_path, "token")
    browser = provider.browser()
    made = register(browser, initial=issue(provider)).json

    reply = register(browser, initial=made["registration_access_token"])

    assert (reply.status_code, reply.json["error"]) == (401, "invalid_token")


def test_an_initial_token_is_used_up_by_successes_alone(tmp_path):
    provider = provide(tmp_path, "token")
    browser, initial = provider.browser(), issue(provider, uses=2)

    statuses = [
        register(browser, {"redirect_uris": uris}, initial).status_code
        for uris in ([f"{RP}/cb"], [], [f"{RP}/cb"], [f"{RP}/cb"])
    ]

    assert statuses == [201, 400, 201, 401]


def test_an_initial_token_expires(tmp_path):
    provider = provide(tmp_path, "token")
    initial = issue(provider, valid_for=timedelta(hours=1))
    provider.clock.advance(timedelta(hours=1))

    reply = register(provider.browser(), initial=initial)

    assert (reply.status_code, reply.json["error"]) == (401, "invalid_token")


def test_racing_for_the_last_use_of_an_initial_token_has_one_winner(tmp_path):
    provider = provide(tmp_path, "token")
    initial = issue(provider)

    with ThreadPoolExecutor(16) as pool:
        statuses = list(
            pool.map(lambda _: register(provider.browser(), initial=initial).status_code, range(16))
        )

    assert sorted(statuses) == [201] + [401] * 15


def test_a_network_that_registers_too_often_must_wait(tmp_path):
    browser = provide(tmp_path, throttle="3 per hour").browser()
    made = register(browser).json

    replies = [register(browser), change(browser, made), register(browser), change(browser, made)]

    assert [reply.status_code for reply in replies] == [201, 200, 429, 429]
    assert replies[3].json["error"] == "temporarily_unavailable"
    assert replies[3].headers["Retry-After"]
    elsewhere = register(browser, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 201


def test_a_change_replaces_everything_and_keeps_what_proves_the_client(provider, browser):
    more = {"client_name": "旧", "contacts": ["helpdesk@rp.example"], "tos_uri": f"{RP}/terms"}
    made = register(browser, SMALLEST | more).json
    held = tokens(browser, Visit(as_client(made)))

    reply = change(
        browser, made, redirect_uris=[f"{RP}/new"], client_name="新", client_secret=made["client_secret"]
    )

    assert reply.status_code == 200
    shown = manage(browser, "GET", made).json
    assert shown == reply.json
    assert (shown["client_name"], shown["redirect_uris"]) == ("新", [f"{RP}/new"])
    assert {"contacts", "tos_uri", "client_secret"} & shown.keys() == set()
    assert shown["client_id_issued_at"] == made["client_id_issued_at"]
    wait(provider)
    assert authorize(browser, Visit(as_client(made))).status_code == 400
    # People agreed to another name: they are asked again, and what was held is over.
    assert userinfo(browser, held["access_token"]).status_code == 401
    now = Visit(Registered(made["client_id"], made["client_secret"], f"{RP}/new"))
    assert "id_token" in tokens(browser, now)


def test_a_change_that_nobody_sees_leaves_consents_and_grants(provider, browser):
    made = register(browser).json
    held = tokens(browser, Visit(as_client(made)))

    change(browser, made, tos_uri=f"{RP}/terms", redirect_uris=[f"{RP}/cb", f"{RP}/cb2"])
    wait(provider)

    assert userinfo(browser, held["access_token"]).status_code == 200
    assert "code=" in authorize(browser, Visit(as_client(made))).headers["Location"]


def test_a_change_keeps_what_the_operator_gave_unless_people_see_another(provider, browser):
    made = register(browser).json
    given = {
        "logo": read_logo(square_png(48)),
        "allowed_resources": frozenset({FUND}),
        "authorization_details_types": frozenset({"https://tongxing.example/ns/authorization/x/v1"}),
    }
    with provider.house.neighbours.database.begin() as work:
        work.clients.replace(replace(work.clients.get(made["client_id"]), **given))

    change(browser, made, tos_uri=f"{RP}/terms", allowed_resources=[], authorization_details_types=[])
    same = held_client(provider, made)
    change(browser, made, client_name="Another")
    another = held_client(provider, made)

    assert {name: getattr(same, name) for name in given} == given
    assert (another.logo, *(getattr(another, name) for name in GIVEN)) == (None, frozenset(), frozenset())
    assert {*OPERATORS_OWN} - {"sector", "resources", "require_pkce", "disabled", *GIVEN} == {
        *("lawful_basis", "statute", "statute#en")
    }


@pytest.mark.parametrize(
    "change_of",
    [
        {"grant_types": ["authorization_code", "client_credentials"]},
        {"token_endpoint_auth_method": "none"},
    ],
)
def test_whoever_reaches_further_loses_what_was_allowed_before(provider, browser, change_of):
    made = register(browser).json
    with provider.house.neighbours.database.begin() as work:
        client = work.clients.get(made["client_id"])
        work.clients.replace(replace(client, allowed_resources=frozenset({FUND})))

    change(browser, made, **change_of)

    assert held_client(provider, made).allowed_resources == frozenset()


def test_who_registered_itself_always_asks(provider, browser):
    made = register(browser).json
    ground = Ground(basis=LawfulBasis.STATUTORY_DUTY, statute="《条例》")

    with pytest.raises(Refusal, match="always asks"):
        provider.house.tools.client_upkeep.rest_on(made["client_id"], ground)
    assert held_client(provider, made).ground == Ground()


def held_client(provider, made):
    with provider.house.neighbours.database.read() as work:
        return work.clients.get(made["client_id"])


@pytest.fixture
def servers(tmp_path, postgresql_url, redis_url):
    """Return a provider on PostgreSQL and Redis that takes initial access tokens."""
    return open_provider(
        tmp_path, database_url=postgresql_url, store_url=redis_url, registration={"mode": "token"}
    )


def test_registration_works_on_servers(servers):
    browser = servers.browser()
    made = register(browser, initial=issue(servers)).json

    assert change(browser, made, client_name="新").json["client_name"] == "新"
    for method, client_id, status in (
        ("GET", "%00", 401),
        ("DELETE", made["client_id"], 204),
        ("GET", made["client_id"], 401),
    ):
        assert manage(browser, method, made, client_id=client_id).status_code == status


@pytest.mark.parametrize(
    "change_of",
    [
        {"client_id": None},
        {"client_id": "another"},
        {"client_id": 5},
        {"client_secret": "wrong"},
        {"client_secret": ""},
        {"client_secret": ["x"]},
        {"redirect_uris": ["http://rp.example/cb"]},
    ],
)
def test_a_wrong_change_changes_nothing(browser, change_of):
    made = register(browser).json
    before = manage(browser, "GET", made).json

    assert change(browser, made, **change_of).status_code == 400
    assert manage(browser, "GET", made).json == before


def test_a_secret_is_given_when_it_is_first_needed_and_dies_when_it_is_not(provider, browser):
    made = register(browser, SMALLEST | {"token_endpoint_auth_method": "none"}).json
    assert "client_secret" not in made

    first = change(browser, made, token_endpoint_auth_method="client_secret_basic").json
    kept = change(browser, made, token_endpoint_auth_method="client_secret_post").json
    change(browser, made, token_endpoint_auth_method="none")
    second = change(browser, made, token_endpoint_auth_method="client_secret_basic").json

    assert len(first["client_secret"]) == 43
    assert first["client_secret_expires_at"] == 0
    assert "client_secret" not in kept
    assert second["client_secret"] != first["client_secret"]
    wait(provider)
    grant = {"grant_type": "authorization_code", "code": "x", "redirect_uri": "x", "code_verifier": "v" * 43}
    old = Registered(made["client_id"], first["client_secret"])
    new = Registered(made["client_id"], second["client_secret"])
    assert token(browser, old, grant).json["error"] == "invalid_client"
    assert token(browser, new, grant).json["error"] == "invalid_grant"


def test_a_removed_client_is_gone_with_what_it_held(provider, browser):
    made = register(browser).json
    held = tokens(browser, Visit(as_client(made)))

    assert manage(browser, "DELETE", made).status_code == 204

    wait(provider)
    assert manage(browser, "GET", made).status_code == 401
    assert manage(browser, "DELETE", made).status_code == 401
    assert userinfo(browser, held["access_token"]).status_code == 401
    assert authorize(browser, Visit(as_client(made))).status_code == 400


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_registration_token_opens_its_own_client_alone(provider, browser, method):
    mine, other = register(browser).json, register(browser).json
    operators = provider.register().client_id
    token_ = mine["registration_access_token"]
    attempts = [
        {"client_id": other["client_id"], "bearer": token_},
        {"client_id": operators, "bearer": token_},
        {"client_id": "unknown", "bearer": token_},
        {"client_id": "%00", "bearer": token_},
        {"client_id": mine["client_id"], "bearer": "x" * 43},
        {"client_id": mine["client_id"], "bearer": mine["client_secret"]},
    ]

    replies = [
        manage(browser, method, mine, json={**SMALLEST, "client_id": each["client_id"]}, **each)
        for each in attempts
    ]

    assert [reply.status_code for reply in replies] == [401] * len(attempts)
    assert len({reply.data for reply in replies}) == 1
    assert replies[0].json["error"] == "invalid_token"
    assert manage(browser, "GET", other).status_code == 200


def test_without_a_token_a_registration_is_not_shown(browser):
    made = register(browser).json

    reply = get(browser, f"/register/{made['client_id']}")

    assert (reply.status_code, reply.headers["WWW-Authenticate"]) == (401, "Bearer")
    query = get(browser, f"/register/{made['client_id']}?access_token={made['registration_access_token']}")
    assert query.status_code == 401


def test_a_disabled_client_cannot_enable_itself(provider, browser):
    made = register(browser).json
    provider.house.tools.client_upkeep.disable(made["client_id"])

    for method in ("GET", "PUT", "DELETE"):
        body = {**SMALLEST, "client_id": made["client_id"]}
        assert manage(browser, method, made, json=body).status_code == 401

    provider.house.tools.client_upkeep.enable(made["client_id"])
    assert manage(browser, "GET", made).status_code == 200


def test_closing_registration_leaves_clients_in_charge_of_themselves(tmp_path):
    made = register(provide(tmp_path).browser()).json

    closed = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db").browser()

    assert register(closed).status_code == 403
    assert change(closed, made, client_name="新").json["client_name"] == "新"


@pytest.mark.parametrize(
    ("redirect_uris", "sector"),
    [
        (["https://Rp.example/a", "https://rp.example:8443/b"], "host:rp.example"),
        (["cn.example.app:/cb", "http://127.0.0.1/cb", "http://[::1]/cb"], "client:"),
        (["http://localhost/cb"], "client:"),
    ],
)
def test_a_sector_is_a_host_of_ones_own_or_the_client_alone(provider, browser, redirect_uris, sector):
    kind = "web" if redirect_uris[0].startswith("https") else "native"
    made = register(browser, {"redirect_uris": redirect_uris, "application_type": kind}).json

    with provider.house.neighbours.database.read() as work:
        found = work.clients.get(made["client_id"]).sector
    assert found == (sector if sector != "client:" else f"client:{made['client_id']}")


def test_an_app_on_a_device_cannot_borrow_a_portals_sector(browser):
    reply = register(
        browser,
        {"application_type": "native", "redirect_uris": [f"{RP}/cb", "http://127.0.0.1/cb"]},
    )

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_client_metadata")


@pytest.mark.parametrize("uri", ["com.evil.app://rp.example/cb", "rp.example:/cb"])
def test_a_scheme_that_looks_like_a_portal_does_not_join_its_sector(browser, uri):
    metadata = {
        "application_type": "native",
        "token_endpoint_auth_method": "none",
        "redirect_uris": [f"{RP}/cb", uri],
    }

    assert register(browser, metadata).json["error"] == "invalid_client_metadata"


def test_nobody_gives_himself_subjects_that_every_portal_knows(browser):
    reply = register(browser, SMALLEST | {"subject_type": "public"})

    assert (reply.status_code, reply.json["subject_type"]) == (201, "pairwise")


@pytest.fixture
def sector_document():
    """Return a list, and the address on this machine where it is served as JSON."""
    named: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(named).encode())

        def log_message(self, *args):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield named, server.server_port
        server.shutdown()
        thread.join()


def test_hosts_that_a_sector_document_names_share_pseudonyms(tmp_path, sector_document):
    named, port = sector_document
    named += [f"{RP}/cb", "https://other.example/cb"]
    browser = provide(tmp_path, http={"allow": [f"127.0.0.1:{port}"]}).browser()
    uri = f"http://127.0.0.1:{port}/sector.json"

    both = register(browser, {"redirect_uris": named, "sector_identifier_uri": uri}).json
    one = register(browser, SMALLEST | {"sector_identifier_uri": uri}).json
    foreign = register(browser, {"redirect_uris": [f"{RP}/evil"], "sector_identifier_uri": uri})

    assert both["sector_identifier_uri"] == uri
    subjects = [claims_of(tokens(browser, Visit(as_client(made)))["id_token"])["sub"] for made in (both, one)]
    assert subjects[0] == subjects[1]
    assert (foreign.status_code, foreign.json["error"]) == (400, "invalid_client_metadata")


@pytest.mark.parametrize(
    "place",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
        "https://127.0.0.1:{port}/",
        "http://0.0.0.0:{port}/",
        "https://169.254.169.254/latest/meta-data/",
        "https://[::ffff:127.0.0.1]:{port}/",
        "https://2130706433:{port}/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:{port}/",
    ],
)
def test_a_sector_identifier_leads_to_no_address_inside(browser, sector_document, place):
    named, port = sector_document
    named.append(f"{RP}/cb")

    reply = register(browser, SMALLEST | {"sector_identifier_uri": place.format(port=port)})

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_client_metadata")


def test_what_happened_is_written_down_without_anybodys_data(provider, browser):
    initial = issue(provider, uses=3)
    made = register(browser, MEMBERS | {"contacts": ["zhang@rp.example"]}).json
    change(browser, made, contacts=["wang@rp.example"])
    manage(browser, "DELETE", made)

    events = provider.events()
    told = {kind: details for kind, details in events if details["client_id"] == made["client_id"]}
    assert told["ClientRegistered"]["by"] == told["ClientDeleted"]["by"] == "client"
    assert told["ClientChanged"]["by"] == "client"
    assert {"contacts", "client_name", "redirect_uris"} <= set(told["ClientChanged"]["members"])
    [leave] = [details for kind, details in events if kind == "InitialAccessTokenIssued"]
    assert leave["uses"] == 3
    for secret in ("@rp.example", initial, made["client_secret"], made["registration_access_token"]):
        assert secret not in repr(events)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@BECAUSE
@given(
    st.dictionaries(st.sampled_from([*MEMBERS, *UNSUPPORTED, "sector_identifier_uri", "jwks_uri"]), VALUES)
)
def test_any_metadata_is_registered_or_refused(provider, metadata):
    reply = register(provider.browser(), SMALLEST | metadata)

    assert reply.status_code in {201, 400}
    assert reply.status_code == 201 or reply.json["error"].startswith("invalid_")


@BECAUSE
@given(
    st.dictionaries(st.sampled_from(["kty", "crv", "x", "y", "n", "e", "use", "alg", "kid", "x5c"]), VALUES)
)
def test_any_key_is_registered_or_refused(provider, key):
    for usual in ({}, KEY):
        reply = register(provider.browser(), SMALLEST | {"jwks": {"keys": [usual | key]}})

        assert reply.status_code in {201, 400}


@BECAUSE
@given(VALUES)
def test_any_json_is_registered_or_refused(provider, value):
    reply = provider.browser().post(
        "/register", base_url=ISSUER, data=json.dumps(value), content_type="application/json"
    )

    assert reply.status_code == 400


@BECAUSE
@given(st.text(max_size=60))
def test_any_redirect_uri_is_registered_or_refused(provider, uri):
    for kind in ("web", "native"):
        reply = register(provider.browser(), {"redirect_uris": [uri], "application_type": kind})

        assert reply.status_code in {201, 400}


def test_a_client_that_registered_itself_gets_no_token_for_a_resource_server(provider, browser):
    provider.register(redirect_uris=[], resources=[FUND], scope="openid")
    wanted = {"grant_types": ["authorization_code", "client_credentials"], "allowed_resources": [FUND]}
    client = as_client(register(browser, SMALLEST | wanted).json)

    own = token(browser, client, {"grant_type": "client_credentials", "resource": FUND})
    visit = authorize(browser, Visit(client), resource=FUND)

    assert (own.status_code, own.json["error"]) == (400, "invalid_target")
    assert "error=invalid_target" in visit.headers["Location"]
