"""The main job in a real browser: sign in at one portal, arrive signed in at the next."""

import json
from base64 import b64encode
from functools import partial
from urllib.parse import parse_qsl, urlencode

import pytest
from playwright.sync_api import expect

from tests.support.demo import running_demo
from tests.support.patience import wait_until


@pytest.fixture(params=["in process", "servers"])
def demo(request, tmp_path):
    """Return a running demo, on SQLite and in process, then on PostgreSQL and Redis."""
    settings = {}
    if request.param == "servers":
        settings = {
            "IDP_DATABASE__URL": request.getfixturevalue("postgresql_url"),
            "IDP_STORE__URL": request.getfixturevalue("redis_url"),
        }
    with running_demo(tmp_path, **settings) as running:
        yield running


def sign_in(page, account):
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", account["password"])
    with page.expect_navigation():
        page.press("[name=password]", "Enter")


def allow(page):
    page.click("button[name=decision][value=allow]")


def claims(page, portal):
    return json.loads(page.request.get(f"{portal}/me.json").text())


def is_signed_out(page, portal):
    return page.request.get(f"{portal}/me.json").status == 401


def test_a_person_signs_in_once_and_roams(demo, page):
    zhejiang, guangdong, fund = (demo.portal(number) for number in range(3))

    page.goto(f"{zhejiang}/login")
    assert page.url.startswith(demo.issuer)
    sign_in(page, demo.account())
    allow(page)
    page.wait_for_url(f"{zhejiang}/**")
    first = claims(page, zhejiang)

    page.goto(f"{guangdong}/login")
    expect(page.locator("[name=password]")).to_have_count(0)
    allow(page)
    page.wait_for_url(f"{guangdong}/**")
    second = claims(page, guangdong)

    assert first["name"] == second["name"] == "张三丰"
    assert first["sub"] != second["sub"]
    assert first["auth_time"] == second["auth_time"]
    assert first["cn_realname_level"] == "l4"
    assert "phone_number" not in first

    page.goto(f"{fund}/login")
    allow(page)
    page.wait_for_url(f"{fund}/**")
    assert claims(page, fund)["phone_number"] == "+8610000000001"

    page.goto(f"{guangdong}/logout")
    page.wait_for_url(f"{guangdong}/**")
    assert page.request.get(f"{guangdong}/me.json").status == 401
    for told in (zhejiang, fund):
        wait_until(partial(is_signed_out, page, told))
    page.goto(f"{guangdong}/login")
    expect(page.locator("[name=password]")).to_have_count(1)


def test_a_known_portal_asks_nothing_the_second_time(demo, page):
    zhejiang = demo.portal(0)
    page.goto(f"{zhejiang}/login")
    sign_in(page, demo.account(1))
    allow(page)
    page.wait_for_url(f"{zhejiang}/**")
    page.context.clear_cookies(name="zj_session")

    page.goto(f"{zhejiang}/login")

    page.wait_for_url(f"{zhejiang}/**")
    assert claims(page, zhejiang)["name"] == "李四光明"


def test_declining_leads_back_to_the_portal_with_an_explanation(demo, page):
    zhejiang = demo.portal(0)
    page.goto(f"{zhejiang}/login")
    sign_in(page, demo.account(4))
    page.click("button[name=decision][value=deny]")

    page.wait_for_url(f"{zhejiang}/callback?error=access_denied**")
    assert page.request.get(f"{zhejiang}/me.json").status == 401
    assert page.locator("a, button").count() > 0


def test_a_wrong_password_keeps_the_name_and_says_what_remains(demo, page):
    page.goto(f"{demo.portal(0)}/login")
    sign_in(page, demo.account() | {"password": "wrong"})

    expect(page.locator("[role=alert]").first).to_contain_text("4")
    expect(page.locator("[name=username]")).to_have_value(demo.account()["username"])
    expect(page.locator("[name=password]")).to_have_value("")
    sign_in(page, demo.account())
    expect(page.locator("button[name=decision]")).to_have_count(2)


def test_the_account_page_ends_sessions_and_consents(demo, page):
    zhejiang = demo.portal(0)
    page.goto(f"{zhejiang}/login")
    sign_in(page, demo.account())
    allow(page)
    page.wait_for_url(f"{zhejiang}/**")

    page.goto(demo.issuer)
    assert "张三丰" not in page.content()
    page.click("a[href='/account/authorisations']")
    page.click("a[href='/account/authorisations/demo-zhejiang/withdraw']")
    page.click("form[action='/consents/demo-zhejiang/withdraw'] button")
    page.wait_for_url("**done=consent")
    page.goto(f"{zhejiang}/login")
    expect(page.locator("button[name=decision]")).to_have_count(2)

    page.goto(demo.issuer)
    with page.expect_navigation():
        page.click("form[action='/sign-out'] button")
    page.goto(f"{zhejiang}/login")
    expect(page.locator("[name=password]")).to_have_count(1)


def test_what_a_command_changes_is_seen_by_the_running_server(demo, page):
    made = demo.command(
        *("client", "create", "--name", "New", "--redirect-uri", "http://localhost:1/cb", "--json")
    )
    client = json.loads(made.stdout)
    answered = page.request.post(
        f"{demo.issuer}/token",
        form={"grant_type": "client_credentials"},
        headers={"Authorization": basic(client["client_id"], client["client_secret"])},
    )
    assert answered.status == 200, answered.text()

    deleted = demo.command("client", "delete", client["client_id"])
    assert deleted.returncode == 0, deleted.stderr
    page.wait_for_timeout(2000)

    refused = page.request.post(
        f"{demo.issuer}/token",
        form={"grant_type": "client_credentials"},
        headers={"Authorization": basic(client["client_id"], client["client_secret"])},
    )
    assert refused.status == 401


def test_a_form_answer_submits_itself_under_the_strict_policy(demo, page):
    made = demo.command(
        *("client", "create", "--name", "New", "--redirect-uri", "http://localhost:1/cb", "--json")
    )
    posted = []

    def arrive(route):
        posted.append(route.request.post_data)
        route.fulfill(body="arrived")

    page.route("http://localhost:1/cb", arrive)
    query = {
        "client_id": json.loads(made.stdout)["client_id"],
        "redirect_uri": "http://localhost:1/cb",
        "response_type": "code",
        "response_mode": "form_post",
        "scope": "openid",
        "state": "s-1",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
    }
    page.goto(f"{demo.issuer}/authorize?{urlencode(query)}")
    sign_in(page, demo.account())
    allow(page)

    page.wait_for_url("http://localhost:1/cb")
    assert dict(parse_qsl(posted[0]))["state"] == "s-1"
    assert "code" in dict(parse_qsl(posted[0]))


def basic(client_id, secret):
    return "Basic " + b64encode(f"{client_id}:{secret}".encode()).decode()
