"""What holds for every page: headers, languages, ways on, and a person's own overview."""

import re
from datetime import timedelta

import pytest

from idp.domain.errors import Refusal
from tests.support.provider import ISSUER
from tests.support.relying_party import Visit, authorize, csrf, decide, get, post, sign_in, tokens, walk

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def test_pages_let_nothing_in_and_are_kept_nowhere(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    for address in ("/", page, "/no-such-page"):
        headers = get(browser, address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"
        assert headers["Strict-Transport-Security"].startswith("max-age=")


def test_forms_reach_only_us_and_where_the_portal_leads_on(browser, visit):
    page = authorize(browser, visit).headers["Location"]

    at_visit = get(browser, page).headers["Content-Security-Policy"]
    elsewhere = get(browser, "/").headers["Content-Security-Policy"]

    assert "form-action 'self' https:;" in at_visit
    assert "form-action 'self';" in elsewhere


def test_pages_load_nothing_from_outside_and_no_script_but_our_files(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    shown = get(browser, page).text + get(browser, "/").text

    for address in re.findall(r'(?:src|href|action)="([^"]+)"', shown):
        assert address.startswith(("/", "#", "data:")), address
    scripts = re.findall(r"<script [^>]*>", shown)
    assert len(scripts) == 3
    assert all(
        re.match(r'<script defer src="/static/(tongxing|passkeys)\.\w+\.js"', script) for script in scripts
    )
    assert " style=" not in shown
    assert not re.search(r" on\w+=", shown)


@pytest.mark.parametrize(
    ("header", "tag"),
    [(None, "zh-CN"), ("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB,en;q=0.9", "en"), ("fr", "zh-CN"), ("*", "zh-CN")],
)
def test_the_browser_chooses_the_language(browser, header, tag):
    reply = browser.get("/", base_url=ISSUER, headers={"Accept-Language": header} if header else {})

    assert f'<html lang="{tag}"' in reply.text


def test_the_portal_asks_for_a_language_and_a_click_during_the_visit_beats_it(provider, browser, visit):
    get(browser, "/?lang=zh")
    provider.clock.advance(timedelta(seconds=1))
    page = authorize(browser, visit, ui_locales="fr en-GB").headers["Location"]
    assert '<html lang="en"' in get(browser, page).text

    provider.clock.advance(timedelta(seconds=1))
    assert '<html lang="zh-CN"' in get(browser, f"{page}?lang=zh").text
    assert '<html lang="zh-CN"' in get(browser, page).text


@pytest.mark.parametrize(
    "value", ["zh@2020-01-01T00:00:00", "zh", "@", "xx@2020-01-01T00:00:00+00:00", "zh@x"]
)
def test_a_spoilt_language_cookie_does_no_harm(browser, visit, value):
    browser.set_cookie("__Host-tx_language", value, domain="idp.test", secure=True)

    page = authorize(browser, visit, ui_locales="en").headers["Location"]

    assert '<html lang="en"' in get(browser, page).text


def test_english_pages_are_english_throughout(browser, visit):
    get(browser, "/?lang=en")
    page = authorize(browser, visit).headers["Location"]
    for address in ("/", page, "/no-such-page"):
        text = get(browser, address).text.replace("中文", "").replace("测试门户", "").replace("测", "")
        text = re.sub(r"统一身份认证|通行", "", text)
        assert not CHINESE.search(text), CHINESE.findall(text)


def test_the_overview_is_masked_and_only_ones_own(provider, browser, visit):
    provider.enter("lisiguangming", name="李四光明", document_number="440000198802290029", phone=None)
    stranger = provider.browser()
    other_page = authorize(stranger, visit).headers["Location"]
    sign_in(stranger, other_page, "lisiguangming")
    walk(browser, visit)

    shown = get(browser, "/").text

    assert "张三丰" not in shown
    assert "张**" in shown
    assert "0014" not in shown
    assert "李" not in shown


def test_a_person_cannot_end_a_strangers_session(provider, browser, visit):
    walk(browser, visit)
    handle = re.search(r"/sessions/([\w-]{22})/end", get(browser, "/account/devices").text)
    thief = provider.browser()
    provider.enter("guli", document_number="650000199506220046", phone=None)
    sign_in(thief, authorize(thief, visit).headers["Location"], "guli")
    mine = handle.group(1) if handle else current_session(provider)

    post(thief, f"/sessions/{mine}/end", {"csrf_token": csrf(thief, "/")})

    assert 'action="/sign-out"' in get(browser, "/").text


def current_session(provider):
    return next(details["session_id"] for kind, details in provider.events() if kind == "SignedIn")


def test_ending_the_other_sessions_keeps_this_one(provider, browser, visit):
    other = provider.browser()
    access_token = tokens(other, Visit(visit.client))["access_token"]
    walk(browser, visit)

    post(browser, "/sessions/end-others", {"csrf_token": csrf(browser, "/")})

    assert 'action="/sign-out"' not in get(other, "/").text
    assert 'action="/sign-out"' in get(browser, "/").text
    assert (
        other.get(
            "/userinfo", base_url=ISSUER, headers={"Authorization": f"Bearer {access_token}"}
        ).status_code
        == 401
    )


@pytest.mark.parametrize(
    "address", ["/sessions/x/end", "/sessions/end-others", "/consents/x/withdraw", "/sign-out"]
)
def test_what_ends_something_needs_the_guard(browser, visit, address):
    walk(browser, visit)

    assert post(browser, address, {}).status_code == 400
    assert browser.get(address, base_url=ISSUER).status_code in {404, 405}
    assert 'action="/sign-out"' in get(browser, "/").text


def test_a_visit_to_the_account_pages_needs_no_portal(browser):
    page = get(browser, "/sign-in").headers["Location"]

    sign_in(browser, page)

    assert get(browser, page).headers["Location"] == "/"
    assert 'action="/sign-out"' in get(browser, "/").text


def test_using_another_account_ends_this_session(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)

    post(browser, f"{page}/switch", {"csrf_token": csrf(browser, page)})

    assert 'name="password"' in get(browser, page).text


def test_the_consent_page_shows_masked_values_and_an_unticked_box(browser, visit):
    page = authorize(browser, visit, scope="openid profile phone cn_id_number").headers["Location"]
    sign_in(browser, page)

    shown = get(browser, page).text

    assert "张**" in shown
    assert "张三丰" not in shown
    assert "3****************4" in shown
    assert "330000199001010014" not in shown
    assert "100****0001" in shown
    box = re.search(r'<input[^>]*name="sensitive"[^>]*>', shown).group(0)
    assert "checked" not in box


def test_a_client_name_cannot_bring_markup_along(provider, browser):
    visit = Visit(provider.register(client_name="<b>门户</b>&amp;\"'"))
    page = authorize(browser, visit).headers["Location"]

    shown = get(browser, page).text

    assert "<b>" not in shown
    assert "&lt;b&gt;门户" in shown


def test_an_unknown_decision_changes_nothing(browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)

    assert 'name="decision"' in decide(browser, page, "perhaps").text


def test_a_portals_policy_and_terms_are_a_click_away_and_bring_no_markup_along(provider, browser):
    visit = Visit(
        provider.register(policy_uri="https://rp.test/policy?a=1&b='2'", tos_uri="https://rp.test/terms")
    )
    page = authorize(browser, visit).headers["Location"]
    signing_in = get(browser, page).text
    sign_in(browser, page)

    for shown in (signing_in, get(browser, page).text):
        assert 'href="https://rp.test/policy?a=1&amp;b=&#39;2&#39;" target="_blank"' in shown
        assert 'href="https://rp.test/terms" target="_blank" rel="noopener noreferrer"' in shown


@pytest.mark.parametrize("name", ["policy_uri", "tos_uri", "client_uri", "initiate_login_uri"])
@pytest.mark.parametrize("uri", ["javascript:alert(1)", "data:text/html,x", "http://rp.test/", "x"])
def test_a_page_of_a_portal_that_is_no_page_cannot_be_registered(provider, name, uri):
    with pytest.raises(Refusal, match=name):
        provider.register(**{name: uri})


def test_a_window_that_a_portal_opened_can_answer_it(browser, visit):
    begun = authorize(browser, visit)
    page = get(browser, begun.headers["Location"])
    sign_in(browser, begun.headers["Location"])
    account = get(browser, "/")

    for reply in (begun, page, get(browser, begun.headers["Location"])):
        assert "Cross-Origin-Opener-Policy" not in reply.headers
    assert account.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "uri",
    [
        "https://a;sandbox;[::1]/x",
        "https://[::1]evil.test/x",
        "https://a,b[::1]/x",
        "https://'none'[::1]/x",
        "https://x[::1]:443/",
    ],
)
def test_an_address_that_browsers_read_otherwise_cannot_be_registered(provider, uri):
    for member in ("redirect_uris", "post_logout_redirect_uris"):
        with pytest.raises(Refusal):
            provider.register(**{member: [uri]})
    for member in ("frontchannel_logout_uri", "backchannel_logout_uri", "jwks_uri", "policy_uri"):
        with pytest.raises(Refusal):
            provider.register(**{member: uri})


def test_the_log_says_why_under_the_reference_of_the_page_and_repeats_nothing(browser, visit, capsys):
    shown = authorize(browser, visit, redirect_uri="https://evil.test/secret-path")
    told = authorize(browser, visit, prompt="bogus-value")
    asked = browser.post("/token", base_url=ISSUER, data={"grant_type": "bogus-grant", "client_id": "bogus"})

    logged = capsys.readouterr().out
    [reference] = re.findall(r'class="tx-reference".*?<span[^>]*>([\w-]{10})</span>', shown.text, re.DOTALL)
    assert (shown.status_code, told.status_code, asked.status_code) == (400, 303, 400)
    assert reference in logged
    assert "The redirect_uri is missing or not registered." in logged
    assert "The prompt has an unsupported value." in logged
    assert "unsupported_grant_type" in logged
    assert "evil.test" not in logged
    assert "bogus" not in logged


def test_a_stale_form_leads_to_pages_that_can_be_fetched(browser):
    for address in ("/sign-out", "/sessions/end-all"):
        shown = post(browser, address, {"csrf_token": "stale"})

        links = re.findall(r'href="(/[^"]*)"', shown.text)
        assert shown.status_code == 400
        assert {get(browser, link).status_code for link in links if "assets" not in link} <= {200, 303}
