"""``idp receipt verify``: what a receipt proves, in words, and why one does not hold."""

import json

import pytest

from tests.cli.conftest import Shell
from tests.support.receipts import PROVED, prove_transfer
from tests.support.relying_party import Visit, claims_of, get
from tests.support.transactions import TYPES, open_with_types, register, transfer


@pytest.fixture
def idp(tmp_path):
    return Shell(tmp_path, IDP_ISSUER="https://idp.test", IDP_AUTHORIZATION__DETAILS=str(TYPES))


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path)


@pytest.fixture
def visit(provider):
    return Visit(register(provider))


@pytest.fixture
def receipt(provider, visit, tmp_path):
    file = tmp_path / "receipt.jwt"
    file.write_text(prove_transfer(provider.browser(), visit)["receipt"] + "\n")
    return file


@pytest.fixture
def keys(provider, receipt, tmp_path):
    del receipt
    file = tmp_path / "keys.jwt"
    file.write_text(get(provider.browser(), "/jwks/history").text)
    return file


def test_it_says_what_was_proved(idp, visit, receipt):
    done = idp("receipt", "verify", str(receipt))

    assert done.returncode == 0, done.stderr
    told = claims_of(receipt.read_text())
    for word in (told["jti"], visit.client.client_id, "method=passkey key=device_bound attested=no", PROVED, told["acr"]):
        assert word in done.stdout


def test_saved_keys_are_enough(receipt, keys, visit, tmp_path):
    # Nothing of the provider: no database, no secrets.
    elsewhere = Shell(tmp_path / "elsewhere")

    done = elsewhere(
        *(
            "receipt",
            "verify",
            str(receipt),
            "--keys",
            str(keys),
            "--client",
            visit.client.client_id,
            "--json",
        )
    )

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == claims_of(receipt.read_text())


def test_it_is_for_these_details_alone(idp, receipt, tmp_path):
    details = tmp_path / "details.json"
    for yuan, holds in (("12000.00", True), ("12000.01", False)):
        details.write_text(json.dumps([transfer(yuan, type=PROVED)]))
        done = idp("receipt", "verify", str(receipt), "--details", str(details))
        assert (done.returncode == 0) is holds, done.stderr
        assert ("for another transaction" in done.stderr) is not holds


@pytest.mark.parametrize(
    "written",
    ["", "{}", "[1]", '[{"type": "unknown"}]', "["],
    ids=["empty", "object", "number", "type", "half"],
)
def test_details_that_are_none_are_said_to_be(idp, receipt, tmp_path, written):
    details = tmp_path / "details.json"
    details.write_text(written)

    done = idp("receipt", "verify", str(receipt), "--details", str(details))

    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "details" in done.stderr


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda text: text[:-9] + "AAAAAAAA\n", "does not hold"),
        (lambda text: text.partition(".")[0], "no receipt"),
        (lambda _: "", "no receipt"),
    ],
    ids=["signature", "no JWT", "empty"],
)
def test_what_does_not_hold_is_said_to_be_so(idp, receipt, spoil, says):
    receipt.write_text(spoil(receipt.read_text()))

    done = idp("receipt", "verify", str(receipt))

    assert done.returncode == 1
    assert says in done.stderr


def test_anothers_receipt_and_other_keys_are_refused(idp, receipt, tmp_path):
    nobody = idp("receipt", "verify", str(receipt), "--client", "somebody-else")
    broken = tmp_path / "broken.jwt"
    broken.write_text("a.b.c")
    none = idp("receipt", "verify", str(receipt), "--keys", str(broken))

    assert (nobody.returncode, "another relying party" in nobody.stderr) == (1, True)
    assert (none.returncode, "no historical key document" in none.stderr) == (1, True)
