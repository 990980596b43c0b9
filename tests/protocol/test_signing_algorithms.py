"""Signatures by the client's choice, and tokens that were signed otherwise."""

import base64
import hashlib
import hmac
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from idp.protocol.jose.algorithms import REGISTRY
from tests.support.provider import ISSUER
from tests.support.relying_party import Visit, claims_of, get, tokens, userinfo, walk


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


def header_of(token):
    segment = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))


@pytest.mark.parametrize(
    ("algorithm", "hashed"),
    [
        ("RS256", hashlib.sha256),
        ("PS256", hashlib.sha256),
        ("ES256", hashlib.sha256),
        ("EdDSA", hashlib.sha512),
    ],
)
def test_an_id_token_is_signed_as_the_client_chose(provider, browser, algorithm, hashed):
    provider.provide_keys()
    client = provider.register(id_token_signed_response_alg=algorithm)

    held = tokens(browser, Visit(client))

    keys = KeySet.import_key_set(get(browser, "/jwks").json)
    read = jwt.decode(held["id_token"], keys, registry=REGISTRY)
    assert read.header["alg"] == algorithm
    whole = hashed(held["access_token"].encode()).digest()
    assert read.claims["at_hash"] == b64(whole[: len(whole) // 2])


def test_the_algorithms_advertised_are_those_that_sign(provider, browser):
    provider.provide_keys()
    metadata = get(browser, "/.well-known/openid-configuration").json

    advertised = metadata["id_token_signing_alg_values_supported"]

    assert set(advertised) == {"RS256", "PS256", "ES256", "EdDSA"}
    assert {key["alg"] for key in get(browser, "/jwks").json["keys"]} == set(advertised)


@pytest.mark.parametrize("algorithm", ["none", "HS256", "RS384", "ES512", "rs256", "中"])
def test_another_algorithm_cannot_be_registered(provider, algorithm):
    with pytest.raises(Exception, match="id_token_signed_response_alg"):
        provider.register(id_token_signed_response_alg=algorithm)


def test_without_a_key_of_the_algorithm_there_is_no_token_and_the_code_is_not_answered(provider, browser):
    visit = Visit(provider.register(id_token_signed_response_alg="ES256"))
    code = walk(browser, visit)["code"]

    reply = browser.post(
        "/token",
        base_url=ISSUER,
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": visit.client.redirect_uri,
            "code_verifier": visit.verifier,
        },
        headers={
            "Authorization": "Basic "
            + base64.b64encode(f"{visit.client.client_id}:{visit.client.secret}".encode()).decode()
        },
    )

    assert reply.status_code == 503
    assert "token" not in reply.text.replace("/token", "")


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256", "EdDSA"])
def test_userinfo_is_signed_for_a_client_that_wants_it(provider, browser, algorithm):
    provider.provide_keys()
    client = provider.register(userinfo_signed_response_alg=algorithm)
    held = tokens(browser, Visit(client))

    reply = userinfo(browser, held["access_token"])

    assert reply.mimetype == "application/jwt"
    assert reply.headers["Cache-Control"] == "no-store"
    read = jwt.decode(reply.text, KeySet.import_key_set(get(browser, "/jwks").json), registry=REGISTRY)
    assert read.header["alg"] == algorithm
    assert read.claims["iss"] == ISSUER
    assert read.claims["aud"] == client.client_id
    assert read.claims["sub"] == claims_of(held["id_token"])["sub"]
    assert read.claims["name"] == "张**"


def test_signed_userinfo_is_no_id_token_hint_and_no_access_token(provider, browser):
    client = provider.register(userinfo_signed_response_alg="RS256")
    visit = Visit(client)
    signed = userinfo(browser, tokens(browser, visit)["access_token"]).text

    assert userinfo(browser, signed).status_code == 401
    assert walk(browser, Visit(client), id_token_hint=signed)["error"] == "invalid_request"


class TestSubstitution:
    """A token that was not issued for this use opens nothing."""

    @pytest.fixture
    def held(self, browser, visit):
        return tokens(browser, visit)

    @pytest.fixture
    def published(self, browser):
        return next(key for key in get(browser, "/jwks").json["keys"] if key["alg"] == "RS256")

    def test_an_id_token_is_no_access_token(self, browser, held):
        assert userinfo(browser, held["id_token"]).status_code == 401

    def test_a_refresh_token_is_no_access_token(self, browser, held):
        assert userinfo(browser, held["refresh_token"]).status_code == 401

    def test_an_access_token_is_no_id_token_hint(self, browser, visit, held):
        hinted = walk(browser, Visit(visit.client), id_token_hint=held["access_token"])

        assert hinted["error"] == "invalid_request"

    @pytest.mark.parametrize("spelling", ["none", "None", "NONE", "nOnE"])
    def test_no_signature_is_no_token(self, browser, held, spelling):
        header = header_of(held["access_token"]) | {"alg": spelling}
        payload = held["access_token"].split(".")[1]
        for signature in ("", held["access_token"].split(".")[2]):
            forged = f"{b64(json.dumps(header).encode())}.{payload}.{signature}"
            assert userinfo(browser, forged).status_code == 401

    def test_our_public_key_is_no_secret_of_ours(self, browser, held, published):
        header = header_of(held["access_token"]) | {"alg": "HS256"}
        payload = held["access_token"].split(".")[1]
        key = RSAKey.import_key(published)
        pem = key.public_key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        for secret in (pem, json.dumps(published).encode()):
            signed = f"{b64(json.dumps(header).encode())}.{payload}"
            mark = b64(hmac.digest(secret, signed.encode(), "sha256"))
            assert userinfo(browser, f"{signed}.{mark}").status_code == 401

    @pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c"])
    @pytest.mark.parametrize("kid", ["ours", "theirs", None])
    def test_a_key_that_comes_with_the_token_is_not_looked_at(self, browser, held, published, member, kid):
        own = RSAKey.import_key(rsa.generate_private_key(65537, 2048))
        brought = {
            "jwk": own.as_dict(private=False),
            "jku": "https://evil.test/jwks",
            "x5u": "https://evil.test/cert",
            "x5c": ["MIIB"],
        }
        header = {"alg": "RS256", "typ": "at+jwt", member: brought[member]}
        if kid:
            header["kid"] = published["kid"] if kid == "ours" else "theirs"
        forged = jwt.encode(header, claims_of(held["access_token"]), own, registry=REGISTRY)

        assert userinfo(browser, forged).status_code == 401

    @pytest.mark.parametrize("part", [0, 1, 2])
    def test_a_changed_token_is_refused(self, browser, held, part):
        parts = held["access_token"].split(".")
        parts[part] = parts[part][:-2] + ("AA" if not parts[part].endswith("AA") else "BB")

        assert userinfo(browser, ".".join(parts)).status_code == 401


def test_tokens_signed_by_the_key_before_and_after_a_rotation_verify_with_an_old_cache(
    provider, browser, visit
):
    cached = KeySet.import_key_set(get(browser, "/jwks").json)
    before = tokens(browser, visit)

    provider.house.tools.key_life.rotate("RS256")
    provider.clock.advance(timedelta(seconds=2))
    after = tokens(browser, Visit(visit.client))

    assert header_of(before["id_token"])["kid"] != header_of(after["id_token"])["kid"]
    for held in (before, after):
        assert jwt.decode(held["id_token"], cached, registry=REGISTRY).claims["iss"] == ISSUER
        assert userinfo(browser, held["access_token"]).status_code == 200


def test_rotating_under_load_loses_no_sign_in(any_provider):
    provider, client = any_provider, any_provider.register()
    rotated = Event()

    browsers = [provider.browser() for _ in range(4)]
    for browser in browsers:
        tokens(browser, Visit(client))

    def visit_until_rotated(browser):
        kids = []
        while not rotated.is_set():
            held = tokens(browser, Visit(client))
            assert userinfo(browser, held["access_token"]).status_code == 200
            kids.append(header_of(held["id_token"])["kid"])
        return kids

    with ThreadPoolExecutor(4) as pool:
        visitors = [pool.submit(visit_until_rotated, browser) for browser in browsers]
        for _ in range(3):
            provider.house.tools.key_life.rotate("RS256")
            # A server looks for new keys every second.
            provider.clock.advance(timedelta(seconds=2))
        rotated.set()
        kids = [kid for visitor in visitors for kid in visitor.result()]

    assert len(set(kids)) >= 2
