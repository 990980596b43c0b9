"""What a resource server lets in, and what it answers to a token that is wrong or not good enough."""

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from examples.resource_server import (
    NOTHING,
    Challenge,
    Requirement,
    ResourceServer,
    allows,
    details_hash,
    keys_of,
)
from tests.support.signing import confused

ISSUER, API = "https://idp.test", "https://fund.test/api"
NOW = 1_795_327_200
KEY = ECKey.generate_key("P-256", {"kid": "k-1", "alg": "ES256"})
NEXT_KEY = ECKey.generate_key("P-256", {"kid": "k-2", "alg": "ES256"})
L2, L3 = "https://tongxing.example/ns/acr/l2", "https://tongxing.example/ns/acr/l3"
DETAIL = {
    "type": "https://tongxing.example/ns/authorization/transfer/v1",
    "amount": {"currency": "CNY", "value": "1.00"},
}
CLAIMS = {
    "iss": ISSUER,
    "aud": API,
    "sub": "s",
    "client_id": "c",
    "iat": NOW,
    "exp": NOW + 600,
    "auth_time": NOW - 120,
    "acr": L2,
    "scope": "openid fund:read",
    "authorization_details": [DETAIL],
}


class Keys:
    """What the provider publishes, and how often it was asked."""

    def __init__(self, *keys):
        self.keys = keys
        self.asked = 0

    def __call__(self):
        self.asked += 1
        return {"keys": [key.as_dict(private=False) for key in self.keys]}


def bearer(key=KEY, typ="at+jwt", alg="ES256", kid=None, **changes):
    said = {name: value for name, value in (CLAIMS | changes).items() if value is not None}
    header = {"alg": alg, "typ": typ, "kid": kid or key.kid}
    return "Bearer " + jwt.encode(header, said, key, algorithms=[alg])


@pytest.fixture
def centre():
    return ResourceServer(ISSUER, API, Keys(KEY), lambda: NOW)


def refused(centre, authorization, requirement=NOTHING):
    with pytest.raises(Challenge) as challenge:
        centre.check(authorization, requirement)
    return challenge.value


def test_a_token_that_is_right_and_good_enough_is_let_in(centre):
    needed = Requirement(acr_values=(L2, L3), max_age=120, scope="fund:read", transaction=DETAIL)

    assert centre.check(bearer(), needed)["sub"] == "s"
    assert centre.check(bearer(aud=["https://other.test", API]))["client_id"] == "c"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_without_a_token_nothing_is_said_but_how_to_bring_one(centre, authorization):
    challenge = refused(centre, authorization)

    assert (challenge.status, challenge.header) == (401, "Bearer")


@pytest.mark.parametrize(
    "change",
    [
        {"iss": "https://evil.test"},
        {"iss": None},
        {"aud": ISSUER},
        {"aud": None},
        {"aud": [ISSUER]},
        {"exp": NOW - 31},
        {"exp": None},
        {"exp": "tomorrow"},
        {"iat": NOW + 31},
        {"typ": "JWT"},
        {"typ": "logout+jwt"},
        {"kid": "unknown"},
    ],
    ids=str,
)
def test_a_token_that_is_another_ones_or_over_is_refused(centre, change):
    challenge = refused(centre, bearer(**change))

    assert (challenge.status, challenge.header) == (401, 'Bearer error="invalid_token"')


def test_a_token_that_somebody_else_signed_is_refused(centre):
    forged = ECKey.generate_key("P-256", {"kid": "k-1", "alg": "ES256"})
    other = RSAKey.generate_key(2048, {"kid": "k-1"})
    head, _, rest = bearer().removeprefix("Bearer ").partition(".")
    body = rest.partition(".")[0]

    for authorization in (
        bearer(forged),
        f"Bearer {confused(CLAIMS, KEY, kid='k-1')}",
        bearer(other, alg="RS256"),
        f"Bearer {head}.{body}.",
        "Bearer eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0." + body + ".",
        "Bearer x.y.z",
        "Bearer 字",
    ):
        assert refused(centre, authorization).parameters == {"error": "invalid_token"}


@pytest.mark.parametrize(
    ("requirement", "header"),
    [
        (
            Requirement(acr_values=(L3,), max_age=300),
            f'Bearer error="insufficient_user_authentication", acr_values="{L3}", max_age="300"',
        ),
        (
            Requirement(acr_values=(L3,)),
            f'Bearer error="insufficient_user_authentication", acr_values="{L3}"',
        ),
        (Requirement(max_age=119), 'Bearer error="insufficient_user_authentication", max_age="119"'),
        (Requirement(max_age=0), 'Bearer error="insufficient_user_authentication", max_age="0"'),
    ],
)
def test_a_sign_in_that_is_too_weak_or_too_old_is_told_what_is_missing(centre, requirement, header):
    challenge = refused(centre, bearer(), requirement)

    assert (challenge.status, challenge.header) == (401, header)


@pytest.mark.parametrize(
    "change", [{"acr": None}, {"auth_time": None}, {"auth_time": "now"}, {"auth_time": True}], ids=str
)
def test_a_token_that_does_not_say_how_well_is_not_good_enough(centre, change):
    challenge = refused(centre, bearer(**change), Requirement(acr_values=(L2,), max_age=300))

    assert challenge.parameters["error"] == "insufficient_user_authentication"


def test_a_scope_that_is_missing_is_named(centre):
    challenge = refused(centre, bearer(), Requirement(scope="fund:write"))

    assert (challenge.status, challenge.parameters["scope"]) == (403, "fund:write")


@pytest.mark.parametrize(
    "details", [None, [], "x", [DETAIL | {"amount": {"currency": "CNY", "value": "1.01"}}]], ids=str
)
def test_another_transaction_than_the_one_confirmed_is_not_carried_out(centre, details):
    challenge = refused(centre, bearer(authorization_details=details), Requirement(transaction=DETAIL))

    assert (challenge.status, challenge.parameters["error"]) == (403, "insufficient_authorization_details")


def test_a_transaction_is_the_same_in_whatever_order_and_never_by_a_loose_comparison():
    turned = dict(reversed(DETAIL.items()))

    assert details_hash(turned) == details_hash(DETAIL)
    # Python takes these for equal.
    assert not allows({"authorization_details": [{"count": True}]}, {"count": 1})


def test_a_key_that_began_to_sign_meanwhile_is_fetched_but_not_for_every_stranger():
    keys, moments = Keys(KEY), [NOW]
    centre = ResourceServer(ISSUER, API, keys, lambda: moments[0])
    centre.check(bearer())
    keys.keys = (KEY, NEXT_KEY)

    too_early = refused(centre, bearer(NEXT_KEY))
    moments[0] += 61
    centre.check(bearer(NEXT_KEY))
    for _ in range(5):
        refused(centre, bearer(kid="unknown"))

    assert too_early.parameters == {"error": "invalid_token"}
    assert keys.asked == 2


def test_keys_are_fetched_from_the_provider_itself(stub):
    [key] = keys_of(stub.issuer)()["keys"]

    assert key["kid"] == "stub-1"


def test_a_provider_that_calls_itself_otherwise_is_not_believed(stub):
    stub.metadata = {"issuer": "https://evil.test"}

    with pytest.raises(ValueError, match="otherwise"):
        keys_of(stub.issuer)()


def test_a_provider_that_is_down_is_no_reason_to_let_anybody_in(stub):
    stub.stop()

    with pytest.raises(requests.ConnectionError):
        ResourceServer(ISSUER, API, keys_of(stub.issuer), lambda: NOW).check(bearer())
