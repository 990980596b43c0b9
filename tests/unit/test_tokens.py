"""Refresh tokens and the keyring, without any app."""

import base64
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from idp.adapters.sealing import AesGcmSealer
from idp.domain.errors import Unavailable
from idp.domain.keys import KeyState
from idp.protocol.jose.keyring import Keyring, new_signing_key
from idp.protocol.tokens.refresh_token import RefreshTokens

TOKENS = RefreshTokens(keys={"v1": b"a" * 32, "v2": b"b" * 32}, current="v2")


class StillClock:
    """A clock that stands."""

    def now(self):
        return datetime(2026, 11, 22, 6, 0, tzinfo=UTC)


SEALER = AesGcmSealer({"v1": b"s" * 32}, "v1")


def test_a_refresh_token_tells_its_grant_and_count():
    assert TOKENS.read(TOKENS.mint("grant-1", 7)) == ("grant-1", 7)


def test_a_token_under_an_older_key_is_still_read():
    older = RefreshTokens(keys={"v1": b"a" * 32}, current="v1").mint("grant-1", 0)

    assert TOKENS.read(older) == ("grant-1", 0)


@pytest.mark.parametrize(
    "forged",
    ["", ".", "...", "v2.grant-1.AAAAAQ.x", "v9.grant-1.AAAAAQ.x", "中文", "a" * 9000],
)
def test_what_was_never_issued_is_not_read(forged):
    assert TOKENS.read(forged) is None


def test_no_part_of_a_refresh_token_can_be_changed():
    parts = TOKENS.mint("grant-1", 1).split(".")
    for place, other in enumerate(["v1", "grant-2", "AAAAAA", "A" * 43]):
        forged = [*parts[:place], other, *parts[place + 1 :]]
        assert TOKENS.read(".".join(forged)) is None


def keyring_of(*keys):
    return Keyring(lambda: keys, sealer=SEALER, clock=StillClock())


def made(state):
    return replace(new_signing_key("RS256", sealer=SEALER, clock=StillClock()), state=state)


@pytest.fixture(scope="module")
def keys():
    return {state: made(state) for state in KeyState}


def header(token):
    segment = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(segment + "=" * (-len(segment) % 4)))


def test_only_the_active_key_signs_and_names_itself(keys):
    ring = keyring_of(*keys.values())

    kids = {header(ring.sign({"n": n}, typ="JWT"))["kid"] for n in range(20)}

    assert kids == {keys[KeyState.ACTIVE].kid}


def test_the_set_shows_all_but_retired_keys_and_no_private_member(keys):
    shown = keyring_of(*keys.values()).jwks()["keys"]

    assert {key["kid"] for key in shown} == {
        keys[state].kid for state in (KeyState.PENDING, KeyState.ACTIVE, KeyState.RETIRING)
    }
    assert not any({"d", "p", "q", "dp", "dq", "qi", "k"} & key.keys() for key in shown)


def test_a_retiring_key_verifies_and_a_retired_one_does_not(keys):
    key = keys[KeyState.ACTIVE]
    token = keyring_of(key).sign({"n": 1}, typ="JWT")

    assert keyring_of(replace(key, state=KeyState.RETIRING)).verify(token, typ="JWT") == {"n": 1}
    assert keyring_of(replace(key, state=KeyState.RETIRED)).verify(token, typ="JWT") is None


def test_without_an_active_key_nothing_is_signed(keys):
    with pytest.raises(Unavailable):
        keyring_of(keys[KeyState.PENDING]).sign({}, typ="JWT")


def test_a_token_of_another_type_is_not_taken(keys):
    ring = keyring_of(keys[KeyState.ACTIVE])

    assert ring.verify(ring.sign({"n": 1}, typ="JWT"), typ="at+jwt") is None


def b64(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_unsigned_and_public_key_as_secret_tokens_are_not_taken(keys):
    key = keys[KeyState.ACTIVE]
    pem = RSAKey.import_key(key.public_jwk).as_pem(private=False)
    body = f"{b64({'alg': 'HS256', 'kid': key.kid, 'typ': 'JWT'})}.{b64({'n': 1})}"
    mark = base64.urlsafe_b64encode(hmac.digest(pem, body.encode(), "sha256")).rstrip(b"=")
    confused = f"{body}.{mark.decode()}"
    unsigned = f"{b64({'alg': 'none', 'kid': key.kid, 'typ': 'JWT'})}.{b64({'n': 1})}."

    assert keyring_of(key).verify(unsigned, typ="JWT") is None
    assert keyring_of(key).verify(confused, typ="JWT") is None


def test_a_key_that_the_token_brings_along_is_not_used(keys):
    stranger = RSAKey.generate_key(2048)
    public = stranger.as_dict(private=False)
    for brought in ({"jwk": public}, {"kid": "stranger"}, {"kid": keys[KeyState.ACTIVE].kid}):
        token = jwt.encode({"alg": "RS256", "typ": "JWT"} | brought, {"n": 1}, stranger)
        assert keyring_of(keys[KeyState.ACTIVE]).verify(token, typ="JWT") is None


def test_a_private_key_is_sealed_for_its_own_row(keys):
    one, two = keys[KeyState.ACTIVE], keys[KeyState.PENDING]
    swapped = replace(one, sealed_private=two.sealed_private)

    with pytest.raises(ValueError, match="belongs elsewhere"):
        keyring_of(swapped).sign({}, typ="JWT")
