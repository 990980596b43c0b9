"""The page for relying parties and resource servers: its programs are run, and its answers are what comes."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner
from joserfc import jwt

from idp.cli.main import idp as cli
from tests.examples.test_resource_server import KEY, Keys
from tests.support.listening import listening
from tests.support.ports import free_port
from tests.support.provider import FUND, REDIRECT_URI
from tests.support.receipts import prove_transfer
from tests.support.relying_party import Visit, get
from tests.support.transactions import open_with_types, register, transfer

PAGE = (Path(__file__).parents[2] / "docs/step-up.md").read_text("utf-8")
API, PORTAL, RECEIPT = re.findall(r"^```python\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)
ISSUER = "https://idp.test"
ACR = "https://tongxing.example/ns/acr/"


def run(program, **names):
    """Run a block of the page with what its reader has."""
    place = dict(names)
    exec(compile(program, "docs/step-up.md", "exec"), place)  # noqa: S102 - our own page
    return SimpleNamespace(**place)


@pytest.fixture
def api():
    """Return the page's API, which knows the tests' key."""
    made = run(API, ISSUER=ISSUER)
    made.server._fetch_keys = Keys(KEY)  # noqa: SLF001 - no provider listens here
    made.server._now = lambda: 1_795_327_200  # noqa: SLF001
    return made.app.test_client()


def draw(api, detail, **claims):
    said = {"iss": ISSUER, "aud": "https://fund.example/api", "sub": "s", "iat": 1_795_327_200}
    said |= {"exp": 1_795_327_800, "auth_time": 1_795_327_200} | claims
    signed = jwt.encode({"alg": "ES256", "typ": "at+jwt", "kid": KEY.kid}, said, KEY, algorithms=["ES256"])
    return api.post("/withdrawals", json=detail, headers={"Authorization": f"Bearer {signed}"})


def test_the_api_answers_as_its_table_says(api):
    detail, other = transfer("1.00"), transfer("2.00")
    proved = {"acr": f"{ACR}l3-tx", "authorization_details": [detail]}

    done = draw(api, detail, **proved)
    told = [
        api.post("/withdrawals", json=detail),
        draw(api, detail, **proved, aud="https://other.example"),
        draw(api, detail, acr=f"{ACR}l2"),
        draw(api, other, **proved),
    ]

    assert (done.status_code, done.json) == (201, {"drawn_for": "s"})
    rows = re.findall(r"\| (\d{3}), `([^`]+)` \|", PAGE)
    assert len(rows) == 4
    for reply, (status, says) in zip(told, rows, strict=True):
        assert reply.status_code == int(status)
        assert says.replace("…/acr/", ACR) in reply.headers["WWW-Authenticate"]


def test_the_portal_pushes_what_the_api_asked_for(tmp_path):
    port = free_port()
    provider = open_with_types(tmp_path, issuer=f"http://localhost:{port}")
    provider.register(redirect_uris=[], resources=[FUND], scope="openid")
    client = register(provider)
    names = {"ISSUER": f"http://localhost:{port}", "json": json, "urlencode": urlencode}
    portal = run(PORTAL, **names, CLIENT_ID=client.client_id, CLIENT_SECRET=client.secret)

    with listening(provider.house.app, port):
        address = portal.push(
            {"acr_values": f"{ACR}l3-tx", "max_age": "300"},
            transfer(),
            resource=FUND,
            redirect_uri=REDIRECT_URI,
            state="s",
            nonce="n",
            code_challenge="E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        )

    assert address.startswith(
        f"http://localhost:{port}/authorize?client_id={client.client_id}&request_uri=urn"
    )


def test_a_receipt_is_checked_and_a_changed_one_refused(tmp_path):
    provider = open_with_types(tmp_path)
    visit = Visit(register(provider))
    receipt = prove_transfer(provider.browser(), visit)["receipt"]
    names = {"KEY_HISTORY": get(provider.browser(), "/jwks/history").text, "ISSUER": ISSUER}
    client_id = visit.client.client_id
    changed = receipt[:-20] + ("A" if receipt[-20] != "A" else "B") + receipt[-19:]

    assert run(RECEIPT, RECEIPT=receipt, CLIENT_ID=client_id, **names).told["aud"] == client_id
    assert run(RECEIPT, RECEIPT=changed, CLIENT_ID=client_id, **names).told is None
    assert run(RECEIPT, RECEIPT=receipt, CLIENT_ID="another", **names).told is None
    assert run(RECEIPT, RECEIPT="x.y.z", CLIENT_ID=client_id, **names).told is None


def test_the_commands_exist():
    named = re.findall(r"\bidp (\w+) ([\w-]+)", PAGE)

    assert len(named) == 4
    for group, command in named:
        assert CliRunner().invoke(cli, [group, command, "--help"]).exit_code == 0
