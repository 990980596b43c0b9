"""``idp receipt verify``: what a receipt proves, in words, and why one does not hold."""

import json
from dataclasses import replace

import pytest
from click.testing import CliRunner

from idp.cli.receipt import receipt as receipt_command
from tests.cli.conftest import Shell
from tests.support.listening import listening
from tests.support.outside import Outside
from tests.support.ports import free_port
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
    for word in (
        told["jti"],
        visit.client.client_id,
        "method=passkey key=device_bound attested=no",
        PROVED,
        told["acr"],
    ):
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


@pytest.fixture
def served(provider):
    port = free_port()
    with listening(provider.house.app, port):
        yield f"http://127.0.0.1:{port}"


def test_keys_are_fetched_from_the_provider_and_from_no_other(tmp_path, receipt):
    address = free_port()
    place = f"127.0.0.1:{address}"
    shell = Shell(tmp_path, IDP_HTTP__ALLOW=place)
    nobody = shell("receipt", "verify", str(receipt), "--issuer", f"http://{place}")
    not_allowed = shell("receipt", "verify", str(receipt), "--issuer", "http://127.0.0.1:1")

    assert (nobody.returncode, "could not be fetched" in nobody.stderr) == (3, True)
    assert (not_allowed.returncode, "could not be fetched" in not_allowed.stderr) == (3, True)


def test_fetched_keys_are_believed_for_their_own_provider_alone(tmp_path, receipt, served):
    place = served.removeprefix("http://")
    shell = Shell(tmp_path, IDP_HTTP__ALLOW=place)

    done = shell("receipt", "verify", str(receipt), "--issuer", served)

    assert (done.returncode, "Another provider's keys" in done.stderr) == (1, True)


def verified(provider, receipt, keys, **shown):
    outside = Outside()
    usual = {"media_type": "application/jwk-set+jwt"}
    outside.show("https://idp.test/jwks/history", keys.read_bytes(), **(usual | shown))
    tools = replace(provider.house.tools, outbound=outside)
    arguments = ["verify", str(receipt), "--issuer", "https://idp.test"]
    return CliRunner().invoke(receipt_command, arguments, obj=lambda: tools)


def test_a_receipt_holds_with_the_keys_that_its_provider_serves(provider, receipt, keys):
    done = verified(provider, receipt, keys)

    assert done.exit_code == 0, done.output
    assert "provider: https://idp.test" in done.output


@pytest.mark.parametrize("odd", [{"status": 404}, {"media_type": "text/html"}], ids=["missing", "a page"])
def test_what_is_not_the_document_is_not_taken_for_it(provider, receipt, keys, odd):
    done = verified(provider, receipt, keys, **odd)

    assert (done.exit_code, "could not be fetched" in done.output) == (3, True)


def test_saved_keys_must_be_those_of_the_provider_that_is_named(tmp_path, receipt, keys):
    elsewhere = Shell(tmp_path / "elsewhere")
    for issuer, holds in (("https://idp.test", True), ("https://idp2.test", False)):
        done = elsewhere("receipt", "verify", str(receipt), "--keys", str(keys), "--issuer", issuer)
        assert (done.returncode == 0) is holds, done.stderr
        assert ("Another provider's keys" in done.stderr) is not holds


def test_it_says_how_old_the_keys_are(idp, receipt, keys):
    done = idp("receipt", "verify", str(receipt), "--keys", str(keys))

    assert "keys as of: 2026-11-22T" in done.stdout


def test_a_key_that_signs_cannot_be_revoked_and_one_that_did_can(idp, receipt):
    kid = next(key["kid"] for key in idp.json("keys", "list") if key["state"] == "active")
    refused = idp("keys", "revoke", kid)
    idp("keys", "rotate", "--algorithm", "RS256")
    revoked = idp.json("keys", "revoke", kid)
    done = idp("receipt", "verify", str(receipt))

    assert (refused.returncode, "Rotate first" in refused.stderr) == (1, True)
    assert revoked["state"] == "revoked"
    assert (done.returncode, "was revoked" in done.stderr) == (1, True)


def test_anothers_receipt_and_other_keys_are_refused(idp, receipt, tmp_path):
    nobody = idp("receipt", "verify", str(receipt), "--client", "somebody-else")
    broken = tmp_path / "broken.jwt"
    broken.write_text("a.b.c")
    none = idp("receipt", "verify", str(receipt), "--keys", str(broken))

    assert (nobody.returncode, "another relying party" in nobody.stderr) == (1, True)
    assert (none.returncode, "no historical key document" in none.stderr) == (1, True)
