"""Several workers behind one port share people, sessions, visits and codes."""

import os
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.support.operator import Operator
from tests.support.ports import free_port
from tests.support.provider import PASSWORD

REDIRECT_URI = "http://localhost:1/cb"
VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@pytest.fixture
def served(tmp_path, postgresql_url, redis_url):
    """Return the address of a provider with two workers, and a client of it."""
    port = free_port()
    issuer = f"http://localhost:{port}"
    operator = Operator(
        tmp_path, IDP_ISSUER=issuer, IDP_DATABASE__URL=postgresql_url, IDP_STORE__URL=redis_url
    )
    operator.prepare()
    operator.enter()
    client = operator.register("RP", "--redirect-uri", REDIRECT_URI)
    with operator.serving(port, "--workers", "2"):
        yield issuer, client


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


def workers_on(port):
    """Return the processes that serve on *port*, without the one that started them."""
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if b"serve" in words and str(port).encode() in words:
            found[int(folder.name)] = int(parent)
    return [process for process, parent in found.items() if parent in found]


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="There is one core alone.")
@pytest.mark.parametrize("pinned", [True, False])
def test_each_worker_stays_on_a_core_of_its_own_where_that_is_wanted(
    tmp_path, postgresql_url, redis_url, pinned
):
    port = free_port()
    operator = Operator(
        tmp_path,
        IDP_ISSUER=f"http://localhost:{port}",
        IDP_DATABASE__URL=postgresql_url,
        IDP_STORE__URL=redis_url,
        IDP_SERVER__PIN_WORKERS=str(pinned),
        IDP_JOBS__EMBEDDED="false",
    )
    operator.prepare()

    with operator.serving(port, "--workers", "2"):
        requests.get(f"http://localhost:{port}/jwks", timeout=10)
        # The server's own threads are there by now, and inherit what their worker was given.
        threads = [
            [os.sched_getaffinity(int(task.name)) for task in Path(f"/proc/{each}/task").iterdir()]
            for each in workers_on(port)
        ]

    cores = {frozenset(core) for each in threads for core in each}
    assert len(threads) == 2
    assert all(len(core) == 1 for core in cores) is pinned
    assert len(cores) == (2 if pinned else 1)
