"""Several workers behind one port share people, sessions, visits and codes."""

import os
import re
import signal
from base64 import b64encode
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from tests.support.operator import Operator
from tests.support.patience import wait_until
from tests.support.ports import free_port
from tests.support.provider import PASSWORD

REDIRECT_URI = "http://localhost:1/cb"
VERIFIER = "v" * 43
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@pytest.fixture
def port():
    return free_port()


@pytest.fixture
def operator(tmp_path, port, postgresql_url, redis_url):
    made = Operator(
        tmp_path,
        IDP_ISSUER=f"http://localhost:{port}",
        IDP_DATABASE__URL=postgresql_url,
        IDP_STORE__URL=redis_url,
    )
    made.prepare()
    return made


@pytest.fixture
def served(operator, port):
    """Return the address of a provider with two workers, and a client of it."""
    operator.enter()
    client = operator.register("RP", "--redirect-uri", REDIRECT_URI)
    with operator.serving(port, "--workers", "2"):
        yield f"http://localhost:{port}", client


class Visit:
    """A browser's visit, a connection a request, so that the kernel spreads the steps over all workers."""

    def __init__(self, issuer, client):
        self.issuer = issuer
        self.cookies = requests.cookies.RequestsCookieJar()
        query = {
            "client_id": client["client_id"],
            "redirect_uri": REDIRECT_URI,
            "response_type": "code",
            "scope": "openid profile",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        self.page = self.step("GET", f"/authorize?{urlencode(query)}").headers["Location"]

    def step(self, method, path, **form):
        reply = requests.request(
            method,
            f"{self.issuer}{path}",
            data=form,
            cookies=self.cookies,
            allow_redirects=False,
            timeout=20,
        )
        self.cookies.update(reply.cookies)
        return reply

    def hidden(self):
        return dict(HIDDEN.findall(self.step("GET", self.page).text))

    def sign_in(self, hidden):
        return self.step("POST", f"{self.page}/sign-in", **hidden, username="zhangsanfeng", password=PASSWORD)

    def code(self):
        self.sign_in(self.hidden())
        shown = self.step("GET", self.page)
        if shown.status_code == 200:
            shown = self.step("POST", f"{self.page}/consent", **self.hidden(), decision="allow")
        return parse_qs(urlsplit(shown.headers["Location"]).query)["code"][0]


def test_every_step_may_reach_another_worker(served):
    issuer, client = served
    pair = b64encode(f"{client['client_id']}:{client['client_secret']}".encode()).decode()
    for _ in range(8):
        reply = requests.post(
            f"{issuer}/token",
            data={
                "grant_type": "authorization_code",
                "code": Visit(issuer, client).code(),
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


def processes_on(port):
    """Return the process that was started to serve on *port*, and the workers that it started."""
    found = {}
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if b"serve" in words and str(port).encode() in words:
            found[int(folder.name)] = int(parent)
    [main] = [process for process, parent in found.items() if parent not in found]
    return main, {process for process, parent in found.items() if parent == main}


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="There is one core alone.")
@pytest.mark.parametrize("pinned", [True, False])
def test_each_worker_stays_on_a_core_of_its_own_where_that_is_wanted(operator, port, pinned):
    operator.environment |= {"IDP_SERVER__PIN_WORKERS": str(pinned), "IDP_JOBS__EMBEDDED": "false"}

    with operator.serving(port, "--workers", "2"):
        requests.get(f"http://localhost:{port}/jwks", timeout=10)
        # The server's own threads are there by now, and inherit what their worker was given.
        threads = [
            [os.sched_getaffinity(int(task.name)) for task in Path(f"/proc/{each}/task").iterdir()]
            for each in processes_on(port)[1]
        ]

    cores = {frozenset(core) for each in threads for core in each}
    assert len(threads) == 2
    assert all(len(core) == 1 for core in cores) is pinned
    assert len(cores) == (2 if pinned else 1)


def test_a_disabled_client_is_refused_by_every_worker_within_two_seconds(served, operator):
    issuer, _ = served
    client = operator.register("API", "--grant-type", "client_credentials", "--scope", "fund:read")

    def answers():
        # A connection a request: the kernel spreads them over both workers, each with a cache of its own.
        form, pair = {"grant_type": "client_credentials"}, (client["client_id"], client["client_secret"])
        replies = [requests.post(f"{issuer}/token", data=form, auth=pair, timeout=10) for _ in range(16)]
        return {reply.status_code for reply in replies}

    assert answers() == {200}
    operator("client", "disable", client["client_id"])
    Event().wait(2)

    assert answers() == {401}


def test_no_request_is_lost_while_the_workers_are_renewed(served, port):
    issuer, _ = served
    main, before = processes_on(port)
    over = Event()

    def ask_on():
        seen: Counter[str] = Counter()
        while not over.is_set():
            try:
                seen[requests.get(f"{issuer}/jwks", timeout=10).reason] += 1
            except requests.RequestException as error:
                seen[type(error).__name__] += 1
            over.wait(0.01)
        return seen

    def are_renewed():
        workers = processes_on(port)[1]
        return len(workers) == 2 and before.isdisjoint(workers)

    with ThreadPoolExecutor(4) as callers:
        asked = [callers.submit(ask_on) for _ in range(4)]
        os.kill(main, signal.SIGHUP)
        wait_until(are_renewed)
        over.set()
        seen = sum((each.result() for each in asked), Counter[str]())

    assert set(seen) == {"OK"}
    assert seen["OK"] > 100


def test_who_is_being_answered_when_the_server_stops_is_answered_to_the_end(tmp_path, port):
    issuer = f"http://localhost:{port}"
    # A password then takes about a second.
    operator = Operator(tmp_path, IDP_ISSUER=issuer, IDP_PASSWORDS__ITERATIONS="100")
    operator.prepare()
    operator.enter()
    client = operator.register("RP", "--redirect-uri", REDIRECT_URI)

    with ThreadPoolExecutor(1) as person:
        with operator.serving(port):
            visit = Visit(issuer, client)
            hidden = visit.hidden()
            running = person.submit(visit.sign_in, hidden)
            Event().wait(0.3)
            assert not running.done()

        # The server has ended.
        assert running.result().status_code == 303
