"""The face check in Firefox: it asks, sends frames and takes the person back as in Chromium."""

from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from flask import Flask

from idp.app.faces import FaceNeighbours
from idp.domain.faces import Guidance
from tests.e2e.test_face import CAMERA, PROVED
from tests.support import found
from tests.support.clock import RunningClock
from tests.support.faces import BLINK, DONE, LEFT, STRAIGHT, Judges, References
from tests.support.firefox import running_firefox
from tests.support.listening import listening
from tests.support.patience import wait_until
from tests.support.ports import free_port
from tests.support.provider import PASSWORD
from tests.support.relying_party import Visit
from tests.support.transactions import open_with_types, register, transfer, written


@dataclass
class Prompted(Judges):
    """Say what the test has them say now: a window that is asked from outside may be slow to answer."""

    now: Guidance = STRAIGHT

    def push(self, seat, frames):
        """Say it."""
        super().push(seat, frames)
        return self.now


@pytest.fixture
def ports():
    return FaceNeighbours(Prompted(), References())


@pytest.fixture
def port():
    return free_port(row=2)


@pytest.fixture
def provider(tmp_path, port, ports):
    opened = open_with_types(tmp_path, issuer=f"http://localhost:{port}", judging=ports, clock=RunningClock())
    with listening(opened.house.app, port):
        yield opened


@pytest.fixture
def asked(provider, port):
    app = Flask("centre")
    app.add_url_rule("/cb", view_func=lambda: "back at the centre")
    with listening(app, port + 1):
        client = register(provider, redirect_uris=[f"http://localhost:{port + 1}/cb"])
        query = Visit(client).params(authorization_details=written(transfer(type=PROVED)))
        yield f"http://localhost:{port}/authorize?{urlencode(query)}"


@pytest.fixture
def firefox(tmp_path):
    with running_firefox(found.require("firefox"), tmp_path / "profile") as running:
        yield running


def come_to_check(firefox, asked):
    firefox.open(asked)
    firefox.fill("[name=username]", "zhangsanfeng")
    firefox.fill("[name=password]", PASSWORD)
    firefox.click("form[novalidate] [type=submit]")
    firefox.click("button[value=allow]")
    firefox.click("button[value=confirm]")
    firefox.click("a[href$='/face']")
    firefox.click("button[value=agree]")
    firefox.wait_for("[data-state=ready] [data-start]")


def test_a_person_follows_the_sentences_and_is_taken_back(provider, asked, ports, firefox):
    firefox.preload(CAMERA)
    come_to_check(firefox, asked)

    firefox.click("[data-state=ready] [data-start]")
    for guidance, sign in ((LEFT, "turn_left"), (BLINK, "blink")):
        ports.judges.now = guidance
        firefox.wait_for(f"[data-sign={sign}]")
    ports.judges.now = DONE

    wait_until(lambda: "/cb?" in firefox.run("location.href"))
    proved = [details["amr"] for kind, details in provider.events() if kind == "TransactionProved"]
    assert proved == [["face"]]
    assert ports.judges.times == sorted(ports.judges.times)
    assert len(ports.judges.times) >= 9


def test_without_a_camera_it_says_so_and_offers_another_way(asked, ports, firefox):
    come_to_check(firefox, asked)

    firefox.click("[data-state=ready] [data-start]")

    # Without anybody to allow it, and without a camera, Firefox gives none.
    wait_until(lambda: firefox.has("[data-state=denied]") or firefox.has("[data-state=absent]"))
    assert "使用其他方式" in firefox.run("document.body.innerText")
    assert ports.judges.asked == []
