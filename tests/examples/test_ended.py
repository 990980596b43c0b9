"""The provider tells the portal that a session has ended there."""

import time

import pytest
from joserfc import jwt

from tests.examples.stub import CLIENT_ID, KEY, OTHER_KEY
from tests.examples.visitor import URL

EVENTS: dict[str, object] = {"http://schemas.openid.net/event/backchannel-logout": {}}


def logout_token(stub, key=KEY, header=None, **changes):
    now = int(time.time())  # noqa: TID251 - the portal compares with the real clock
    usual = {
        "iss": stub.issuer,
        "aud": CLIENT_ID,
        "iat": now,
        "exp": now + 120,
        "jti": "one",
        "sid": "session-1",
        "sub": "person-at-portal",
        "events": EVENTS,
    }
    claims = {name: value for name, value in (usual | changes).items() if value is not None}
    whole = {"alg": "RS256", "kid": "stub-1", "typ": "logout+jwt"} | (header or {})
    return jwt.encode({name: value for name, value in whole.items() if value}, claims, key)


def tell(visitor, token):
    return visitor.browser.post("/ended", base_url=URL, data={"logout_token": token})


@pytest.fixture
def signed_in(stub, visitor):
    stub.id_token = {"sid": "session-1"}
    visitor.sign_in()
    assert visitor.get("/me.json").status_code == 200
    return visitor


def test_the_session_ends_here_too(stub, signed_in):
    reply = tell(signed_in, logout_token(stub))

    assert (reply.status_code, reply.headers["Cache-Control"]) == (204, "no-store")
    assert signed_in.get("/me.json").status_code == 401


def test_being_told_twice_does_no_harm(stub, signed_in):
    tell(signed_in, logout_token(stub))

    assert tell(signed_in, logout_token(stub)).status_code == 204


def test_another_session_goes_on(stub, signed_in):
    assert tell(signed_in, logout_token(stub, sid="session-2")).status_code == 204

    assert signed_in.get("/me.json").status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil.test"},
        {"aud": "another"},
        {"exp": 1},
        {"iat": None},
        {"exp": None},
        {"jti": None},
        {"sid": None},
        {"sid": 1},
        {"events": None},
        {"events": {}},
        {"events": "http://schemas.openid.net/event/backchannel-logout"},
        {"nonce": "n"},
    ],
    ids=repr,
)
def test_a_token_that_says_something_else_ends_nothing(stub, signed_in, changes):
    assert tell(signed_in, logout_token(stub, **changes)).status_code == 400
    assert signed_in.get("/me.json").status_code == 200


@pytest.mark.parametrize("typ", ["JWT", "at+jwt", None])
def test_a_token_of_another_type_ends_nothing(stub, signed_in, typ):
    assert tell(signed_in, logout_token(stub, header={"typ": typ})).status_code == 400
    assert signed_in.get("/me.json").status_code == 200


def test_a_token_that_somebody_else_signed_ends_nothing(stub, signed_in):
    assert tell(signed_in, logout_token(stub, key=OTHER_KEY)).status_code == 400
    assert signed_in.get("/me.json").status_code == 200


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "中", "x" * 20_000])
def test_what_is_no_token_ends_nothing(signed_in, token):
    assert tell(signed_in, token).status_code == 400
    assert signed_in.get("/me.json").status_code == 200


def test_while_the_provider_is_away_it_is_asked_to_come_again(stub, visitor):
    token = logout_token(stub)
    stub.stop()

    assert tell(visitor, token).status_code == 503
