"""Cookies: portals on one host must not share them, and nobody may plant one."""

from examples.guangdong import GUANGDONG
from examples.housing_fund import HOUSING_FUND
from examples.portal import create_portal
from examples.zhejiang import ZHEJIANG
from tests.examples.visitor import settings_for, visit


def cookies_of(reply):
    return {line.split("=")[0]: line for line in reply.headers.getlist("Set-Cookie")}


def test_no_two_portals_share_a_cookie(stub):
    names = []
    for portal in (ZHEJIANG, GUANGDONG, HOUSING_FUND):
        visitor = visit(stub, portal)
        replies = [visitor.get("/?lang=en"), visitor.get("/login"), visitor.sign_in()]
        names += sorted({name for reply in replies for name in cookies_of(reply)})

    assert names == [
        *("zj_flow", "zj_lang", "zj_session"),
        *("gd_flow", "gd_lang", "gd_session"),
        *("fund_flow", "fund_lang", "fund_session"),
    ]


def test_signing_in_changes_the_key_of_the_session(visitor):
    visitor.sign_in()
    first = visitor.cookie("zj_session")
    visitor.sign_in()
    second = visitor.cookie("zj_session")
    visitor.browser.set_cookie("zj_session", first, domain="localhost")

    assert first != second
    assert visitor.get("/me.json").status_code == 401


def test_a_planted_key_is_not_taken_over(visitor):
    visitor.browser.set_cookie("zj_session", "planted", domain="localhost")

    visitor.sign_in()

    assert visitor.cookie("zj_session") != "planted"


def test_scripts_and_other_sites_posts_do_not_get_the_cookies(visitor):
    for line in cookies_of(visitor.sign_in()).values():
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Secure" not in line


def test_on_https_cookies_are_secure(stub):
    app = create_portal(ZHEJIANG, settings_for(stub, "https://zj.test"))

    reply = app.test_client().get("/login?lang=en", base_url="https://zj.test")

    assert all("Secure" in line for line in cookies_of(reply).values())


def test_no_token_is_in_a_cookie(visitor):
    visitor.sign_in()

    assert len(visitor.cookie("zj_session")) == 43
