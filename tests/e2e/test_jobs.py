"""The jobs beside a real server: notices arrive, and everything stops together."""

import json
import os
import re
import signal
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from flask import Flask, request

from tests.support.listening import listening
from tests.support.patience import PATIENCE_SECONDS, wait_until
from tests.support.ports import free_port
from tests.support.relying_party import claims_of

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
CHALLENGE = "7w_YNF9DSfIdPf_pRjSq646_kPr-2-o9NAl16JGghdM"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


class Site:
    """A provider's settings, and its commands."""

    def __init__(self, folder, **settings):
        self.port = free_port(row=2)
        self.issuer = f"http://localhost:{self.port}"
        self.portal = f"http://127.0.0.1:{self.port + 1}"
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("IDP_")},
            "IDP_ISSUER": self.issuer,
            "IDP_SECRETS_DIR": str(folder / "secrets"),
            "IDP_DATABASE__URL": f"sqlite:///{folder}/idp.db",
            "IDP_JOBS__PAUSE_SECONDS": "1",
            **settings,
        }

    def idp(self, *arguments, stdin=""):
        done = subprocess.run(
            [sys.executable, "-m", "idp", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def set_up(self):
        self.idp("secrets", "create")
        self.idp("db", "upgrade")
        self.idp("keys", "rotate")
        self.idp(
            *("person", "create", "--name", "张三丰", "--document-type", "resident_id"),
            *("--document-number", "330000199001010014", "--username", "zhangsanfeng"),
            "--password-stdin",
            stdin=PASSWORD + "\n",
        )
        file = self.folder / "client.json"
        metadata = {
            "client_id": "portal",
            "client_name": "Portal",
            "redirect_uris": [f"{self.portal}/cb"],
            "backchannel_logout_uri": f"{self.portal}/ended",
        }
        file.write_text(json.dumps(metadata))
        self.idp("client", "import", str(file))

    @contextmanager
    def served(self):
        with (self.folder / "log").open("ab") as log:
            server = subprocess.Popen(
                [sys.executable, "-m", "idp", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            wait_until(self._answers)
            yield server
        finally:
            if server.poll() is None:
                server.terminate()
                server.wait(PATIENCE_SECONDS)
            with suppress(ProcessLookupError):
                # A server that was killed leaves its worker behind.
                os.killpg(server.pid, signal.SIGKILL)

    def sign_in_and_out(self):
        session = requests.Session()
        query = {
            "client_id": "portal",
            "redirect_uri": f"{self.portal}/cb",
            "response_type": "code",
            "scope": "openid",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        shown = session.get(f"{self.issuer}/authorize?{urlencode(query)}", timeout=10)
        page = f"{self.issuer}{urlsplit(shown.url).path}"
        form = dict(HIDDEN.findall(shown.text)) | {"username": "zhangsanfeng", "password": PASSWORD}
        shown = session.post(f"{page}/sign-in", data=form, timeout=10)
        form = dict(HIDDEN.findall(shown.text)) | {"decision": "allow"}
        session.post(f"{page}/consent", data=form, timeout=10, allow_redirects=False)
        form = dict(HIDDEN.findall(session.get(self.issuer, timeout=10).text))
        session.post(f"{self.issuer}/sign-out", data=form, timeout=10)

    def deliveries(self):
        return json.loads(self.idp("client", "deliveries", "portal", "--json"))

    def _answers(self):
        try:
            return requests.get(f"{self.issuer}/health/ready", timeout=2).ok
        except requests.ConnectionError:
            return False


def jobs_of(server):
    """Return the process ids of the jobs that the server started."""
    # Each thread has children of its own.
    threads = Path(f"/proc/{server.pid}/task").glob("*/children")
    children = [int(pid) for thread in threads for pid in thread.read_text().split()]
    return [pid for pid in children if b"jobs" in _command(pid)]


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""


def is_running(pid):
    status = Path(f"/proc/{pid}/stat")
    return status.exists() and status.read_text().rpartition(")")[2].split()[0] != "Z"


@pytest.fixture
def site(tmp_path):
    made = Site(tmp_path)
    made.set_up()
    return made


def test_the_server_tries_to_deliver_by_itself(site):
    with site.served():
        site.sign_in_and_out()

        wait_until(lambda: site.deliveries()[0]["attempts"] > 0)

    [delivery] = site.deliveries()
    assert (delivery["state"], delivery["last_status"]) == ("waiting", None)


def test_a_notice_arrives_at_the_portal(tmp_path):
    posted = []
    portal = Flask("portal")

    @portal.post("/ended")
    def ended():
        posted.append(request.form["logout_token"])
        return ""

    site = Site(tmp_path)
    site.environment["IDP_HTTP__ALLOW"] = urlsplit(site.portal).netloc
    site.set_up()
    with site.served(), listening(portal, site.port + 1):
        site.sign_in_and_out()
        wait_until(lambda: site.deliveries()[0]["state"] == "delivered")

    assert claims_of(posted[0])["aud"] == "portal"
    assert len(posted) == 1


def test_a_termination_stops_the_jobs_too(site):
    with site.served() as server:
        wait_until(lambda: jobs_of(server))
        [jobs] = jobs_of(server)

        server.send_signal(signal.SIGTERM)

        assert server.wait(PATIENCE_SECONDS) == 0
        assert not is_running(jobs)


def test_the_jobs_end_when_the_server_is_killed(site):
    with site.served() as server:
        wait_until(lambda: jobs_of(server))
        [jobs] = jobs_of(server)

        server.kill()
        server.wait(PATIENCE_SECONDS)

        wait_until(lambda: not is_running(jobs))


def test_jobs_that_were_killed_start_again(site):
    with site.served() as server:
        wait_until(lambda: jobs_of(server))
        [killed] = jobs_of(server)

        os.kill(killed, signal.SIGKILL)

        wait_until(lambda: jobs_of(server) not in ([], [killed]))
        site.sign_in_and_out()
        wait_until(lambda: site.deliveries()[0]["attempts"] > 0)

    assert "The jobs ended unexpectedly; they start again in 5 seconds." in (site.folder / "log").read_text()


def test_they_can_run_elsewhere(tmp_path):
    site = Site(tmp_path, IDP_JOBS__EMBEDDED="false")
    site.set_up()
    with site.served() as server:
        assert jobs_of(server) == []
        site.sign_in_and_out()

        said = site.idp("jobs", "run", "--once")

    *done, bound = said.splitlines()
    assert done == ["expire sessions: 0", "deliver logouts: 1", "erase people: 0", "purge: 0"]
    # How many events there were by then is another test's.
    assert bound.startswith("chain audit: ")


def test_the_jobs_alone_stop_when_they_are_told_to(site):
    jobs = subprocess.Popen([sys.executable, "-m", "idp", "jobs", "run"], cwd=ROOT, env=site.environment)
    wait_until(lambda: signal.SIGTERM in caught(jobs.pid))

    jobs.terminate()

    assert jobs.wait(PATIENCE_SECONDS) == 0


def caught(pid):
    """Return the signals that a process handles itself."""
    [mask] = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "SigCgt" in line]
    bits = int(mask.split()[1], 16)
    return {number for number in signal.Signals if bits >> (number - 1) & 1}
