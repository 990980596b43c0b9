"""A receipt, checked by another JOSE library after its key had stopped signing and was retired."""

import json
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from idp.domain.keys import KeyState
from tests.support.receipts import prove_transfer
from tests.support.relying_party import Visit, claims_of, get
from tests.support.transactions import open_with_types, register

SCRIPT = Path(__file__).with_name("receipt.mjs")


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path)


def check(node, receipt, history, audience):
    environment = {"RECEIPT": receipt, "HISTORY": history, "AUDIENCE": audience}
    return subprocess.run([node, SCRIPT], env=environment, capture_output=True, text=True, check=False)


def test_jose_verifies_it_after_its_key_was_retired(provider, node):
    visit = Visit(register(provider))
    receipt = prove_transfer(provider.browser(), visit)["receipt"]
    for _ in range(3):
        provider.clock.advance(timedelta(days=200))
        provider.house.tools.key_life.rotate("RS256")
    provider.clock.advance(timedelta(seconds=2))
    history = get(provider.browser(), "/jwks/history").text

    done = check(node, receipt, history, visit.client.client_id)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["payload"] == claims_of(receipt)
    states = {key.kid: key.state for key in provider.house.tools.key_life.all()}
    assert states[told["kid"]] is KeyState.RETIRED

    letter = "A" if receipt[-20] != "A" else "B"
    assert check(node, receipt[:-20] + letter + receipt[-19:], history, visit.client.client_id).returncode
    assert check(node, receipt, history, "somebody-else").returncode != 0
