"""The demo's life: started twice, disturbed, stopped."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from threading import Event
from time import monotonic

from tests.support.demo import running_demo
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]


def is_open(address):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", int(address.rpartition(":")[2]))) == 0


def test_it_keeps_people_and_passwords_over_a_restart_and_leaves_nothing_running(tmp_path):
    with running_demo(tmp_path) as first:
        addresses = [first.issuer, *(portal["url"] for portal in first.document["portals"])]
        assert all(map(is_open, addresses))
        assert {account["level"] for account in first.document["accounts"]} == {"l1", "l2", "l3", "l4"}
    assert first.process.returncode == 0
    assert not any(map(is_open, addresses))

    with running_demo(tmp_path) as second:
        assert second.document["accounts"] == first.document["accounts"]

    assert (tmp_path / "demo.json").stat().st_mode & 0o077 == 0
    assert (tmp_path / "demo.log").stat().st_mode & 0o077 == 0


def test_lost_passwords_are_made_anew(tmp_path):
    with running_demo(tmp_path) as first:
        before = first.account()["password"]
    (tmp_path / "demo.json").unlink()

    with running_demo(tmp_path) as second:
        assert second.account()["password"] != before
        assert second.account()["username"] == first.account()["username"]


def test_it_stops_everything_when_it_is_told_to_end(tmp_path):
    with running_demo(tmp_path) as demo:
        demo.process.send_signal(signal.SIGTERM)
        demo.process.wait(20)

        assert demo.process.returncode == 0
        assert not is_open(demo.issuer)
        assert not is_open(demo.portal(0))


def start(folder, port, **settings):
    environment = os.environ | {
        "IDP_SECRETS_DIR": str(folder / "secrets"),
        "IDP_DATABASE__URL": f"sqlite:///{folder}/idp.db",
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "idp", "demo", "--port", str(port)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_taken_port_is_one_plain_sentence(tmp_path):
    port = free_port(row=5)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port + 2))
        taken.listen()

        done = start(tmp_path, port)

    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port + 2} is taken")
    assert done.stderr.count("\n") == 1


def test_a_folder_that_cannot_be_made_is_one_plain_sentence(tmp_path):
    (tmp_path / "var").write_text("a file where the folder should be")

    done = start(tmp_path / "var", free_port(row=5))

    assert done.returncode == 1
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_program_that_dies_ends_the_demo_with_a_sentence(tmp_path):
    with running_demo(tmp_path) as demo:
        children = Path(f"/proc/{demo.process.pid}/task/{demo.process.pid}/children").read_text()
        os.kill(int(children.split()[-1]), signal.SIGKILL)
        deadline = monotonic() + 20
        while demo.process.poll() is None and monotonic() < deadline:
            Event().wait(0.1)

        assert demo.process.returncode == 1
        assert "ended unexpectedly" in demo.output.read_text("utf-8")
        assert not is_open(demo.issuer)


def test_the_document_says_where_everything_is(tmp_path):
    with running_demo(tmp_path):
        document = json.loads((tmp_path / "demo.json").read_text("utf-8"))

    assert set(document) == {"issuer", "portals", "accounts"}
    assert all(set(portal) == {"name", "url"} for portal in document["portals"])
    assert all(set(account) == {"username", "password", "name", "level"} for account in document["accounts"])
