"""The road of RFC 9470: a resource server asks for a better sign-in, the client passes it on."""

import json
import re
from datetime import timedelta

import pytest

from examples.resource_server import Challenge, Requirement, ResourceServer
from tests.support.provider import FUND, ISSUER
from tests.support.relying_party import (
    Visit,
    answer,
    ask,
    authorize,
    claims_of,
    get,
    redeem,
    sign_in,
    token_for,
    walk,
)
from tests.support.transactions import code_for, open_with_types, register, transfer

L2, L4 = "https://tongxing.example/ns/acr/l2", "https://tongxing.example/ns/acr/l4"
PARAMETER = re.compile(r'(acr_values|max_age)="([^"]*)"')


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path)


@pytest.fixture
def fund(provider):
    return provider.register(redirect_uris=[], resources=[FUND], scope="openid")


@pytest.fixture
def centre(provider, browser, fund):
    return ResourceServer(
        ISSUER, FUND, lambda: dict(get(browser, "/jwks").json or {}), lambda: provider.clock.now().timestamp()
    )


@pytest.fixture
def client(provider, fund):
    return register(provider)


def call(centre, held, **needs):
    return centre.check(f"Bearer {held['access_token']}", Requirement(**needs))


def challenge_of(centre, held, **needs):
    with pytest.raises(Challenge) as challenge:
        call(centre, held, **needs)
    return dict(PARAMETER.findall(challenge.value.header))


def test_a_sign_in_that_is_too_old_is_renewed_when_the_client_asks_as_it_was_told(
    provider, browser, client, centre
):
    held = token_for(browser, Visit(client), FUND)
    provider.clock.advance(timedelta(minutes=2))
    asked = challenge_of(centre, held, acr_values=(L2,), max_age=60)
    visit = Visit(client)

    silent = answer(authorize(browser, Visit(client), resource=FUND, prompt="none", **asked))
    page = authorize(browser, visit, resource=FUND, **asked).headers["Location"]
    sign_in(browser, page)
    better = redeem(browser, visit, answer(get(browser, page))["code"], resource=FUND).json

    assert asked == {"acr_values": L2, "max_age": "60"}
    assert silent["error"] == "login_required"
    assert call(centre, better, acr_values=(L2,), max_age=60)["acr"] == L2
    assert claims_of(better["access_token"])["auth_time"] > claims_of(held["access_token"])["auth_time"]


def test_a_refresh_makes_no_sign_in_newer(provider, browser, client, centre):
    held = token_for(browser, Visit(client), FUND)
    provider.clock.advance(timedelta(minutes=2))
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"], "resource": FUND}

    refreshed = ask(browser, "/token", client, **form).json

    assert challenge_of(centre, refreshed, max_age=60) == {"max_age": "60"}


def test_a_level_that_is_out_of_reach_is_never_passed_off(browser, client, centre):
    held = token_for(browser, Visit(client), FUND)
    asked = challenge_of(centre, held, acr_values=(L4,))
    essential = json.dumps({"id_token": {"acr": {"essential": True, "values": [L4]}}})

    wished = token_for(browser, Visit(client), FUND)
    required = walk(browser, Visit(client), resource=FUND, claims=essential)

    assert asked == {"acr_values": L4}
    assert challenge_of(centre, wished, acr_values=(L4,)) == asked
    assert required["error"] == "unmet_authentication_requirements"


def test_discovery_names_the_levels_that_can_be_asked_for(browser):
    assert L2 in get(browser, "/.well-known/openid-configuration").json["acr_values_supported"]


def test_introspection_tells_level_and_time_of_an_opaque_token(provider, browser, fund):
    held = token_for(browser, Visit(register(provider, access_token_format="opaque")), FUND)

    told = ask(browser, "/introspect", fund, token=held["access_token"]).json

    assert (told["acr"], told["auth_time"]) == (L2, claims_of(held["id_token"])["auth_time"])


def test_a_token_is_good_for_the_transaction_that_was_confirmed_and_for_no_other(browser, client, centre):
    visit = Visit(client)

    held = redeem(browser, visit, code_for(browser, visit, resource=FUND), resource=FUND).json

    assert call(centre, held, transaction=transfer())["aud"] == FUND
    for other in (transfer("12000.01"), transfer(note="x"), transfer(type="other")):
        with pytest.raises(Challenge):
            call(centre, held, transaction=other)
