"""Client assertions (RFC 7523): signed by the right client for this provider, and used once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc.jwk import import_key

from idp.domain.errors import Refusal
from tests.support.provider import ISSUER
from tests.support.relying_party import Visit, ask, get, tokens, walk
from tests.support.signing import (
    JWT_BEARER,
    a_key,
    claims_of_assertion,
    confused,
    jwks_of,
    shared,
    sign,
    unsigned,
)

FAILED = ("invalid_client", "Client authentication failed.")


def signing_client(provider, *keys, **metadata):
    return provider.register(
        token_endpoint_auth_method="private_key_jwt", jwks=jwks_of(*(keys or [a_key()])), **metadata
    )


def sharing_client(provider, **metadata):
    return provider.register(token_endpoint_auth_method="client_secret_jwt", **metadata)


def present(browser, assertion, address="/token", headers=None, **form):
    usual = {
        "grant_type": "client_credentials",
        "client_assertion_type": JWT_BEARER,
        "client_assertion": assertion,
    }
    sent = {name: value for name, value in (usual | form).items() if value is not None}
    return browser.post(address, base_url=ISSUER, data=sent, headers=headers)


def assertion_of(provider, client, key=None, header=None, **claims):
    said = claims_of_assertion(client.client_id, provider.clock, **claims)
    return sign(said, key or a_key(), **(header or {}))


def refused(reply):
    return reply.status_code == 401 and (reply.json["error"], reply.json["error_description"]) == FAILED


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_a_client_signs_with_its_private_key(provider, browser, algorithm):
    client = signing_client(provider, a_key(algorithm))
    assertion = assertion_of(provider, client, a_key(algorithm))

    assert client.secret is None
    assert present(browser, assertion).status_code == 200


def test_a_client_signs_with_its_secret(provider, browser):
    client = sharing_client(provider)
    assertion = assertion_of(provider, client, shared(client.secret))

    assert present(browser, assertion, client_id=client.client_id).status_code == 200


def test_the_code_flow_ends_with_an_assertion(provider, browser):
    client = signing_client(provider)
    visit = Visit(client)
    form = {
        "grant_type": "authorization_code",
        "code": walk(browser, visit)["code"],
        "redirect_uri": client.redirect_uri,
        "code_verifier": visit.verifier,
    }

    reply = present(browser, assertion_of(provider, client), **form)

    assert reply.status_code == 200
    assert reply.json["id_token"]


@pytest.mark.parametrize(
    "aud", [ISSUER, f"{ISSUER}/token", [ISSUER], ["https://other.test", f"{ISSUER}/token"]]
)
def test_the_provider_goes_by_its_issuer_and_by_its_token_endpoint(provider, browser, aud):
    client = signing_client(provider)

    assert present(browser, assertion_of(provider, client, aud=aud)).status_code == 200


@pytest.mark.parametrize(("address", "status"), [("/introspect", 200), ("/revoke", 200), ("/par", 201)])
@pytest.mark.parametrize("named", [True, False])
def test_the_other_endpoints_take_assertions_under_their_own_names_too(
    provider, browser, address, status, named
):
    client = signing_client(provider)
    aud = f"{ISSUER}{address}" if named else ISSUER
    form = Visit(client).params() if address == "/par" else {"token": "x"}

    reply = present(browser, assertion_of(provider, client, aud=aud), address, **form)

    assert reply.status_code == status


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "someone-else"},
        {"iss": None},
        {"iss": ["x"]},
        {"sub": "someone-else"},
        {"sub": None},
        {"aud": "https://other.test"},
        {"aud": f"{ISSUER}/"},
        {"aud": f"{ISSUER}.evil.test"},
        {"aud": f"{ISSUER}/revoke"},
        {"aud": []},
        {"aud": [1, None]},
        {"aud": {"a": ISSUER}},
        {"aud": None},
        {"exp": None},
        {"exp": "2099-01-01"},
        {"exp": True},
        {"exp": 1},
        {"exp": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"nbf": "now"},
        {"jti": None},
        {"jti": ""},
        {"jti": 1},
        {"jti": "a\x00b"},
        {"jti": "\ud800"},
    ],
    ids=repr,
)
def test_an_assertion_that_says_something_wrong_is_refused(provider, browser, change):
    client = signing_client(provider)

    assert refused(present(browser, assertion_of(provider, client, **change)))


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
        {"typ": "oauth-authz-req+jwt"},
        {"typ": "dpop+jwt"},
    ],
    ids=lambda header: repr(header)[:25],  # the key differs from run to run
)
def test_an_assertion_with_such_a_header_is_refused(provider, browser, header):
    client = signing_client(provider)

    assert refused(present(browser, assertion_of(provider, client, header=header)))


@pytest.mark.parametrize("typ", ["JWT", "jwt", "client-authentication+jwt", "application/jwt"])
def test_an_assertion_may_say_what_it_is(provider, browser, typ):
    client = signing_client(provider)

    assert present(browser, assertion_of(provider, client, header={"typ": typ})).status_code == 200


def test_an_unsigned_assertion_is_refused(provider, browser):
    client = signing_client(provider)
    said = claims_of_assertion(client.client_id, provider.clock)

    assert refused(present(browser, unsigned(said)))
    assert refused(present(browser, unsigned(said, {"alg": "none", "kid": "k-1"})))
    assert refused(present(browser, sign(said, a_key()).rpartition(".")[0] + "."))


def test_a_public_key_is_not_taken_for_a_secret(provider, browser):
    key = a_key("RS256")

    for client in (signing_client(provider, key), sharing_client(provider, jwks=jwks_of(key))):
        for kid in (None, "k-1"):
            said = claims_of_assertion(client.client_id, provider.clock)
            assert refused(present(browser, confused(said, key, kid)))


def test_a_secret_is_not_taken_for_a_private_key_nor_the_other_way_round(provider, browser):
    sharing = sharing_client(provider, jwks=jwks_of(a_key()))

    assert refused(present(browser, assertion_of(provider, sharing, a_key())))
    assert refused(present(browser, assertion_of(provider, sharing, shared("x" * 43))))


def test_anothers_key_proves_nothing(provider, browser):
    client, other = signing_client(provider), signing_client(provider, a_key("ES256", "other"))
    impostor = import_key(a_key("ES256", "other").as_dict(private=True) | {"kid": "k-1"})

    assert refused(present(browser, assertion_of(provider, client, a_key("ES256", "other"))))
    assert refused(present(browser, assertion_of(provider, client, impostor)))
    assert refused(present(browser, assertion_of(provider, client, a_key()), client_id=other.client_id))


def test_the_registered_algorithm_is_the_only_one(provider, browser):
    keys = a_key("RS256", "rs"), a_key("PS256", "ps")
    client = signing_client(provider, *keys, token_endpoint_auth_signing_alg="PS256")

    assert present(browser, assertion_of(provider, client, keys[1])).status_code == 200
    assert refused(present(browser, assertion_of(provider, client, keys[0])))


def test_an_assertion_expires(provider, browser):
    client = signing_client(provider)
    assertion = assertion_of(provider, client)
    provider.clock.advance(timedelta(seconds=60))

    assert refused(present(browser, assertion))


def test_an_assertion_is_used_once(any_provider):
    browser, client = any_provider.browser(), signing_client(any_provider)
    assertion = assertion_of(any_provider, client)

    assert present(browser, assertion).status_code == 200
    assert refused(present(browser, assertion))
    assert refused(present(browser, assertion, "/introspect", token="x"))


def test_racing_with_an_assertion_has_one_winner(any_provider):
    client = signing_client(any_provider)
    assertion = assertion_of(any_provider, client)

    with ThreadPoolExecutor(16) as pool:
        statuses = list(pool.map(lambda _: present(any_provider.browser(), assertion).status_code, range(16)))

    assert sorted(statuses) == [200] + [401] * 15


def test_an_id_is_the_clients_own(provider, browser):
    one, other = signing_client(provider), signing_client(provider)

    for client in (one, other):
        assert present(browser, assertion_of(provider, client, jti="1")).status_code == 200


def test_what_was_refused_elsewhere_is_not_used_up(provider, browser):
    client = signing_client(provider)
    assertion = assertion_of(provider, client, aud=f"{ISSUER}/introspect")

    assert refused(present(browser, assertion, "/revoke", token="x"))
    assert present(browser, assertion, "/introspect", token="x").status_code == 200


@pytest.mark.parametrize("second", ["basic", "post"])
def test_two_ways_at_once_are_refused(provider, browser, second):
    client, other = signing_client(provider), provider.register()
    form, headers = {}, None
    if second == "post":
        form = {"client_id": other.client_id, "client_secret": other.secret}
    else:
        headers = {"Authorization": "Basic eDp5"}

    reply = present(browser, assertion_of(provider, client), headers=headers, **form)

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_request")


@pytest.mark.parametrize("kind", [None, "", "x", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"])
def test_an_assertion_of_another_kind_is_refused(provider, browser, kind):
    client = signing_client(provider)

    assert refused(present(browser, assertion_of(provider, client), client_assertion_type=kind))


def test_a_client_that_signs_is_not_known_by_its_name_or_secret(provider, browser):
    signing, sharing = signing_client(provider), sharing_client(provider)

    for client in (signing, sharing):
        form = {"grant_type": "client_credentials", "client_id": client.client_id}
        assert refused(ask(browser, "/token", None, **form))
        assert refused(ask(browser, "/token", None, client_secret=client.secret or "x", **form))
    assert refused(ask(browser, "/token", sharing, grant_type="client_credentials"))


def test_a_client_that_does_not_sign_has_no_use_for_an_assertion(provider, browser):
    public = provider.register(token_endpoint_auth_method="none", jwks=jwks_of(a_key()))
    plain = provider.register(jwks=jwks_of(a_key()))

    for client in (public, plain):
        form = {"client_id": client.client_id, "token": "x"}
        assert refused(present(browser, assertion_of(provider, client), "/revoke", **form))


def test_a_token_of_ours_is_no_assertion(provider, browser):
    client = provider.register()
    issued = tokens(browser, Visit(client))

    assert refused(present(browser, issued["id_token"]))
    assert refused(present(browser, issued["access_token"]))


def test_the_secret_of_a_client_that_signs_with_it_is_sealed_and_of_others_unknown(provider):
    with provider.house.neighbours.database.read() as work:
        sharing = sharing_client(provider)
        held = {
            each.client_id: work.clients.get(each.client_id)
            for each in (sharing, provider.register(), signing_client(provider))
        }

    kept, plain, signing = held.values()
    assert kept.sealed_secret
    assert sharing.secret not in repr(kept)
    assert (bool(plain.secret_digest), plain.sealed_secret) == (True, None)
    assert (signing.secret_digest, signing.sealed_secret) == (None, None)


def test_a_new_secret_takes_the_place_of_the_old(provider, browser):
    client = sharing_client(provider)
    _, fresh = provider.house.tools.client_upkeep.rotate_secret(client.client_id)
    provider.clock.advance(timedelta(seconds=2))

    assert refused(present(browser, assertion_of(provider, client, shared(client.secret))))
    assert present(browser, assertion_of(provider, client, shared(fresh))).status_code == 200


@pytest.mark.parametrize(
    "metadata",
    [
        {"token_endpoint_auth_method": "private_key_jwt"},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": []}},
        {"token_endpoint_auth_method": "private_key_jwt", "jwks": {"keys": [{"kty": "oct", "k": "eA"}]}},
        {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": "https://rp.test/jwks",
            "token_endpoint_auth_signing_alg": "HS256",
        },
        {
            "token_endpoint_auth_method": "private_key_jwt",
            "jwks_uri": "https://rp.test/jwks",
            "token_endpoint_auth_signing_alg": "none",
        },
        {"token_endpoint_auth_method": "private_key_jwt", "jwks_uri": "http://rp.test/jwks"},
        {"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "RS256"},
        {"token_endpoint_auth_method": "client_secret_jwt", "token_endpoint_auth_signing_alg": "HS512"},
        {"token_endpoint_auth_method": "none", "token_endpoint_auth_signing_alg": "ES256"},
        {"token_endpoint_auth_method": "client_secret_basic", "token_endpoint_auth_signing_alg": "HS256"},
    ],
)
def test_a_registration_that_cannot_work_is_refused(provider, metadata):
    with pytest.raises(Refusal) as refusal:
        provider.register(**metadata)

    assert refusal.value.error == "invalid_client_metadata"


def test_what_is_taken_is_advertised(browser):
    told = get(browser, "/.well-known/openid-configuration").json

    assert set(told["token_endpoint_auth_methods_supported"]) == {
        "client_secret_basic",
        "client_secret_post",
        "client_secret_jwt",
        "private_key_jwt",
        "none",
    }
    for endpoint in ("token", "introspection", "revocation"):
        algorithms = told[f"{endpoint}_endpoint_auth_signing_alg_values_supported"]
        assert set(algorithms) == {"RS256", "PS256", "ES256", "EdDSA", "HS256"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    claims=st.dictionaries(st.sampled_from(["iss", "sub", "aud", "exp", "iat", "nbf", "jti"]), ANYTHING),
    header=st.dictionaries(st.sampled_from(["kid", "typ", "jwk", "crit", "alg"]), ANYTHING),
)
def test_any_assertion_is_answered(provider, claims, header):
    client = getattr(provider, "kept", None) or signing_client(provider)
    provider.kept = client
    said = claims_of_assertion(client.client_id, provider.clock) | claims

    for assertion in (sign(said, a_key()), unsigned(said, {"alg": "ES256"} | header)):
        reply = present(provider.browser(), assertion)
        assert reply.status_code in {200, 401}
        assert reply.status_code == 401 or assertion.rpartition(".")[2]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_any_text_as_an_assertion_is_answered(provider, text):
    reply = present(provider.browser(), text.encode("utf-8", "surrogatepass"))

    assert reply.status_code in {400, 401}
