"""Signing out in a real browser: frames, the way back, and pages of portals that notice it."""

from threading import Event
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from flask import Flask, request
from playwright.sync_api import expect

from tests.support.listening import listening
from tests.support.ports import free_port
from tests.support.provider import PASSWORD, open_provider
from tests.support.relying_party import Visit, claims_of, redeem

WATCH = """<!doctype html><title>Portal</title>
<iframe src="{issuer}/session/check" id="op"></iframe>
<script>
  const ask = (message) => new Promise((resolve) => {{
    addEventListener("message", (event) => resolve([event.origin, event.data]), {{ once: true }});
    document.getElementById("op").contentWindow.postMessage(message, "{issuer}");
  }});
</script>"""


class Portal:
    """A relying party that writes down which of its pages were asked for."""

    def __init__(self, issuer):
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.end = Event()
        self.app = Flask("portal")

        @self.app.get("/<path:page>")
        def show(page):
            self.seen.append((page, request.args.to_dict()))
            if page == "slow":
                self.end.wait(30)
            return WATCH.format(issuer=issuer) if page == "watch" else f"<p id=here>{page}</p>"

    @property
    def pages(self):
        return [page for page, _ in self.seen if page != "favicon.ico"]


@pytest.fixture
def port():
    return free_port(row=2)


@pytest.fixture
def provider(tmp_path, port):
    issuer = f"http://localhost:{port}"
    opened = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", issuer=issuer)
    opened.enter()
    with listening(opened.house.app, port):
        yield opened


@pytest.fixture
def portal(port):
    made = Portal(f"http://localhost:{port}")
    with listening(made.app, port + 1):
        yield made
        made.end.set()


@pytest.fixture
def issuer(port):
    return f"http://localhost:{port}"


@pytest.fixture
def url(port):
    return f"http://localhost:{port + 1}"


def register(provider, url, **metadata):
    return provider.register(
        redirect_uris=[f"{url}/cb"], post_logout_redirect_uris=[f"{url}/bye"], **metadata
    )


def sign_in(page, issuer, visit):
    """Sign in for the visit; return the answer and an ID token."""
    page.goto(f"{issuer}/authorize?{urlencode(visit.params())}")
    if page.locator("[name=password]").count():
        page.fill("[name=username]", "zhangsanfeng")
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
    page.click("button[name=decision][value=allow]")
    page.wait_for_url(f"{visit.client.redirect_uri}?**")
    return dict(parse_qsl(urlsplit(page.url).query))


def id_token(provider, visit, answer):
    return redeem(provider.browser(), visit, answer["code"]).json["id_token"]


def logout_url(issuer, hint, back):
    asked = {"id_token_hint": hint, "post_logout_redirect_uri": back, "state": "s 1"}
    return f"{issuer}/logout?{urlencode(asked)}"


def test_a_frame_tells_the_portal_and_then_the_person_is_led_back(provider, portal, page, issuer, url):
    client = register(
        provider, url, frontchannel_logout_uri=f"{url}/out", frontchannel_logout_session_required=True
    )
    visit = Visit(client)
    hint = id_token(provider, visit, sign_in(page, issuer, visit))
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(logout_url(issuer, hint, f"{url}/bye"))
    page.wait_for_url(f"{url}/bye?**")

    assert parse_qs(urlsplit(page.url).query) == {"state": ["s 1"]}
    assert portal.pages == ["cb", "out", "bye"]
    [told] = [query for name, query in portal.seen if name == "out"]
    assert told == {"iss": issuer, "sid": claims_of(hint)["sid"]}
    assert complaints == []


def test_a_portal_that_does_not_answer_holds_nobody_up(provider, portal, page, issuer, url):
    visit = Visit(register(provider, url, frontchannel_logout_uri=f"{url}/slow"))
    hint = id_token(provider, visit, sign_in(page, issuer, visit))

    page.goto(logout_url(issuer, hint, f"{url}/bye"), wait_until="commit")
    page.wait_for_url(f"{url}/bye?**", timeout=10_000)

    assert portal.pages == ["cb", "slow", "bye"]


def test_without_scripts_the_frames_load_and_a_link_leads_back(provider, portal, chromium, issuer, url):
    visit = Visit(register(provider, url, frontchannel_logout_uri=f"{url}/out"))
    with chromium.new_context(java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        hint = id_token(provider, visit, sign_in(page, issuer, visit))

        page.goto(logout_url(issuer, hint, f"{url}/bye"))
        assert portal.pages == ["cb", "out"]
        page.click("text=Go back to")
        page.wait_for_url(f"{url}/bye?**")


def test_the_back_button_shows_no_account_after_signing_out(provider, portal, page, issuer, url):
    sign_in(page, issuer, Visit(register(provider, url)))
    page.goto(issuer)
    expect(page.locator(".tx-person-name")).to_have_count(1)

    with page.expect_navigation():
        page.click("form[action='/sign-out'] button")
    expect(page.locator(".tx-person-name")).to_have_count(0)
    page.go_back()

    expect(page.locator(".tx-person-name")).to_have_count(0)


def ask(page, message):
    page.locator("#op").wait_for()
    page.frame_locator("#op").locator("body").wait_for(state="attached")
    return page.evaluate("(message) => ask(message)", message)


def test_a_page_of_the_portal_notices_the_sign_out(provider, portal, page, issuer, url):
    client = register(provider, url)
    message = f"{client.client_id} {sign_in(page, issuer, Visit(client))['session_state']}"
    page.goto(f"{url}/watch")
    before = ask(page, message)

    other = page.context.new_page()
    other.goto(issuer)
    with other.expect_navigation():
        other.click("form[action='/sign-out'] button")

    assert before == [issuer, "unchanged"]
    assert ask(page, message) == [issuer, "changed"]


def test_the_frame_answers_only_what_was_asked_in_earnest(provider, portal, page, issuer, url):
    client = register(provider, url)
    state = sign_in(page, issuer, Visit(client))["session_state"]
    page.goto(f"{url}/watch")

    for message in ("", "nonsense", f"{client.client_id}", f" {state}", f"{client.client_id} x", 5, None):
        assert ask(page, message) == [issuer, "error"], message
    assert ask(page, f"another {state}") == [issuer, "changed"]
    assert ask(page, f"{client.client_id} {state}x") == [issuer, "changed"]


def test_another_origin_cannot_use_the_state_of_a_portal(provider, portal, page, issuer, url):
    client = register(provider, url)
    message = f"{client.client_id} {sign_in(page, issuer, Visit(client))['session_state']}"

    page.goto(f"{url.replace('localhost', '127.0.0.1')}/watch")

    assert ask(page, message) == [issuer, "changed"]
