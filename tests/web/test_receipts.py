"""The receipt of a proved transaction: what it says, to whom, and how it is checked years later."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey
from joserfc.jws import JWSRegistry
from joserfc.registry import HeaderParameter

from idp.domain.errors import Conflict, Refusal
from idp.domain.keys import KeyState
from idp.protocol.tokens.receipt import TYPE, ReceiptRefusedError, read_history, verify_receipt
from tests.support.provider import ISSUER
from tests.support.receipts import PROVED, code_for_proof, prove_transfer
from tests.support.relying_party import Visit, claims_of, csrf, get, post, redeem, sign_in, token
from tests.support.transactions import code_for, open_with_types, register

YEARS = timedelta(days=2 * 365)


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path)


@pytest.fixture
def browser(provider):
    return provider.browser()


@pytest.fixture
def visit(provider):
    return Visit(register(provider))


@pytest.fixture
def issued(browser, visit):
    return prove_transfer(browser, visit)


@pytest.fixture
def receipt(issued):
    return issued["receipt"]


def header_of(receipt):
    return json.loads(base64.urlsafe_b64decode(receipt.split(".")[0] + "=="))


def exp_of(provider, kid):
    return next(key["exp"] for key in history(provider)["keys"] if key["kid"] == kid)


def history(provider):
    return read_history(get(provider.browser(), "/jwks/history").text)


def keys_of(provider):
    return json.loads(get(provider.browser(), "/jwks").text)["keys"]


def rotate(provider, times=1, after=timedelta(days=30)):
    for _ in range(times):
        provider.clock.advance(after)
        provider.house.tools.key_life.rotate("RS256")
    provider.clock.advance(timedelta(seconds=2))


def test_it_says_who_proved_what_to_whom_and_how(provider, visit, issued, receipt):
    told = claims_of(receipt)
    subject = claims_of(issued["id_token"])

    assert told["iss"] == "https://idp.test"
    assert told["aud"] == visit.client.client_id
    assert (told["sub"], told["sid"]) == (subject["sub"], subject["sid"])
    assert (told["acr"], told["amr"]) == (subject["acr"], subject["amr"])
    assert told["auth_time"] == subject["auth_time"]
    assert told["transaction"]["types"] == [PROVED]
    assert told["evidence"] == [{"method": "passkey", "key": "device_bound", "attested": "no"}]
    assert claims_of(issued["access_token"])["jti"].startswith(f"{told['txn']}.")
    [confirmed] = [details for kind, details in provider.events() if kind == "ReceiptIssued"]
    assert confirmed["receipt_id"] == told["jti"]


def test_nothing_personal_is_in_it(receipt):
    whole = json.dumps(claims_of(receipt), ensure_ascii=False)

    assert not any(word in whole for word in ("张三丰", "12000", "李四光明", "62000000", "zhangsanfeng"))


def test_what_was_not_proved_has_none(browser, visit):
    assert "receipt" not in redeem(browser, visit, code_for(browser, visit)).text


def test_there_is_one_a_code(provider, browser, visit, issued):
    renewed = token(
        browser, visit.client, {"grant_type": "refresh_token", "refresh_token": issued["refresh_token"]}
    )

    assert renewed.status_code == 200
    assert "receipt" not in renewed.text
    assert [kind for kind, _ in provider.events()].count("ReceiptIssued") == 1


def test_it_holds_when_its_key_signs_no_more_and_when_it_is_retired(provider, visit, receipt):
    rotate(provider)
    retiring = verify_receipt(receipt, history(provider), client_id=visit.client.client_id)
    rotate(provider, times=2, after=YEARS)

    kid = json.loads(base64.urlsafe_b64decode(receipt.split(".")[0] + "=="))["kid"]
    states = {key.kid: key.state for key in provider.house.tools.key_life.all()}
    assert states[kid] is KeyState.RETIRED
    assert verify_receipt(receipt, history(provider)) == retiring
    assert kid not in {key["kid"] for key in keys_of(provider)}


def test_the_document_of_all_keys_is_signed_named_and_cached(provider, receipt):
    reply = get(provider.browser(), "/jwks/history")

    assert reply.mimetype == "application/jwk-set+jwt"
    assert "max-age" in reply.headers["Cache-Control"]
    metadata = get(provider.browser(), "/.well-known/openid-configuration").json
    assert metadata["federation_historical_keys_endpoint"] == "https://idp.test/jwks/history"
    told = read_history(reply.text)
    assert not any({"d", "p", "q", "k"} & key.keys() for key in told["keys"])
    assert all("exp" not in key for key in told["keys"])
    del receipt


def test_a_revoked_key_is_believed_nothing(provider, receipt):
    kid = next(each.kid for each in provider.house.tools.key_life.all() if each.state is KeyState.ACTIVE)
    with pytest.raises(Conflict):
        provider.house.tools.key_life.revoke(kid)
    rotate(provider)
    provider.house.tools.key_life.revoke(kid)
    provider.clock.advance(timedelta(seconds=2))

    with pytest.raises(ReceiptRefusedError) as refused:
        verify_receipt(receipt, history(provider))

    assert refused.value.reason == "revoked_key"
    assert kid not in {key["kid"] for key in keys_of(provider)}
    [told] = [key for key in history(provider)["keys"] if key["kid"] == kid]
    assert told["revoked"]["reason"] == "compromised"
    assert "KeyRevoked" in [kind for kind, _ in provider.events()]


def test_a_key_that_is_unknown_cannot_be_revoked(provider):
    with pytest.raises(LookupError):
        provider.house.tools.key_life.revoke("nobody")


def changed(receipt, place):
    middle = len(receipt.split(".")[place]) // 2
    parts = receipt.split(".")
    letter = "A" if parts[place][middle] != "A" else "B"
    parts[place] = parts[place][:middle] + letter + parts[place][middle + 1 :]
    return ".".join(parts)


def forged(header, claims, key):
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def test_what_was_changed_or_forged_is_refused(provider, issued, receipt):
    told, known = claims_of(receipt), history(provider)
    head = json.loads(base64.urlsafe_b64decode(receipt.split(".")[0] + "=="))
    public = next(key for key in known["keys"] if key["kid"] == head["kid"])
    none = ".".join([_part(head | {"alg": "none"}), receipt.split(".")[1], ""])
    confused = forged(head | {"alg": "HS256"}, told, OctKey.import_key(json.dumps(public)))
    other = forged(head | {"alg": "ES256"}, told, ECKey.generate_key("P-256", {"kid": head["kid"]}))
    unknown = forged(head | {"alg": "ES256", "kid": "x"}, told, ECKey.generate_key("P-256", {"kid": "x"}))
    attempts = {
        changed(receipt, 1): {"signature", "unreadable"},
        changed(receipt, 2): {"signature", "unreadable"},
        none: {"unknown_key", "signature", "unreadable"},
        confused: {"unknown_key", "signature"},
        other: {"unknown_key"},
        unknown: {"unknown_key"},
        issued["id_token"]: {"unreadable"},
        issued["access_token"]: {"unreadable"},
        "": {"unreadable"},
        "a.b.c": {"unreadable"},
        "x" * 5000: {"unreadable"},
    }

    for attempt, reasons in attempts.items():
        with pytest.raises(ReceiptRefusedError) as refused:
            verify_receipt(attempt, known)
        assert refused.value.reason in reasons, attempt


def test_it_is_good_for_its_relying_party_and_provider_alone(provider, receipt):
    known = history(provider)
    for changes, client_id, reason in (
        ({}, "somebody-else", "client"),
        ({"iss": "https://other.test"}, None, "issuer"),
    ):
        with pytest.raises(ReceiptRefusedError) as refused:
            verify_receipt(receipt, known | changes, client_id=client_id)
        assert refused.value.reason == reason


def test_one_dated_after_its_key_had_stopped_is_refused(provider, receipt):
    rotate(provider)
    known = history(provider)
    for key in known["keys"]:
        if "exp" in key:
            key["exp"] = claims_of(receipt)["iat"] - 1

    with pytest.raises(ReceiptRefusedError) as refused:
        verify_receipt(receipt, known)

    assert refused.value.reason == "key_time"


def test_one_dated_before_its_key_was_made_is_refused(provider, receipt):
    known = history(provider)
    for key in known["keys"]:
        key["iat"] = claims_of(receipt)["iat"] + 1

    with pytest.raises(ReceiptRefusedError) as refused:
        verify_receipt(receipt, known)

    assert refused.value.reason == "key_time"


def test_when_a_key_stopped_does_not_change_later(provider, receipt):
    kid = header_of(receipt)["kid"]
    rotate(provider)
    stopped = exp_of(provider, kid)
    rotate(provider, times=2, after=YEARS)

    assert exp_of(provider, kid) == stopped
    assert stopped - claims_of(receipt)["iat"] < timedelta(days=31).total_seconds()


def test_one_of_a_server_that_had_not_heard_of_the_new_key_holds(provider, browser, visit):
    code = code_for_proof(browser, visit)
    old = next(each for each in provider.house.tools.key_life.all() if each.state is KeyState.ACTIVE)
    # This process signs on with the key that it holds for as long as it may.
    get(provider.browser(), "/jwks")
    provider.house.tools.key_life.rotate("RS256")
    provider.clock.advance(timedelta(milliseconds=900))
    late = redeem(browser, visit, code).json["receipt"]
    provider.clock.advance(timedelta(seconds=2))

    assert header_of(late)["kid"] == old.kid
    assert verify_receipt(late, history(provider))["jti"] == claims_of(late)["jti"]


def test_no_private_half_is_kept_of_a_key_that_signs_no_more(provider, receipt):
    rotate(provider)

    kept = {key.kid: key for key in provider.house.tools.key_life.all()}

    assert kept[header_of(receipt)["kid"]].sealed_private == b""
    assert all(
        (key.sealed_private == b"") is (key.state in {KeyState.RETIRING, KeyState.RETIRED})
        for key in kept.values()
    )


def test_the_document_stays_the_same_while_the_keys_do(provider, receipt):
    provider.clock.advance(timedelta(seconds=5))
    first = get(provider.browser(), "/jwks/history")
    provider.clock.advance(timedelta(minutes=10))
    etag = {"If-None-Match": first.headers["ETag"]}
    assert provider.browser().get("/jwks/history", base_url=ISSUER, headers=etag).status_code == 304
    rotate(provider, after=timedelta(seconds=5))

    assert get(provider.browser(), "/jwks/history").text != first.text
    del receipt


def test_a_document_is_not_kept_that_the_key_before_may_have_signed(provider, receipt):
    kid = header_of(receipt)["kid"]
    get(provider.browser(), "/jwks")
    provider.house.tools.key_life.rotate("RS256")
    provider.house.tools.key_life.revoke(kid)
    get(provider.browser(), "/jwks/history")
    provider.clock.advance(timedelta(seconds=3))

    told = history(provider)

    assert [key["kid"] for key in told["keys"] if "revoked" in key] == [kid]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": 1},
        {"iat": "now"},
        {"iat": True},
        {"keys": {}},
        {"keys": [1]},
        {"keys": []},
    ],
    ids=["issuer", "time", "truth", "object", "number", "none"],
)
def test_a_document_of_keys_of_another_shape_is_none(provider, receipt, changes):
    told = history(provider)
    del receipt
    keyring_key = provider.house.tools.key_life.all()[0]
    with pytest.raises(Refusal):
        read_history(".".join([_part({"kid": keyring_key.kid}), _part(told | changes), "AAAA"]))


def test_hostile_claims_of_a_key_in_the_document_are_no_receipt(receipt):
    mine = ECKey.generate_key("P-256", {"kid": "mine", "alg": "ES256", "use": "sig"})
    known = {
        "iss": "https://idp.test",
        "iat": 0,
        "keys": [dict(mine.as_dict(private=False)) | {"iat": 0}],
    }
    told, head = claims_of(receipt), {"alg": "ES256", "kid": "mine", "typ": TYPE}
    assert verify_receipt(forged(head, told, mine), known)["jti"] == told["jti"]

    names = ("iss", "aud", "sub", "jti", "iat", "acr", "transaction", "evidence")
    changes: list[dict[str, Any]] = [{name: None} for name in names]
    changes += [{"iat": True}, {"iat": -1}, {"auth_time": 10**30}, {"evidence": [1]}]
    changes += [{"transaction": told["transaction"] | {"alg": "MD5"}}]
    for each in changes:
        with pytest.raises(ReceiptRefusedError) as refused:
            verify_receipt(forged(head, told | each, mine), known)
        assert refused.value.reason == "unreadable", each
    known_x = JWSRegistry({"x": HeaderParameter("of no meaning", "int")}, ["ES256"])
    for other in ({"typ": "JWT"}, {"typ": "at+jwt"}, {"crit": ["x"], "x": 1}):
        with pytest.raises(ReceiptRefusedError) as refused:
            verify_receipt(jwt.encode(head | other, told, mine, registry=known_x), known)
        assert refused.value.reason == "unreadable", other


def test_a_document_of_keys_that_was_changed_is_none(provider, receipt):
    document = get(provider.browser(), "/jwks/history").text
    for attempt in (changed(document, 1), changed(document, 2), receipt, "", "a.b.c", "{}"):
        with pytest.raises(Refusal):
            read_history(attempt)


def test_the_person_sees_it_and_takes_it(browser, receipt):
    number = claims_of(receipt)["jti"]
    page = get(browser, "/account/history?lang=en").text

    assert f"/account/receipts/{number}" in page
    entry = page.partition("received a receipt of your transaction")[2].partition("</li>\n    <li>")[0]
    assert all(word in entry for word in ("Passkey", number, "Test transfer"))
    taken = get(browser, f"/account/receipts/{number}")
    assert taken.text == receipt
    assert taken.headers["Cache-Control"] == "no-store"


def test_it_is_offered_for_as_long_as_it_is_kept(provider, browser, receipt):
    provider.clock.advance(timedelta(days=3 * 366, seconds=5))
    sign_in(browser, get(browser, "/sign-in").headers["Location"])

    page = get(browser, "/account/history?lang=en").text

    assert claims_of(receipt)["jti"] in page
    assert "/account/receipts/" not in page


def test_it_is_in_the_copy_of_the_persons_data(browser, visit, receipt):
    form = {"csrf_token": csrf(browser, "/account/data/copy"), "form": "readable"}
    [told] = post(browser, "/account/data/copy", form).json["receipts"]

    assert told["signed"] == receipt
    assert told["number"] == claims_of(receipt)["jti"]
    assert told["portal"]["client_id"] == visit.client.client_id


def test_nobody_takes_anothers(provider, browser, receipt):
    provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    elsewhere = provider.browser()
    sign_in(elsewhere, get(elsewhere, "/sign-in").headers["Location"], "other")
    number = claims_of(receipt)["jti"]

    assert get(elsewhere, f"/account/receipts/{number}").status_code == 404
    assert get(provider.browser(), f"/account/receipts/{number}").status_code == 303
    assert get(browser, "/account/receipts/unknown").status_code == 404


def test_it_is_kept_for_three_years(provider, issued):
    purge = provider.house.tools.jobs
    provider.clock.advance(timedelta(days=3 * 365))
    purge.run_once()
    with provider.house.neighbours.database.read() as work:
        number = claims_of(issued["receipt"])["jti"]
        assert work.receipts.get(provider.people["zhangsanfeng"], number) is not None

    provider.clock.advance(timedelta(days=5))
    purge.run_once()

    with provider.house.neighbours.database.read() as work:
        assert work.receipts.get(provider.people["zhangsanfeng"], number) is None


def test_it_goes_with_the_account_and_the_client_s_own_still_holds(provider, receipt):
    person = provider.people["zhangsanfeng"]
    with provider.house.neighbours.database.begin() as work:
        work.persons.close(person, provider.clock.now() + timedelta(days=15))
    provider.clock.advance(timedelta(days=16))
    provider.house.tools.jobs.run_once()

    with provider.house.neighbours.database.read() as work:
        assert work.receipts.of_person(person) == ()
    assert verify_receipt(receipt, history(provider))["jti"] == claims_of(receipt)["jti"]


def test_its_type_is_no_other_tokens(receipt):
    assert json.loads(base64.urlsafe_b64decode(receipt.split(".")[0] + "=="))["typ"] == TYPE


def _part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")
