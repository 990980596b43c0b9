"""What the pages say, in two languages, and what they keep browsers from doing."""

import re

import pytest

from examples.guangdong import GUANGDONG
from examples.housing_fund import HOUSING_FUND
from examples.zhejiang import ZHEJIANG
from tests.examples.visitor import visit

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", ["/", "/me.json", "/login", "/callback", "/nowhere", "/static/portal.css"])
def test_every_answer_has_the_strict_policy(visitor, path):
    with visitor.get(path) as reply:
        assert reply.headers["Content-Security-Policy"] == POLICY
        assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/", "/me.json", "/login", "/callback", "/logout"])
def test_no_answer_about_a_person_is_cached(visitor, path):
    assert visitor.get(path).headers["Cache-Control"] == "no-store"


def test_chinese_comes_first(visitor):
    text = visitor.get("/").text

    assert '<html lang="zh-CN"' in text
    assert "统一身份认证登录" in text


def test_the_browser_s_language_counts(visitor):
    assert '<html lang="en"' in visitor.get("/", headers={"Accept-Language": "en-GB,en"}).text


def test_a_click_beats_the_browser_and_is_remembered(visitor):
    visitor.get("/?lang=en", headers={"Accept-Language": "zh-CN"})

    assert "Sign in with Tongxing" in visitor.get("/", headers={"Accept-Language": "zh-CN"}).text


def test_an_unknown_language_is_no_language(visitor):
    reply = visitor.get("/?lang=%22%3E")

    assert '<html lang="zh-CN"' in reply.text
    assert "Set-Cookie" not in reply.headers


@pytest.mark.parametrize("portal", [ZHEJIANG, GUANGDONG, HOUSING_FUND])
def test_english_is_complete(stub, portal):
    stub.user_info = {"name": "Zhang", "age_over_18": True, "phone_number": "+8613800000001"}
    visitor = visit(stub, portal)
    pages = [visitor.get("/?lang=en"), visitor.get("/callback"), visitor.get("/nowhere")]
    visitor.sign_in()
    pages.append(visitor.get("/"))

    for page in pages:
        # The link to the other language is in that language.
        assert CHINESE.findall(page.text.replace(">中文<", "><")) == []


def test_a_signed_in_person_sees_what_the_portal_knows(stub, visitor):
    stub.user_info = {"phone_number": "+8613800000001", "custom_claim": {"a": 1}, "age_over_18": True}
    visitor.sign_in()

    text = visitor.get("/").text

    assert "您好，张三丰" in text
    assert "person-at-portal" in text
    assert "高级实人认证 (l4)" in text
    assert "浙江省 (330000)" in text
    assert "138****0001" in text
    assert "13800000001" not in text
    assert "custom_claim" in text
    assert "2026年11月22日 14:05" in text
    assert "实名，一种验证方式" in text
    assert 'href="http://localhost:8002/login?ui_locales=zh-CN"' in text


def test_tokens_are_shown_without_their_signatures(stub, visitor):
    visitor.sign_in()

    text = visitor.get("/").text

    assert "&#34;alg&#34;: &#34;RS256&#34;" in text
    assert "https://api.test" in text
    assert re.findall(r"eyJ[\w-]+", text) == []


def test_an_access_token_that_is_no_jwt_is_not_shown(stub, visitor):
    stub.token = {"access_token": "opaque-access-token"}
    visitor.sign_in()

    text = visitor.get("/").text

    assert "opaque-access-token" not in text
    assert "访问令牌" not in text


def test_markup_in_a_claim_stays_text(stub, visitor):
    stub.user_info = {"name": "<script>alert(1)</script>", "<b>": "<i>"}
    visitor.sign_in()

    text = visitor.get("/").text

    assert "<script" not in text
    assert "<b>" not in text
    assert "<i>" not in text
