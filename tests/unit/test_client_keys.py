"""Keys of clients: chosen strictly, fetched rarely, kept for a while."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, RSAKey, import_key

from idp.domain.clients import AuthMethod, Client, Keys
from idp.domain.errors import Refusal
from idp.domain.ids import ClientId
from idp.protocol.jose.client_keys import MAX_CLIENTS, ClientKeys, check_public_keys
from idp.protocol.jose.client_tokens import Verified, unverified_issuer, verify
from idp.protocol.jose.public_keys import read_key, read_key_set
from tests.support.clock import START, FakeClock
from tests.support.outside import Outside
from tests.support.signing import a_key, confused, jwks_of, sign, unsigned

ADDRESS = "https://rp.test/jwks"
ALL = ("RS256", "PS256", "ES256", "EdDSA")


def client_with(keys, client_id="rp"):
    return Client(
        client_id=ClientId(client_id),
        name="测试门户",
        sector="host:rp.test",
        redirect_uris=("https://rp.test/cb",),
        auth_method=AuthMethod.PRIVATE_KEY_JWT,
        secret_digest=None,
        keys=keys,
        grant_types=frozenset(),
        scopes=frozenset(),
        created_at=START,
    )


@pytest.fixture
def outside():
    return Outside()


@pytest.fixture
def keys(outside, clock):
    return ClientKeys(outbound=outside, clock=clock)


def by_value(*held):
    return client_with(Keys(jwks=jwks_of(*held)))


BY_ADDRESS = client_with(Keys(jwks_uri=ADDRESS))


@pytest.mark.parametrize("algorithm", ALL)
def test_a_token_is_verified_by_the_key_that_was_registered(keys, algorithm):
    key = a_key(algorithm)

    verified = keys.verify(by_value(key), sign({"sub": "x"}, key), ALL)

    assert (verified.claims, verified.header["alg"]) == ({"sub": "x"}, algorithm)


def test_another_key_under_the_same_name_verifies_nothing(keys):
    impostor = import_key(a_key("ES256", "other").as_dict(private=True) | {"kid": "k-1"})

    assert keys.verify(by_value(a_key()), sign({}, impostor), ALL) is None


def test_an_algorithm_that_is_not_listed_verifies_nothing(keys):
    assert keys.verify(by_value(a_key()), sign({}, a_key()), ("RS256", "PS256")) is None
    assert keys.verify(by_value(a_key()), sign({}, a_key()), ()) is None


def test_a_public_key_is_no_secret(keys):
    key = a_key("RS256")

    for kid in (None, "k-1"):
        assert keys.verify(by_value(key), confused({}, key, kid), ALL) is None
        assert keys.verify(by_value(key), confused({}, key, kid), (*ALL, "HS256")) is None


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "", "HS256", "RS1", None, 1, [], {}], ids=repr)
def test_an_unsigned_token_says_nothing(keys, alg):
    assert keys.verify(by_value(a_key()), unsigned({}, {"alg": alg, "kid": "k-1"}), ALL) is None


@pytest.mark.parametrize(
    "header",
    [
        {"jku": "https://evil.test/jwks"},
        {"x5u": "https://evil.test/cert"},
        {"jwk": jwks_of(a_key("ES256", "evil"))["keys"][0]},
        {"x5c": ["MIIB"]},
        {"crit": ["kid"]},
        {"b64": False, "crit": ["b64"]},
        {"b64": True},
        {"nonsense": 1},
    ],
)
def test_a_token_that_brings_its_key_or_its_rules_is_refused(keys, outside, header):
    # Signed by the right key, so that nothing but the header speaks against it.
    token = sign({"sub": "x"}, a_key(), **header)

    assert keys.verify(by_value(a_key()), token, ALL) is None
    assert outside.asked == []


def test_a_name_must_be_the_keys_own(keys):
    assert keys.verify(by_value(a_key()), sign({}, a_key(), kid="k-2"), ALL) is None


def test_without_a_name_there_must_be_no_choice(keys):
    one, other = a_key("ES256", "one"), a_key("ES256", "two")
    token = sign({}, one, kid=None)

    assert keys.verify(by_value(one), token, ALL)
    assert keys.verify(by_value(one, a_key("RS256")), token, ALL)
    assert keys.verify(by_value(one, other), token, ALL) is None


@pytest.mark.parametrize(
    "change",
    [{"use": "enc"}, {"alg": "PS256"}, {"use": None, "key_ops": ["encrypt"]}, {"use": None, "key_ops": []}],
)
def test_a_key_that_is_meant_for_something_else_verifies_nothing(keys, change):
    shown = jwks_of(a_key("RS256"))["keys"][0] | change
    shown = {name: value for name, value in shown.items() if value is not None}

    assert keys.verify(client_with(Keys(jwks={"keys": [shown]})), sign({}, a_key("RS256")), ALL) is None


@pytest.mark.parametrize("algorithm", ["RS256", "PS256", "ES256"])
def test_the_type_of_key_must_fit_the_algorithm(keys, algorithm):
    shown = jwks_of(a_key("EdDSA"))["keys"][0]
    del shown["alg"]

    assert keys.find(client_with(Keys(jwks={"keys": [shown]})), algorithm=algorithm, kid="k-1") is None


def test_a_key_on_another_curve_is_not_es256s(keys):
    key = ECKey.generate_key("P-384", {"kid": "k-1"})

    assert keys.find(client_with(Keys(jwks=jwks_of(key))), algorithm="ES256", kid="k-1") is None


def test_a_short_rsa_key_cannot_be_registered_and_does_not_count():
    with pytest.warns(UserWarning, match="2048"):
        short = RSAKey.generate_key(1024, {"kid": "short"})
    shown = dict(short.as_dict(private=False))

    assert read_key(shown) is None
    with pytest.raises(Refusal):
        check_public_keys({"keys": [shown]})


def test_a_published_private_key_does_not_count():
    assert read_key(dict(a_key().as_dict(private=True))) is None


@given(
    st.dictionaries(
        st.sampled_from(["kty", "n", "e", "crv", "x", "y", "kid", "use", "alg", "key_ops"]),
        st.one_of(
            st.sampled_from(["RSA", "EC", "OKP", "oct", "P-256", "AQAB", "Ed25519", "sig"]),
            st.text(max_size=20),
            st.integers(),
            st.none(),
            st.lists(st.text(max_size=5), max_size=3),
        ),
    )
)
def test_any_key_is_read_or_left(jwk):
    key = read_key(jwk)

    assert key is None or key.key_type in {"RSA", "EC", "OKP"}


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"\xff", b'{"keys": {}}', b'{"keys": null}', b"[" * 100_000, b"NaN"]
)
def test_a_document_that_is_no_key_set_is_none(body):
    assert read_key_set(body) is None


def test_a_key_set_may_hold_keys_that_are_not_for_us(outside, keys):
    outside.show(ADDRESS, {"keys": [{"kty": "AKP"}, 1, {"kty": []}, *jwks_of(a_key())["keys"]]})

    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)


def test_keys_are_fetched_once_and_stay_fresh_for_five_minutes(outside, keys, clock):
    outside.show(ADDRESS, jwks_of(a_key()))

    for _ in range(3):
        assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)
    assert outside.asked == [ADDRESS]

    clock.advance(timedelta(minutes=5))
    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)
    assert outside.asked == [ADDRESS] * 2


def test_a_client_rotates_its_keys_and_the_new_one_is_fetched(outside, keys, clock):
    old, new = a_key("ES256", "old"), a_key("ES256", "new")
    outside.show(ADDRESS, jwks_of(old))
    assert keys.verify(BY_ADDRESS, sign({}, old), ALL)

    outside.show(ADDRESS, jwks_of(new))
    clock.advance(timedelta(minutes=1))

    assert keys.verify(BY_ADDRESS, sign({}, new), ALL)
    assert keys.verify(BY_ADDRESS, sign({}, old), ALL) is None


def test_made_up_names_make_us_ask_at_most_once_a_minute(outside, keys, clock):
    outside.show(ADDRESS, jwks_of(a_key()))

    for number in range(120):
        assert keys.verify(BY_ADDRESS, sign({}, a_key(), kid=f"made-up-{number}"), ALL) is None
        clock.advance(timedelta(seconds=1))

    assert len(outside.asked) == 2
    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)


def test_a_silent_address_is_asked_at_most_once_a_minute(outside, keys, clock):
    for _ in range(5):
        assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL) is None
    assert len(outside.asked) == 1

    outside.show(ADDRESS, jwks_of(a_key()))
    clock.advance(timedelta(minutes=1))
    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)


def test_the_last_good_keys_count_for_an_hour_when_the_address_is_silent(outside, keys, clock):
    outside.show(ADDRESS, jwks_of(a_key()))
    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)
    outside.documents.clear()

    clock.advance(timedelta(minutes=59))
    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)

    clock.advance(timedelta(minutes=1))
    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL) is None


@pytest.mark.parametrize(
    "answer",
    [
        {"status": 500},
        {"status": 302},
        {"media_type": "text/html"},
        {"document": b"<html>"},
    ],
)
def test_what_is_no_key_set_changes_nothing(outside, keys, clock, answer):
    outside.show(ADDRESS, jwks_of(a_key()))
    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)

    outside.show(ADDRESS, **({"document": jwks_of(a_key("ES256", "evil"))} | answer))
    clock.advance(timedelta(minutes=6))

    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)
    assert keys.verify(BY_ADDRESS, sign({}, a_key("ES256", "evil")), ALL) is None


def test_keys_that_were_changed_at_the_registration_count_at_once(keys):
    old, new = a_key("ES256", "old"), a_key("ES256", "new")
    assert keys.verify(by_value(old), sign({}, old), ALL)

    assert keys.verify(by_value(new), sign({}, new), ALL)
    assert keys.verify(by_value(new), sign({}, old), ALL) is None


def test_the_keys_of_one_client_are_not_anothers(outside, keys):
    outside.show(ADDRESS, jwks_of(a_key()))
    other = client_with(Keys(jwks=jwks_of(a_key("ES256", "other"))), client_id="other")

    assert keys.verify(BY_ADDRESS, sign({}, a_key()), ALL)
    assert keys.verify(other, sign({}, a_key()), ALL) is None


def test_no_more_clients_are_remembered_than_there_is_room_for(outside, keys):
    outside.show(ADDRESS, jwks_of(a_key()))
    for number in range(MAX_CLIENTS + 1):
        keys.find(client_with(Keys(jwks_uri=ADDRESS), f"rp-{number}"), algorithm="ES256", kid="k-1")

    keys.find(client_with(Keys(jwks_uri=ADDRESS), "rp-1"), algorithm="ES256", kid="k-1")
    assert len(outside.asked) == MAX_CLIENTS + 1
    keys.find(client_with(Keys(jwks_uri=ADDRESS), "rp-0"), algorithm="ES256", kid="k-1")
    assert len(outside.asked) == MAX_CLIENTS + 2


def test_many_who_come_at_once_make_us_ask_once(outside, clock):
    outside.show(ADDRESS, jwks_of(a_key()))
    keys, together, found = ClientKeys(outbound=outside, clock=clock), Barrier(16), []

    def come():
        together.wait()
        found.append(keys.find(BY_ADDRESS, algorithm="ES256", kid="k-1"))

    threads = [Thread(target=come) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outside.asked == [ADDRESS]
    assert [key.kid for key in found] == ["k-1"] * 16


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "jku", "jwk", "crit", "x"]), JSON), JSON)
def test_any_header_is_read_or_refused(header, claims):
    token = unsigned(claims, header)

    assert verify(token, lambda **_: a_key(), ALL) is None
    assert unverified_issuer(token) is None or isinstance(unverified_issuer(token), str)


@given(st.text(max_size=60) | st.from_regex(r"\A[\w.=-]*\.[\w-]*\.[\w-]*\Z"))
def test_any_text_is_read_or_refused(text):
    assert verify(text, lambda **_: a_key(), ALL) is None
    assert unverified_issuer(text) is None or isinstance(unverified_issuer(text), str)


@pytest.mark.parametrize("claims", [{"iss": "a\x00b"}, {"iss": "\ud800"}, {"iss": ""}, {"iss": ["x"]}])
def test_a_name_that_cannot_be_looked_up_is_none(claims):
    assert unverified_issuer(unsigned(claims)) is None


@pytest.mark.parametrize(
    ("claims", "seconds"),
    [
        ({"exp": 60}, 60),
        ({"exp": 3610}, 3610),
        ({"exp": 0.5}, 0.5),
        ({"exp": 60, "iat": 10, "nbf": 10}, 60),
        ({"exp": 60, "iat": -9000}, 60),
        ({}, None),
        ({"exp": 0}, None),
        ({"exp": 3611}, None),
        ({"exp": -1}, None),
        ({"exp": float("inf")}, None),
        ({"exp": float("nan")}, None),
        ({"exp": 10**400}, None),
        ({"exp": True}, None),
        ({"exp": "60"}, None),
        ({"exp": None}, None),
        ({"exp": 60, "iat": 11}, None),
        ({"exp": 60, "nbf": 11}, None),
        ({"exp": 60, "iat": float("nan")}, None),
        ({"exp": 60, "iat": None}, None),
        ({"exp": 60, "nbf": "0"}, None),
    ],
)
def test_a_token_lives_for_an_hour_at_most_and_never_begins_tomorrow(claims, seconds):
    now = FakeClock().now()
    moved = {
        name: value + int(now.timestamp())
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for name, value in claims.items()
    }

    life = Verified({}, moved).expires_in(now)

    assert life == (None if seconds is None else timedelta(seconds=seconds))
