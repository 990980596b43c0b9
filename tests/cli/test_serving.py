"""``idp serve`` as a process: what it says, and TLS without a proxy in front."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import ssl
import subprocess
import sys
from contextlib import ExitStack
from functools import partial

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec

from tests.liveness.faces import observer
from tests.support.operator import ROOT, Operator
from tests.support.patience import PATIENCE_SECONDS, wait_until
from tests.support.ports import free_port
from tests.support.tls import make_tls_files, pem_of


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """Return a folder with secrets, tables and a key, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    Operator(folder).prepare()
    return folder


@pytest.fixture
def folder(prepared, tmp_path):
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return tmp_path


@pytest.fixture
def files(tmp_path):
    return make_tls_files(tmp_path)


def tls_options(files):
    return ("--tls-cert", str(files.certificate), "--tls-key", str(files.key))


def test_one_line_says_who_is_served_where(folder):
    port = free_port()

    with Operator(folder, IDP_ISSUER="https://login.example").serving(port) as said:
        pass

    assert said.read_text() == f"Serving https://login.example at http://127.0.0.1:{port}.\n"


def test_cookies_over_tls_are_bound_to_the_host_and_never_sent_in_the_clear(folder, files):
    port = free_port()
    issuer = f"https://localhost:{port}"
    operator = Operator(folder, IDP_ISSUER=issuer)
    client = operator.register("Portal", "--redirect-uri", "https://portal.example/cb")
    query = {
        "client_id": client["client_id"],
        "redirect_uri": "https://portal.example/cb",
        "response_type": "code",
        "scope": "openid",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }

    with (
        operator.serving(port, *tls_options(files), trust=files.authority) as said,
        requests.Session() as browser,
    ):
        browser.trust_env = False  # what other programs on this machine trust is not meant
        browser.verify = str(files.authority)
        begun = browser.get(f"{issuer}/authorize", params=query, allow_redirects=False, timeout=10)
        page = browser.get(issuer + begun.headers["Location"], timeout=10)

    assert said.read_text() == f"Serving {issuer} at https://127.0.0.1:{port}.\n"
    cookies = [begun.headers["Set-Cookie"], page.headers["Set-Cookie"]]
    assert [cookie.partition("=")[0] for cookie in cookies] == ["__Host-tx_browser", "__Host-tx_form"]
    for cookie in cookies:
        attributes = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes
        assert "Domain" not in cookie
    assert page.headers["Strict-Transport-Security"].startswith("max-age=")


def test_tls_is_spoken_from_version_1_2_on_and_nothing_else(folder, files):
    port = free_port()
    operator = Operator(folder, IDP_ISSUER=f"https://localhost:{port}")

    def version(highest):
        context = ssl.create_default_context(cafile=files.authority)
        context.maximum_version = highest
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as wire,
            context.wrap_socket(wire, server_hostname="localhost") as spoken,
        ):
            return spoken.version()

    with operator.serving(port, *tls_options(files), trust=files.authority):
        assert version(ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
        assert version(ssl.TLSVersion.TLSv1_3) == "TLSv1.3"
        with pytest.raises(requests.ConnectionError):
            requests.get(f"http://localhost:{port}/health/live", timeout=10)


@pytest.mark.parametrize("option", ["--tls-cert", "--tls-key"])
def test_one_tls_file_without_the_other_is_a_mistake(folder, files, option):
    done = Operator(folder).attempt("serve", option, str(files.certificate))

    assert (done.returncode, done.stderr) == (2, "TLS needs both --tls-cert and --tls-key.\n")


def test_a_tls_file_that_is_not_there_is_named(folder, files):
    done = Operator(folder).attempt(
        "serve", "--tls-cert", str(files.certificate), "--tls-key", str(folder / "lost.key")
    )

    assert (done.returncode, done.stderr) == (1, "The file lost.key cannot be read.\n")


def test_a_key_of_another_certificate_is_refused(folder, files):
    files.key.write_bytes(pem_of(ec.generate_private_key(ec.SECP256R1())))

    done = Operator(folder).attempt("serve", *tls_options(files))

    assert (done.returncode, done.stderr) == (
        1,
        "The certificate and the key do not belong together.\n",
    )


@pytest.mark.parametrize(
    "key", [b"nothing of the kind", pem_of(ec.generate_private_key(ec.SECP256R1()), b"hunter2")]
)
def test_a_key_that_cannot_be_used_is_refused_without_a_question(folder, files, key):
    files.key.write_bytes(key)

    done = Operator(folder).attempt("serve", *tls_options(files))

    assert (done.returncode, done.stderr) == (
        1,
        "The certificate or the key cannot be used: both must be PEM, the key without a password.\n",
    )


def test_a_signal_to_the_whole_group_stops_everything(folder):
    for _ in range(4):
        port = free_port()
        server = subprocess.Popen(
            [sys.executable, "-m", "idp", "serve", "--port", str(port)],
            cwd=ROOT,
            env=Operator(folder).environment,
            start_new_session=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(partial(answers, port))

        os.killpg(server.pid, signal.SIGTERM)

        server.wait(PATIENCE_SECONDS)


def answers(port):
    try:
        return requests.get(f"http://localhost:{port}/health/live", timeout=2).ok
    except requests.ConnectionError:
        return False


def test_senders_that_never_finish_hold_up_no_one_but_other_senders(folder):
    port = free_port()
    half = b"POST /token HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\ngrant"
    with (
        Operator(folder, IDP_SERVER__THREADS="4").serving(port),
        ExitStack() as senders,
    ):
        for _ in range(8):
            sender = senders.enter_context(socket.create_connection(("127.0.0.1", port)))
            sender.sendall(half)

        token = f"http://localhost:{port}/token"
        wait_until(lambda: requests.post(token, data={"a": "b"}, timeout=9).status_code == 503)
        assert requests.get(f"http://localhost:{port}/health/live", timeout=5).ok
        assert requests.get(f"http://localhost:{port}/jwks", timeout=5).ok


@pytest.mark.parametrize("command", [("serve",), ("jobs", "run", "--once")])
def test_a_database_of_an_older_version_is_not_worked_on(folder, command):
    with sqlite3.connect(folder / "idp.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0001'")
    database.close()

    done = Operator(folder).attempt(*command)

    assert done.returncode == 1
    assert done.stderr.startswith("The database is at 0001 and this program needs 0")
    assert done.stderr.endswith("run `idp db upgrade` first.\n")


def test_an_upgrade_makes_the_keys_that_a_newer_version_signs_with(folder):
    with sqlite3.connect(folder / "idp.db") as database:
        database.execute("DELETE FROM signing_key WHERE algorithm <> 'RS256'")
    database.close()
    operator = Operator(folder)
    before = {key["kid"] for key in json.loads(operator("keys", "list", "--json"))}

    operator("db", "upgrade")

    keys = json.loads(operator("keys", "list", "--json"))
    assert {key["algorithm"] for key in keys} == {"RS256", "PS256", "ES256", "EdDSA"}
    assert {key["kid"] for key in keys if key["algorithm"] == "RS256"} == before


def test_an_http_issuer_is_not_served_over_tls(folder, files):
    done = Operator(folder, IDP_ISSUER="http://localhost:8000").attempt("serve", *tls_options(files))

    assert (done.returncode, done.stderr) == (
        1,
        "The issuer is http: set IDP_ISSUER to the https address that people use.\n",
    )


def test_faces_are_not_served_without_models(folder):
    operator = Operator(folder, IDP_FACES__ENABLED="true", IDP_FACES__MODELS=str(folder))

    refused = operator.attempt("serve", "--port", str(free_port()))

    assert refused.returncode == 3
    assert "The models of the face check are missing: run `liveness models fetch`." in refused.stderr


def test_who_judges_faces_starts_and_ends_with_the_server(folder):
    observer()
    operator = Operator(folder, IDP_FACES__ENABLED="true", TMPDIR=str(folder))

    with operator.serving(free_port()):
        # The folder of the pool's sockets.
        [pool] = folder.glob("liveness-*")

    wait_until(lambda: not pool.exists())
