"""The clients of Node.js: openid-client with its defaults, oauth4webapi step by step."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.person import visit

HERE = Path(__file__).parent
REDIRECT_URI = "https://portal.example/callback"
LOGGED_OUT_URI = "https://portal.example/bye"
METHODS = ["client_secret_basic", "client_secret_post", "none"]


@pytest.fixture
def run(served, node, person):
    """Return a function that runs a script, visits for it, and returns its result."""

    def go(script, client, **settings):
        environment = {
            "NODE_EXTRA_CA_CERTS": str(served.tls.authority),
            "ISSUER": served.issuer,
            "CLIENT": json.dumps(client),
            "REDIRECT_URI": REDIRECT_URI,
            "LOGGED_OUT_URI": LOGGED_OUT_URI,
            **settings,
        }
        with subprocess.Popen(
            [node, HERE / script], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            for line in process.stdout:
                said = json.loads(line)
                if "result" in said:
                    return said["result"]
                arrived = visit(person, said["visit"], REDIRECT_URI, LOGGED_OUT_URI)
                process.stdin.write(json.dumps({"arrived": arrived}) + "\n")
                process.stdin.flush()
        raise AssertionError("The script ended without a result.")

    return go


@pytest.fixture(scope="module")
def client(request, served):
    """Return a client that authenticates in the given way."""
    return served.operator.register(
        f"Portal {request.param}",
        *("--auth-method", request.param, "--redirect-uri", REDIRECT_URI),
        *("--post-logout-redirect-uri", LOGGED_OUT_URI, "--scope", "openid profile phone"),
    )


@pytest.mark.parametrize("pushed", [{}, {"PUSHED": "yes"}], ids=["plain", "pushed"])
@pytest.mark.parametrize("client", METHODS, indirect=True)
def test_openid_client_needs_no_special_setting(run, served, client, pushed):
    result = run("openid_client.mjs", client, **pushed)

    assert ("request_uri" in result["address"]) == bool(pushed)
    assert result["claims"]["iss"] == served.issuer
    assert result["told"]["phone_number"] == "+8610000000001"
    assert result["toldAgain"] == result["told"]
    assert result["rotated"]
    if client["token_endpoint_auth_method"] != "none":
        assert result["introspected"]["active"] is True
        assert result["introspected"]["sub"] == result["claims"]["sub"]
        assert result["own"]["token_type"] == "bearer"
    assert result["farewell"].startswith(f"{LOGGED_OUT_URI}?state=bye")
    assert result["afterLogout"]
    assert result["afterRevocation"] == "invalid_grant"


@pytest.mark.parametrize("pushed", [{}, {"PUSHED": "yes"}], ids=["plain", "pushed"])
@pytest.mark.parametrize("client", METHODS, indirect=True)
def test_oauth4webapi_accepts_every_answer_by_the_letter(run, served, client, pushed):
    result = run("oauth4webapi.mjs", client, **pushed)

    assert result["claims"]["iss"] == served.issuer
    assert result["told"] == {"sub": result["claims"]["sub"], **result["told"]}
    assert result["told"]["name"] == "张**"
    assert result["accessTokenFits"]
    assert result["sameDocument"]
    assert result["mixedUp"] == "OAUTH_INVALID_RESPONSE"
    if client["token_endpoint_auth_method"] != "none":
        assert result["afterRevocation"] == {"active": False}
        assert result["introspected"]["active"] is True
