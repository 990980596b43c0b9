"""Whatever the discovery document says is there: every value of every member is asked for."""

import json
import re
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from idp.protocol.jose.algorithms import REGISTRY
from tests.support.authenticator import Authenticator
from tests.support.passkeys import add_passkey, use_passkey
from tests.support.provider import ISSUER, open_provider
from tests.support.relying_party import (
    Visit,
    ask,
    authorize,
    claims_of,
    decide,
    get,
    redeem,
    sign_in,
    token,
    tokens,
    userinfo,
    walk,
)
from tests.support.signing import a_key, claims_of_assertion, jwks_of, shared, sign

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
FLAGS = {
    # What each of these promises is tried where it has a file of tests of its own.
    "authorization_response_iss_parameter_supported": True,
    "backchannel_logout_session_supported": True,
    "backchannel_logout_supported": True,
    "claims_parameter_supported": True,
    "frontchannel_logout_session_supported": True,
    "frontchannel_logout_supported": True,
    "request_parameter_supported": True,
    "request_uri_parameter_supported": True,
    "require_pushed_authorization_requests": False,
    "require_request_uri_registration": True,
    "require_signed_request_object": False,
    "verified_claims_supported": True,
}
EVERYTHING = "openid profile phone cn_realname cn_age cn_region cn_id_number offline_access"


class Asker:
    """Asks one provider for what it advertises."""

    def __init__(self, folder):
        self.provider = open_provider(folder, database_url=f"sqlite:///{folder}/idp.db")
        self.provider.enter()
        self.provider.provide_keys()
        self.browser = self.provider.browser()
        self.metadata = get(self.browser, "/.well-known/openid-configuration").json

    def visit(self, **metadata):
        return Visit(self.provider.register(**{"scope": EVERYTHING} | metadata))

    def keys(self):
        return KeySet.import_key_set(get(self.browser, "/jwks").json)

    def signed_by(self, signed):
        return jwt.decode(signed, self.keys(), registry=REGISTRY).header["alg"]

    def endpoint(self, address):
        return get(self.browser, address.removeprefix(ISSUER)).status_code != 404

    def response_type(self, value):
        return "code" in walk(self.browser, self.visit(), response_type=value)

    def response_mode(self, value):
        visit = self.visit()
        walk(self.browser, visit)
        reply = authorize(self.browser, visit, response_mode=value)
        place = {"query": "?code=", "fragment": "#code=", "form_post": 'name="code"'}[value]
        return place in reply.headers.get("Location", reply.text)

    def code_challenge_method(self, value):
        return "code" in walk(self.browser, self.visit(), code_challenge_method=value)

    def prompt(self, value):
        visit = self.visit()
        walk(self.browser, visit)
        self.provider.clock.advance(timedelta(seconds=1))
        location = authorize(self.browser, visit, prompt=value).headers["Location"]
        return "code=" in location if value == "none" else location.startswith("/interaction/")

    def locale(self, value):
        page = authorize(self.provider.browser(), self.visit(), ui_locales=value)
        shown = self.provider.browser().get(page.headers["Location"], base_url=ISSUER)
        return f'lang="{value}"' in shown.text

    def anything(self, name):
        return lambda value: "code" in walk(self.browser, self.visit(), **{name: value})

    def grant_type(self, value):
        visit = self.visit()
        held = redeem(self.browser, visit, walk(self.browser, visit)["code"]).json
        form = {"refresh_token": held["refresh_token"], "grant_type": value}
        return value == "authorization_code" or (token(self.browser, visit.client, form).status_code == 200)

    def authentication(self, path):
        def authenticates(method):
            keys = {"jwks": jwks_of(a_key())} if method == "private_key_jwt" else {}
            client = self.provider.register(token_endpoint_auth_method=method, **keys)
            form = {"grant_type": "refresh_token", "refresh_token": "x", "token": "x"}
            reply = self.authenticated(client, method, path, form)
            return reply.status_code != 401

        return authenticates

    def authenticated(self, client, method, path, form, key=None):
        if method in {"private_key_jwt", "client_secret_jwt"}:
            claims = claims_of_assertion(client.client_id, self.provider.clock)
            by_secret = method == "client_secret_jwt"
            key = key or (shared(client.secret) if by_secret else a_key())
            header = {"alg": "HS256"} if by_secret else {}
            form |= {"client_assertion_type": JWT_BEARER, "client_assertion": sign(claims, key, **header)}
            return ask(self.browser, path, None, **form)
        if method == "client_secret_post":
            return ask(
                self.browser, path, None, client_id=client.client_id, client_secret=client.secret, **form
            )
        return ask(self.browser, path, client, **form)

    def assertion_algorithm(self, path):
        def takes(algorithm):
            method = "client_secret_jwt" if algorithm == "HS256" else "private_key_jwt"
            key = None if algorithm == "HS256" else a_key(algorithm)
            keys = {"jwks": jwks_of(key)} if key else {}
            client = self.provider.register(
                token_endpoint_auth_method=method, token_endpoint_auth_signing_alg=algorithm, **keys
            )
            form = {"grant_type": "refresh_token", "refresh_token": "x", "token": "x"}
            return self.authenticated(client, method, path, form, key).status_code != 401

        return takes

    def request_object_algorithm(self, algorithm):
        key = a_key(algorithm)
        visit = self.visit(jwks=jwks_of(key), request_object_signing_alg=algorithm)
        now = int(self.provider.clock.now().timestamp())
        own = {"iss": visit.client.client_id, "aud": ISSUER, "exp": now + 60, "iat": now}
        signed = sign(visit.params() | own, key)
        return "code" in walk(self.browser, visit, request=signed)

    def subject_type(self, value):
        one, two = (
            claims_of(tokens(self.browser, self.visit(subject_type=value, sector=name))["id_token"])["sub"]
            for name in ("one", "two")
        )
        return (one == two) == (value == "public")

    def id_token_algorithm(self, value):
        visit = self.visit(id_token_signed_response_alg=value)
        return self.signed_by(tokens(self.browser, visit)["id_token"]) == value

    def userinfo_algorithm(self, value):
        visit = self.visit(userinfo_signed_response_alg=value)
        return (
            self.signed_by(userinfo(self.browser, tokens(self.browser, visit)["access_token"]).text) == value
        )

    def introspection_algorithm(self, value):
        client = self.provider.register(
            introspection_signed_response_alg=value, token_endpoint_auth_method="client_secret_post"
        )
        reply = self.browser.post(
            "/introspect",
            base_url=ISSUER,
            data={"client_id": client.client_id, "client_secret": client.secret, "token": "x"},
            headers={"Accept": "application/token-introspection+jwt"},
        )
        return self.signed_by(reply.text) == value

    def claim(self, value):
        if value == "verified_claims":
            asked = {"verification": {"trust_framework": None}, "claims": {"name": None}}
            return value in self.told({"userinfo": {value: asked}})
        return value in self.told({"userinfo": {value: None}, "id_token": {value: None}})

    def verified_claim(self, value):
        asked = {"verification": {"trust_framework": None}, "claims": {value: None}}
        return value in self.told({"userinfo": {"verified_claims": asked}})["verified_claims"]["claims"]

    def trust_framework(self, value):
        asked = {"verification": {"trust_framework": {"value": value}}, "claims": {"name": None}}
        return "verified_claims" in self.told({"userinfo": {"verified_claims": asked}})

    def told(self, asked):
        visit = self.visit()
        sensitive = ("cn_id_number", *(f"cn_id_number/{name}" for name in self.metadata["claims_supported"]))
        reply = authorize(self.browser, visit, claims=json.dumps(asked), scope=EVERYTHING)
        location = reply.headers["Location"]
        while location.startswith("/"):
            shown = get(self.browser, location)
            if shown.status_code == 303:
                location = shown.headers["Location"]
                continue
            location = self.answered(location, shown, sensitive)
        code = dict(re.findall(r"[?&](code)=([^&]+)", location))["code"]
        held = redeem(self.browser, visit, code).json
        said = claims_of(held["id_token"])
        return said | dict(userinfo(self.browser, held["access_token"]).json)

    def answered(self, page, shown, sensitive):

        if 'name="password"' in shown.text:
            return sign_in(self.browser, page).headers["Location"]
        return decide(self.browser, page, sensitive=sensitive).headers["Location"]

    def scope(self, value):
        given = tokens(self.browser, self.visit(), scope=f"openid {value}")["scope"].split()
        # A sensitive scope needs its tick, which has tests of its own.
        return value in given or value == "cn_id_number"

    def acr(self, value):
        asked = {"id_token": {"acr": {"essential": True, "value": value}}}
        if value.endswith("l3"):
            self.sign_in_by_passkey()
        return self.told(asked)["acr"] == value

    def sign_in_by_passkey(self):
        device = Authenticator()
        sign_in(self.browser, get(self.browser, "/sign-in").headers["Location"])
        add_passkey(self.browser, device)
        self.provider.clock.advance(timedelta(seconds=1))
        page = authorize(self.browser, self.visit(), prompt="login").headers["Location"]
        use_passkey(self.browser, page, device)


@pytest.fixture(scope="module")
def asker(tmp_path_factory):
    return Asker(tmp_path_factory.mktemp("advertised"))


PROBES = {
    "response_types_supported": lambda each: each.response_type,
    "response_modes_supported": lambda each: each.response_mode,
    "code_challenge_methods_supported": lambda each: each.code_challenge_method,
    "prompt_values_supported": lambda each: each.prompt,
    "ui_locales_supported": lambda each: each.locale,
    "claims_locales_supported": lambda each: each.anything("claims_locales"),
    "display_values_supported": lambda each: each.anything("display"),
    "grant_types_supported": lambda each: each.grant_type,
    "subject_types_supported": lambda each: each.subject_type,
    "id_token_signing_alg_values_supported": lambda each: each.id_token_algorithm,
    "userinfo_signing_alg_values_supported": lambda each: each.userinfo_algorithm,
    "introspection_signing_alg_values_supported": lambda each: each.introspection_algorithm,
    "request_object_signing_alg_values_supported": lambda each: each.request_object_algorithm,
    "claims_supported": lambda each: each.claim,
    "claims_in_verified_claims_supported": lambda each: each.verified_claim,
    "trust_frameworks_supported": lambda each: each.trust_framework,
    "scopes_supported": lambda each: each.scope,
    "acr_values_supported": lambda each: each.acr,
    "token_endpoint_auth_methods_supported": lambda each: each.authentication("/token"),
    "token_endpoint_auth_signing_alg_values_supported": lambda each: each.assertion_algorithm("/token"),
    "introspection_endpoint_auth_methods_supported": lambda each: each.authentication("/introspect"),
    "introspection_endpoint_auth_signing_alg_values_supported": (
        lambda each: each.assertion_algorithm("/introspect")
    ),
    "revocation_endpoint_auth_methods_supported": lambda each: each.authentication("/revoke"),
    "revocation_endpoint_auth_signing_alg_values_supported": (
        lambda each: each.assertion_algorithm("/revoke")
    ),
}
# What evidence is made of is tried in unit/test_verified_claims.py, where people of every kind are.
TOLD_ELSEWHERE = {
    # tests/protocol/test_authorization_details.py
    "authorization_details_types_supported",
    "issuer",
    "claim_types_supported",
    "evidence_supported",
    "documents_supported",
    "documents_check_methods_supported",
    "electronic_records_supported",
}


@pytest.mark.parametrize("member", PROBES)
def test_every_value_is_there(asker, member):
    probe = PROBES[member](asker)

    assert [value for value in asker.metadata[member] if not probe(value)] == []


def test_every_address_answers(asker):
    addresses = {name: value for name, value in asker.metadata.items() if str(value).startswith(f"{ISSUER}/")}

    assert [name for name, address in addresses.items() if not asker.endpoint(address)] == []
    assert addresses.keys() >= {
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "check_session_iframe",
    }


def test_nothing_is_advertised_that_nobody_asks_for(asker):
    flags = {name: value for name, value in asker.metadata.items() if isinstance(value, bool)}
    lists = {name for name, value in asker.metadata.items() if isinstance(value, list)}

    assert flags == FLAGS
    assert lists - TOLD_ELSEWHERE == PROBES.keys()
