"""The portals as programs and in a browser."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from tests.examples.stub import CLIENT_ID, CLIENT_SECRET
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
MODULES = ["examples.zhejiang", "examples.guangdong", "examples.housing_fund"]


def environment_for(stub, url):
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith("RP_")},
        "RP_ISSUER": stub.issuer,
        "RP_CLIENT_ID": CLIENT_ID,
        "RP_CLIENT_SECRET": CLIENT_SECRET,
        "RP_URL": url,
        "RP_SECRET_KEY": "k" * 32,
    }


@contextmanager
def running(module, stub) -> Iterator[tuple[subprocess.Popen[str], str]]:
    url = f"http://localhost:{free_port()}"
    program = subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=ROOT,
        env=environment_for(stub, url),
        stderr=subprocess.PIPE,
        text=True,
    )
    with program:
        # The program says its address as soon as it listens.
        line = program.stderr.readline()
        assert url in line
        try:
            yield program, url
        finally:
            program.kill()


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_portal_serves_and_stops_within_a_second(stub, module, number):
    with running(module, stub) as (program, url):
        with requests.get(url, timeout=5) as reply:
            status = reply.status_code
        began = time.monotonic()
        program.send_signal(number)
        code = program.wait(5)

        assert (status, code) == (200, 0)
        assert time.monotonic() - began < 1
        assert program.stderr.read() == ""


def test_a_portal_without_settings_says_what_it_needs():
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RP_")}

    ended = subprocess.run(
        [sys.executable, "-m", "examples.zhejiang"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr == (
        "Set RP_ISSUER, RP_CLIENT_ID, RP_CLIENT_SECRET, RP_URL, RP_SECRET_KEY in the environment.\n"
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_a_browser_signs_in_and_out_without_a_complaint(stub, page, width):
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.set_viewport_size({"width": width, "height": 800})

    with running("examples.zhejiang", stub) as (_, url):
        page.goto(url)
        page.get_by_role("link", name="统一身份认证登录").click()
        page.wait_for_url(f"{url}/")
        page.get_by_role("heading", name="您好，张三丰").wait_for()
        for summary in page.locator("summary").all():
            summary.click()
        overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        page.get_by_role("link", name="退出登录").click()
        page.get_by_text("您已安全退出").wait_for()
        page.goto("about:blank")

    assert overflow <= 0
    assert complaints == []
