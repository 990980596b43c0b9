"""Resource indicators (RFC 8707): whom an access token is for."""

from datetime import timedelta

import pytest

from tests.support.provider import FUND, ISSUER, TAX
from tests.support.relying_party import (
    Visit,
    answer,
    ask,
    authorize,
    claims_of,
    decide,
    get,
    redeem,
    sign_in,
    token,
    token_for,
    tokens,
    userinfo,
    walk,
)


@pytest.fixture
def fund(provider):
    return provider.register(redirect_uris=[], resources=[FUND], scope="openid")


@pytest.fixture
def tax(provider):
    return provider.register(redirect_uris=[], resources=[TAX], scope="openid")


def test_without_a_resource_a_token_is_for_the_provider(browser, visit):
    assert claims_of(tokens(browser, visit)["access_token"])["aud"] == ISSUER


def test_a_token_that_names_no_resource_opens_userinfo_and_nothing_else(browser, visit, fund):
    held = tokens(browser, visit, resource=FUND)

    assert claims_of(held["access_token"])["aud"] == ISSUER
    assert userinfo(browser, held["access_token"]).status_code == 200
    assert ask(browser, "/introspect", fund, token=held["access_token"]).json == {"active": False}


def test_one_token_may_be_meant_for_one_of_several(browser, visit, fund, tax):
    code = walk(browser, visit, resource=f"{FUND} {TAX}")["code"]

    held = redeem(browser, visit, code, resource=TAX).json
    refreshed = token(
        browser,
        visit.client,
        {"grant_type": "refresh_token", "refresh_token": held["refresh_token"], "resource": FUND},
    ).json

    assert claims_of(held["access_token"])["aud"] == TAX
    assert claims_of(refreshed["access_token"])["aud"] == FUND


def test_the_parameter_may_repeat(browser, visit, fund, tax):
    from urllib.parse import urlencode  # noqa: PLC0415 - only here is a request written pair by pair

    pairs = [*visit.params().items(), ("resource", FUND), ("resource", TAX)]
    walk(browser, visit, resource=f"{FUND} {TAX}")
    location = browser.get(f"/authorize?{urlencode(pairs)}", base_url=ISSUER).headers["Location"]
    code = location.partition("code=")[2].partition("&")[0]

    both = redeem(browser, visit, code, resource=f"{FUND} {TAX}").json
    assert claims_of(both["access_token"])["aud"] == [FUND, TAX]


def test_a_token_for_a_resource_server_alone_opens_no_userinfo(browser, visit, fund):
    held = token_for(browser, visit, FUND)

    assert userinfo(browser, held["access_token"]).status_code == 401


def test_a_resource_that_no_operator_allowed_is_refused_everywhere(provider, browser, fund):
    stranger = provider.register(allowed_resources=[])
    form = {"grant_type": "client_credentials", "scope": "fund:read", "resource": FUND}

    assert walk(browser, Visit(stranger), resource=FUND)["error"] == "invalid_target"
    assert token(browser, stranger, form).json["error"] == "invalid_target"


def test_the_person_is_told_who_will_be_called_and_may_say_no(browser, visit, fund):
    page = authorize(browser, visit, resource=FUND).headers["Location"]
    sign_in(browser, page)

    shown = get(browser, page).text

    assert "测试门户还可以以您的名义调用以下服务" in shown
    assert "fund.test" in shown
    assert answer(decide(browser, page, "deny"))["error"] == "access_denied"


def test_a_yes_to_one_resource_is_no_yes_to_another(browser, visit, fund, tax):
    walk(browser, visit, resource=FUND)

    again = answer(authorize(browser, visit, resource=FUND, prompt="none"))
    more = answer(authorize(browser, visit, resource=f"{FUND} {TAX}", prompt="none"))

    assert "code" in again
    assert more["error"] == "consent_required"


def test_an_allowed_resource_that_is_not_registered_is_refused(browser, visit):
    assert walk(browser, visit, resource=TAX)["error"] == "invalid_target"


@pytest.mark.parametrize(
    "resource",
    ["https://nobody.test/", f"{FUND}/", f"{FUND}#x", "fund", FUND.upper(), f"{FUND} https://nobody.test/"],
)
def test_an_unregistered_resource_is_refused_at_the_visit(browser, visit, fund, resource):
    assert walk(browser, visit, resource=resource)["error"] == "invalid_target"


def test_a_resource_that_was_not_asked_for_is_refused_at_the_token_endpoint(browser, visit, fund, tax):
    code = walk(browser, visit, resource=FUND)["code"]

    reply = redeem(browser, visit, code, resource=TAX)

    assert (reply.status_code, reply.json["error"]) == (400, "invalid_target")


def test_a_client_on_its_own_behalf_names_the_resource(browser, client, fund):
    form = {"grant_type": "client_credentials", "scope": "fund:read"}

    held = token(browser, client, form | {"resource": FUND}).json
    refused = token(browser, client, form | {"resource": "https://nobody.test/"})

    assert claims_of(held["access_token"])["aud"] == FUND
    assert refused.json["error"] == "invalid_target"


class TestIntrospectionByResourceServers:
    """A resource server asks about the tokens that were brought to it, and about no others."""

    def test_it_learns_what_a_token_for_it_means(self, browser, visit, fund):
        held = token_for(browser, visit, FUND)

        told = ask(browser, "/introspect", fund, token=held["access_token"]).json

        assert told["active"] is True
        assert told["client_id"] == visit.client.client_id
        assert told["aud"] == FUND

    def test_it_learns_nothing_of_a_token_for_another_or_of_a_refresh_token(self, browser, visit, fund, tax):
        held = token_for(browser, visit, FUND)

        for value in (held["access_token"], held["refresh_token"], held["id_token"]):
            assert ask(browser, "/introspect", tax, token=value).json == {"active": False}
        assert ask(browser, "/introspect", fund, token=held["refresh_token"]).json == {"active": False}

    def test_it_may_revoke_what_was_brought_to_it_and_nothing_else(self, browser, visit, fund, tax):
        held = token_for(browser, visit, FUND)

        def is_active():
            return ask(browser, "/introspect", fund, token=held["access_token"]).json["active"]

        ask(browser, "/revoke", tax, token=held["access_token"])
        ask(browser, "/revoke", fund, token=held["refresh_token"])
        assert is_active()

        ask(browser, "/revoke", fund, token=held["access_token"])
        assert not is_active()


class TestOpaqueTokens:
    """An opaque token says nothing to its holder and everything to whom it concerns."""

    @pytest.fixture
    def visit(self, provider):
        return Visit(provider.register(access_token_format="opaque"))

    def test_it_opens_userinfo_and_is_introspected(self, any_provider):
        visit = Visit(any_provider.register(access_token_format="opaque"))
        browser = any_provider.browser()

        held = tokens(browser, visit)

        assert "." not in held["access_token"]
        assert userinfo(browser, held["access_token"]).json["name"] == "张**"
        told = ask(browser, "/introspect", visit.client, token=held["access_token"]).json
        assert (told["active"], told["aud"], told["sub"]) == (
            True,
            ISSUER,
            claims_of(held["id_token"])["sub"],
        )

    def test_it_expires_and_falls_with_its_grant(self, provider, browser, visit):
        revoked, expired = tokens(browser, visit), tokens(browser, visit)
        ask(browser, "/revoke", visit.client, token=revoked["access_token"])

        assert userinfo(browser, revoked["access_token"]).status_code == 401
        assert userinfo(browser, expired["access_token"]).status_code == 200
        provider.clock.advance(timedelta(seconds=600))
        assert userinfo(browser, expired["access_token"]).status_code == 401

    def test_a_clients_own_one_can_be_called_back_by_it_alone(self, provider, browser, visit):
        form = {"grant_type": "client_credentials", "scope": "fund:read"}
        held = token(browser, visit.client, form).json["access_token"]

        ask(browser, "/revoke", provider.register(), token=held)
        assert ask(browser, "/introspect", visit.client, token=held).json["active"] is True
        assert ask(browser, "/revoke", visit.client, token=held).status_code == 200
        assert ask(browser, "/introspect", visit.client, token=held).json == {"active": False}

    def test_one_that_was_never_issued_is_refused(self, browser):
        for guess in ("A" * 43, "x", "x" * 8000):
            assert userinfo(browser, guess).status_code == 401
