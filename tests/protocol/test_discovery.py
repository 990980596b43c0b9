"""Discovery and JWKS."""

from datetime import timedelta

from authlib.oidc.discovery import OpenIDProviderMetadata

from idp.domain.keys import KeyState
from tests.support.provider import ISSUER
from tests.support.relying_party import get, tokens, userinfo


def test_the_document_satisfies_the_specifications_own_rules(browser):
    metadata = OpenIDProviderMetadata(get(browser, "/.well-known/openid-configuration").json)

    metadata.validate()

    assert metadata["issuer"] == ISSUER


def test_both_well_known_addresses_say_the_same(browser):
    one = get(browser, "/.well-known/openid-configuration")
    two = get(browser, "/.well-known/oauth-authorization-server")

    assert one.json == two.json


def test_public_documents_may_be_cached(browser):
    for address in ("/.well-known/openid-configuration", "/jwks"):
        reply = get(browser, address)
        assert reply.headers["Cache-Control"] == "public, max-age=300"
        assert "Set-Cookie" not in reply.headers
        again = browser.get(address, base_url=ISSUER, headers={"If-None-Match": reply.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


def test_nothing_is_derived_from_the_host_header(browser):
    reply = browser.get("/.well-known/openid-configuration", base_url="https://evil.test", headers={})

    assert "evil" not in reply.text


def test_every_advertised_endpoint_answers(browser):
    metadata = get(browser, "/.well-known/openid-configuration").json
    for name, address in metadata.items():
        if name.endswith("_endpoint") or name == "jwks_uri":
            assert get(browser, address.removeprefix(ISSUER)).status_code != 404, name


def test_rotation_keeps_old_signatures_valid_and_publishes_the_next_key_early(provider, browser, visit):
    access_token = tokens(browser, visit)["access_token"]
    before = {key["kid"] for key in get(browser, "/jwks").json["keys"]}

    active = provider.house.tools.key_life.rotate("RS256")
    provider.clock.advance(timedelta(seconds=2))

    after = {key["kid"] for key in get(browser, "/jwks").json["keys"]}
    assert active.kid in before
    assert before < after
    assert userinfo(browser, access_token).status_code == 200


def test_a_key_retires_when_nothing_it_signed_is_alive(provider, browser):
    rotate = provider.house.tools.key_life.rotate
    keys = provider.house.tools.key_life.all()
    first = next(key.kid for key in keys if key.state is KeyState.ACTIVE)
    rotate("RS256")
    provider.clock.advance(timedelta(hours=12, seconds=1))
    rotate("RS256")
    provider.clock.advance(timedelta(seconds=2))

    assert first not in {key["kid"] for key in get(browser, "/jwks").json["keys"]}
