"""Measure fifty face checks that begin at once, and sign-ins meanwhile: ``python -m bench.rush``.

The provider is served as an operator would, on PostgreSQL and Redis, with the real pool. Browsers send
frames of a clip three at a time, as the page does. The clients use the cores of what they ask.
"""

import hashlib
import hmac
import re
import struct
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event
from time import monotonic
from urllib.parse import urlencode, urljoin

import click
import requests

from bench.cpu import children, used
from bench.faces import BATCH, CLIP, RATE, RUSH, frames_of_clip
from bench.systems import servers
from idp.domain.documents import check_digit
from liveness.models.store import Store
from tests.support.operator import Operator
from tests.support.ports import free_port
from tests.support.provider import PASSWORD, REDIRECT_URI
from tests.support.register import KEY
from tests.support.servers import LOOPBACK
from tests.support.transactions import KINDS, TYPES, transfer, written

PROVED = KINDS[3]
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
PLENTY = "1000000 per minute"
#: Sign-ins alone, before the rush; and the longest that a check may take.
SIGN_INS, LONGEST = 30, 60.0
#: One signs in again and again.
PEOPLE = RUSH + 1
# RFC 7636 appendix B
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


@dataclass
class Rush:
    """What the browsers saw: seconds of answers, and how it ended for how many."""

    guidance: list[float] = field(default_factory=list)
    refusals: list[float] = field(default_factory=list)
    checks: list[float] = field(default_factory=list)
    ends: Counter[str] = field(default_factory=Counter)


class Browser:
    """A browser on its way to a face check, of a person who is signed in there."""

    def __init__(self, issuer: str, client_id: str, username: str) -> None:
        self._issuer = issuer
        self._client_id = client_id
        self._username = username
        self._http = requests.Session()
        self._http.trust_env = False
        self._page = ""
        self._guard = ""

    def sign_in(self) -> float:
        """Sign in anew; return for how many seconds the answer to the password was waited for."""
        self._http.cookies.clear()
        self._page = self._go(f"/authorize?{urlencode(self._asked())}")
        form = self._form(self._page) | {"username": self._username, "password": PASSWORD}
        begun = monotonic()
        self._go(f"{self._page}/sign-in", form)
        return monotonic() - begun

    def come_to_check(self) -> None:
        """Sign in, allow, confirm and agree."""
        self.sign_in()
        shown = self._show(self._page)
        if 'value="allow"' in shown:
            self._go(
                f"{self._page}/consent",
                self._fields(shown) | {"decision": "allow", "lasting": "until-withdrawn"},
            )
        self._go(f"{self._page}/transaction", self._form(self._page) | {"decision": "confirm"})
        form = self._form(f"{self._page}/face")
        self._guard = form["csrf_token"]
        self._go(f"{self._page}/face/agree", form | {"decision": "agree"})

    def check(self, frames: list[bytes], rush: Rush) -> None:
        """Begin a check and send frames until it ends; everything is noted in *rush*."""
        begun = monotonic()
        reply = self._post("begin", b"{}", "application/json")
        if reply.status_code != requests.codes.ok:
            rush.refusals.append(monotonic() - begun)
            rush.ends[f"told: {reply.json()['problem']}"] += 1
            return
        key, number = reply.json()["key"].encode(), 0
        while monotonic() < begun + LONGEST:
            number += 1
            Event().wait(max(0.0, begun + number * BATCH / RATE - monotonic()))
            sent = monotonic()
            reply = self._post("frames", self._pack(key, number, frames), "application/octet-stream")
            rush.guidance.append(monotonic() - sent)
            said = reply.json()
            if "end" in said or reply.status_code != requests.codes.ok:
                rush.checks.append(monotonic() - begun)
                rush.ends[f"judged: {said.get('end', reply.status_code)}"] += 1
                return
        rush.ends["lost"] += 1

    def _pack(self, key: bytes, number: int, frames: list[bytes]) -> bytes:
        content = struct.pack(">I", number)
        for place in range(BATCH):
            jpeg = frames[(number * BATCH + place) % len(frames)]
            content += struct.pack(">HI", (BATCH - 1 - place) * 1000 // RATE, len(jpeg)) + jpeg
        named = self._page.rpartition("/")[2].encode() + b"\n"
        return hmac.digest(key, named + content, hashlib.sha256) + content

    def _asked(self) -> dict[str, str]:
        return {
            "client_id": self._client_id,
            "redirect_uri": REDIRECT_URI,
            "response_type": "code",
            "scope": "openid profile",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "authorization_details": written(transfer(type=PROVED)),
        }

    def _go(self, path: str, form: dict[str, str] | None = None) -> str:
        own, address = {"Referer": f"{self._issuer}/"}, urljoin(self._issuer, path)
        reply = self._http.request(
            "POST" if form else "GET", address, data=form, headers=own, allow_redirects=False
        )
        if reply.status_code != requests.codes.see_other:
            raise click.ClickException(f"{path.partition('?')[0]}: status {reply.status_code}")
        return reply.headers["Location"]

    def _show(self, path: str) -> str:
        return self._http.get(urljoin(self._issuer, path)).text

    def _form(self, path: str) -> dict[str, str]:
        return self._fields(self._show(path))

    def _fields(self, shown: str) -> dict[str, str]:
        return dict(HIDDEN.findall(shown))

    def _post(self, name: str, body: bytes, media_type: str) -> requests.Response:
        own = {"Referer": f"{self._issuer}/", "X-CSRFToken": self._guard, "Content-Type": media_type}
        return self._http.post(urljoin(self._issuer, f"{self._page}/face/{name}"), data=body, headers=own)


@contextmanager
def serving(folder: Path, *, judges: int, seats: int) -> Iterator[tuple[str, str, frozenset[int]]]:
    """Serve a provider that judges faces; yield its address, a client, and its processes."""
    key = folder / "register.key"
    key.write_bytes(KEY)
    port = free_port()
    issuer = f"http://{LOOPBACK}:{port}"
    often = ("FACES__ADDRESS", "FACES__CLIENT", "THROTTLE__ACCOUNT", "THROTTLE__ADDRESS")
    with ExitStack() as stack:
        before = children()
        operator = Operator(
            folder,
            IDP_ISSUER=issuer,
            IDP_FACES__ENABLED="true",
            IDP_FACES__WORKERS=str(judges),
            IDP_FACES__SEATS=str(seats),
            # Asked at the end of a check alone, which nobody passes here.
            IDP_PICTURES__URL=f"http://{LOOPBACK}:9",
            IDP_PICTURES__KEY_FILE=str(key),
            IDP_AUTHORIZATION__DETAILS=str(TYPES),
            **{f"IDP_{name}": PLENTY for name in often},
            **servers(stack),
        )
        operator.prepare()
        with ThreadPoolExecutor(2) as clerks:
            list(clerks.map(partial(enter, operator), range(1, PEOPLE + 1)))
        made = operator.register(
            *("测试门户", "--redirect-uri", REDIRECT_URI, "--scope", "openid profile", "--public"),
            *("--authorization-details-type", PROVED),
        )
        stack.enter_context(operator.serving(port, "--workers", "1"))
        yield issuer, made["client_id"], frozenset(children() - before)


def enter(operator: Operator, number: int) -> None:
    """Enter one of many fictitious people."""
    body = f"33000019900101{number:03}"
    operator(
        *("person", "create", "--name", "张三丰", "--document-type", "resident_id", "--level", "l4"),
        *("--document-number", body + check_digit(body), "--username", username(number), "--password-stdin"),
        stdin=PASSWORD + "\n",
    )


def username(number: int) -> str:
    """Return how a person is called who was entered as the *number*th."""
    return f"person{number:03}"


@click.command()
@click.option("--workers", "judges", default=1, show_default=True, type=click.IntRange(1, 16))
@click.option("--seats", default=4, show_default=True, type=click.IntRange(1, 64))
def main(*, judges: int, seats: int) -> None:
    """Let fifty people begin at once, and others sign in meanwhile."""
    if Store().missing() or not CLIP.exists():
        click.echo("Rush: not measured; there is no clip of a face, or models are missing.")
        return
    frames = frames_of_clip()
    with (
        TemporaryDirectory(prefix="tongxing-") as folder,
        serving(Path(folder), judges=judges, seats=seats) as served,
    ):
        issuer, client_id, roots = served
        *browsers, visitor = (Browser(issuer, client_id, username(each + 1)) for each in range(PEOPLE))
        for browser in browsers:
            browser.come_to_check()
        alone = [visitor.sign_in() for _ in range(SIGN_INS)]
        rush, meanwhile, begun = Rush(), [], used(roots)
        with ThreadPoolExecutor(RUSH) as crowd:
            waiting = [crowd.submit(browser.check, frames, rush) for browser in browsers]
            while not all(each.done() for each in waiting):
                meanwhile.append(visitor.sign_in())
            for each in waiting:
                each.result()
        spent = (used(roots) - begun) / 1000
    click.echo(f"Rush: {RUSH} face checks at once; {judges} processes judge, {seats} seats each")
    for end, count in sorted(rush.ends.items()):
        click.echo(f"  {end:<22} {count}")
    _say("guidance for a batch", rush.guidance)
    _say("refusal", rush.refusals)
    _say("a whole check", rush.checks)
    _say("sign-in alone", alone)
    _say("sign-in meanwhile", meanwhile)
    click.echo(f"  CPU of all             {spent:.1f} s, {len(meanwhile)} sign-ins included")


def _say(what: str, seconds: list[float]) -> None:
    if late := sorted(each * 1000 for each in seconds):
        last = late[min(len(late) - 1, int(len(late) * 0.99))]
        click.echo(f"  {what:<22} {median(late):.0f} ms, 99th of 100 {last:.0f} ms ({len(late)})")


if __name__ == "__main__":
    main()
