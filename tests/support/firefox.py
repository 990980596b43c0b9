"""Firefox as it comes, spoken to by WebDriver BiDi, which it serves without a driver."""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

from tests.support.patience import wait_until

LISTENS = re.compile(r"ws://\S+")
MOST_BYTES = 1 << 24
# Whatever is not on this machine is asked of a proxy that is not there: no page and no service of the
# browser's own causes a connection.
SETTINGS = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.failover_direct": False,
    "network.dns.disabled": False,
    "network.http.http3.enable": False,
    "app.update.enabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.server": "",
    "services.settings.server": "",
    "intl.accept_languages": "zh-CN, zh",
}
SECONDS = 60


class Firefox:
    """One window; scripts are expressions, and what they say is JSON."""

    def __init__(self, line: ClientConnection) -> None:
        """Begin a session."""
        self._line = line
        self._numbers = count(1)
        self._call("session.new", capabilities={})
        self._window = self._call("browsingContext.getTree")["contexts"][0]["context"]

    def preload(self, script: str) -> None:
        """Run *script* in every page before its own."""
        self._call("script.addPreloadScript", functionDeclaration=f"() => {{ {script} }}")

    def open(self, url: str) -> None:
        """Go to *url*, and wait until it is there."""
        self._call("browsingContext.navigate", context=self._window, url=url, wait="complete")

    def run(self, expression: str) -> Any:
        """Return what *expression* says on the page."""
        told = self._call(
            "script.evaluate",
            expression=f"JSON.stringify({expression}) ?? 'null'",
            target={"context": self._window},
            awaitPromise=False,
        )
        assert told["type"] == "success", told
        return json.loads(told["result"]["value"])

    def has(self, selector: str) -> bool:
        """Say whether something that *selector* finds can be seen, on a page whose scripts have run."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})]"
        seen = f"{found}.some((each) => each.checkVisibility())"
        try:
            return bool(self.run(f'document.readyState === "complete" && {seen}'))
        except AssertionError:
            # The page is about to be another.
            return False

    def wait_for(self, selector: str) -> None:
        """Wait until something that *selector* finds can be seen."""
        wait_until(lambda: self.has(selector))

    def click(self, selector: str) -> None:
        """Click on what *selector* finds, once it is there."""
        self.wait_for(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def fill(self, selector: str, text: str) -> None:
        """Type *text* into what *selector* finds, once it is there."""
        self.wait_for(selector)
        self.run(f"document.querySelector({json.dumps(selector)}).value = {json.dumps(text)}")

    def close(self) -> None:
        """End the browser."""
        self._call("browser.close")

    def _call(self, method: str, **params: Any) -> dict[str, Any]:
        number = next(self._numbers)
        self._line.send(json.dumps({"id": number, "method": method, "params": params}))
        while True:
            said = json.loads(self._line.recv(timeout=SECONDS))
            if said.get("id") == number:
                assert said["type"] == "success", said
                return dict(said["result"])


@contextmanager
def running_firefox(program: Path, folder: Path) -> Iterator[Firefox]:
    """Start Firefox without a window on the screen, with a profile of its own in *folder*; end it."""
    folder.mkdir()
    settings = (f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in SETTINGS.items())
    (folder / "user.js").write_text("\n".join(settings), "utf-8")
    command = [
        str(program),
        "--headless",
        "--no-remote",
        "--profile",
        str(folder),
        "--remote-debugging-port",
        "0",
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stderr is not None
            address = next(found[0] for line in process.stderr if (found := LISTENS.search(line)))
            with connect(f"{address}/session", max_size=MOST_BYTES, proxy=None) as line:
                browser = Firefox(line)
                yield browser
                browser.close()
        finally:
            process.send_signal(signal.SIGTERM)
