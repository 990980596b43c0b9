"""oidc-client-ts in Chromium: a portal without a server, and its silent renewal."""

import json
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support import found
from tests.support.provider import PASSWORD
from tests.support.relying_party import claims_of

PAGES = Path(__file__).parent / "single_page"
LIBRARY = Path(__file__).parent / "node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js"


@pytest.fixture
def portal(served):
    """Return a function that registers and serves a portal and returns its address."""
    found.require("node packages")
    running = []

    def serve(host="localhost", *grants):
        settings: dict[str, object] = {}
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler(settings))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(served.tls.certificate, served.tls.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        address = f"https://{host}:{server.server_port}"
        client = served.operator.register(
            "One page",
            *("--public", "--redirect-uri", f"{address}/callback", "--scope", "openid profile"),
            *("--post-logout-redirect-uri", f"{address}/bye"),
            *(part for grant in grants for part in ("--grant-type", grant)),
        )
        settings |= {
            "authority": served.issuer,
            "client_id": client["client_id"],
            "redirect_uri": f"{address}/callback",
            "post_logout_redirect_uri": f"{address}/bye",
            "scope": "openid profile",
            "loadUserInfo": True,
            # Tokens live 600 seconds: renewal begins as soon as a timer runs.
            "accessTokenExpiringNotificationTimeInSeconds": 599,
        }
        return address

    yield serve
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def handler(settings):
    class Pages(BaseHTTPRequestHandler):
        def do_GET(self):
            name = self.path.partition("?")[0]
            if name == "/oidc-client-ts.js":
                self.send("text/javascript", LIBRARY.read_bytes())
            elif name == "/portal.js":
                self.send("text/javascript", (PAGES / "portal.js").read_bytes())
            elif name == "/settings.json":
                self.send("application/json", json.dumps(settings).encode())
            else:
                self.send("text/html", (PAGES / "index.html").read_bytes())

        def send(self, kind, body):
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    return Pages


def sign_in(page, address):
    """Sign in at the portal at *address*; return what it then knows."""
    page.goto(address)
    page.wait_for_function("window.ready")
    page.evaluate("void manager.signinRedirect()")
    page.fill("[name=username]", "zhangsanfeng")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.click("button[name=decision][value=allow]")
    page.wait_for_url(f"{address}/callback?**")
    page.wait_for_function("window.ready")
    return page.evaluate("seen.first")


def renewed(page):
    """Wait until the portal renewed by itself; return what it then knows."""
    page.wait_for_function("seen.renewals || seen.problems.length", timeout=60_000)
    assert page.evaluate("seen.problems") == []
    return page.evaluate("manager.getUser()")


def test_a_refresh_token_renews_silently_and_signing_out_ends_everything(served, portal, page):
    address = portal()
    first = sign_in(page, address)
    assert (first["profile"]["iss"], first["profile"]["name"]) == (served.issuer, "张**")

    second = renewed(page)

    assert second["access_token"] != first["access_token"]
    assert second["refresh_token"] != first["refresh_token"]
    assert second["profile"]["sub"] == first["profile"]["sub"]
    page.evaluate("void manager.signoutRedirect()")
    page.wait_for_url(f"{address}/bye")
    status = page.request.get(
        f"{served.issuer}/userinfo", headers={"Authorization": f"Bearer {second['access_token']}"}
    ).status
    assert status == 401


def test_a_hidden_frame_renews_silently_without_a_refresh_token(served, portal, page):
    first = sign_in(page, portal("localhost", "authorization_code"))
    assert first["refresh_token"] is None
    framed = []
    page.on("framenavigated", lambda frame: framed.append(frame.url) if frame.parent_frame else None)

    second = renewed(page)

    assert any("/callback?code=" in url for url in framed)
    assert second["access_token"] != first["access_token"]
    told = [claims_of(each["id_token"]) for each in (first, second)]
    assert told[0]["auth_time"] == told[1]["auth_time"]


def test_a_token_that_the_page_revokes_is_worth_nothing(served, portal, page):
    sign_in(page, portal())
    kept = renewed(page)

    page.evaluate("manager.revokeTokens(['refresh_token'])")

    assert page.evaluate(
        """async ([address, token]) => {
            const reply = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
            return [reply.status, reply.headers.get("WWW-Authenticate").split(",")[0]];
        }""",
        [f"{served.issuer}/userinfo", kept["access_token"]],
    ) == [401, 'Bearer error="invalid_token"']


def test_a_frame_on_another_site_brings_no_session(portal, page):
    sign_in(page, portal("127.0.0.1", "authorization_code"))

    page.wait_for_function("seen.renewals || seen.problems.length", timeout=60_000)

    assert page.evaluate("seen.problems") == ["login_required"]
