"""Several workers behind one port share people, sessions, visits and codes."""

import json
import os
import re
import signal
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from threading import Event
from time import monotonic
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
REDIRECT_URI = "http://localhost:1/cb"
VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
PASSWORD = "correct horse battery"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@pytest.fixture
def served(tmp_path, postgresql_url, redis_url):
    """Return the address of a provider with two workers, and a client of it."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("IDP_")},
        "IDP_ISSUER": issuer,
        "IDP_SECRETS_DIR": str(tmp_path / "secrets"),
        "IDP_DATABASE__URL": postgresql_url,
        "IDP_STORE__URL": redis_url,
    }

    def idp(*arguments, stdin=""):
        done = subprocess.run(
            [sys.executable, "-m", "idp", *arguments],
            cwd=ROOT,
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    idp("secrets", "create")
    idp("db", "upgrade")
    idp("keys", "rotate")
    idp(
        *("person", "create", "--name", "张三丰", "--document-type", "resident_id"),
        *("--document-number", "330000199001010014", "--username", "zhangsanfeng"),
        "--password-stdin",
        stdin=PASSWORD + "\n",
    )
    client = json.loads(idp("client", "create", "--name", "RP", "--redirect-uri", REDIRECT_URI, "--json"))
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "idp", "serve", "--port", str(port), "--workers", "2"],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=log,
        )
    deadline = monotonic() + 30
    while not answers(issuer) and monotonic() < deadline:
        Event().wait(0.1)
    yield issuer, client
    server.send_signal(signal.SIGTERM)
    assert server.wait(20) == 0


def answers(issuer):
    try:
        return requests.get(f"{issuer}/health/ready", timeout=2).ok
    except requests.ConnectionError:
        return False


def visit(issuer, client):
    query = {
        "client_id": client["client_id"],
        "redirect_uri": REDIRECT_URI,
        "response_type": "code",
        "scope": "openid profile",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    # A connection a request, so that the kernel spreads the steps over both workers.
    cookies = requests.cookies.RequestsCookieJar()

    def step(method, path, **form):
        reply = requests.request(
            method,
            f"{issuer}{path}",
            data=form,
            cookies=cookies,
            allow_redirects=False,
            timeout=10,
        )
        cookies.update(reply.cookies)
        return reply

    page = step("GET", f"/authorize?{urlencode(query)}").headers["Location"]
    hidden = dict(HIDDEN.findall(step("GET", page).text))
    step("POST", f"{page}/sign-in", **hidden, username="zhangsanfeng", password=PASSWORD)
    shown = step("GET", page)
    if shown.status_code == 200:
        hidden = dict(HIDDEN.findall(shown.text))
        shown = step("POST", f"{page}/consent", **hidden, decision="allow")
    return parse_qs(urlsplit(shown.headers["Location"]).query)["code"][0]


def test_every_step_may_reach_another_worker(served):
    issuer, client = served
    pair = b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    for _ in range(8):
        reply = requests.post(
            f"{issuer}/token",
            data={
                "grant_type": "authorization_code",
                "code": visit(issuer, client),
                "redirect_uri": REDIRECT_URI,
                "code_verifier": VERIFIER,
            },
            headers={"Authorization": f"Basic {pair}"},
            timeout=10,
        )
        assert reply.status_code == 200, reply.text
        told = requests.get(
            f"{issuer}/userinfo",
            headers={"Authorization": f"Bearer {reply.json()['access_token']}"},
            timeout=10,
        )
        assert told.json()["name"] == "张**"
