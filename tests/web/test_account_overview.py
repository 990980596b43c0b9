"""The overview of a signed-in person."""

from datetime import timedelta

import pytest

from idp.domain.assurance import Level
from tests.support.relying_party import get, sign_in, walk


def enter_account(browser, username="zhangsanfeng", **headers):
    sign_in(browser, get(browser, "/sign-in").headers["Location"], username)


def test_identity_is_shown_in_part(browser):
    enter_account(browser)

    shown = get(browser, "/?lang=en").text

    for words in ("Resident identity card", "3****************4", "100****0001", "张**", "z****", "Zhejiang"):
        assert words in shown
    for secret in ("330000199001010014", "10000000001", "张三丰", "zhangsanfeng"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("level", "meaning"),
    [
        (Level.L1, "Nobody has checked yet who you are."),
        (Level.L2, "checked against the official records"),
        (Level.L3, "the person whom the document names"),
        (Level.L4, "in the strictest way"),
    ],
)
def test_the_level_says_what_it_means(provider, browser, level, meaning):
    provider.enter("guli", document_number="650000199506220046", phone=None, level=level)
    enter_account(browser, "guli")

    assert meaning in get(browser, "/?lang=en").text


def test_what_is_not_there_is_not_shown(provider, browser):
    provider.enter("guli", document_number="650000199506220046", phone=None)
    enter_account(browser, "guli")

    assert "<dt>Mobile</dt>" not in get(browser, "/?lang=en").text


def test_the_sign_in_before_this_one_is_told(provider, browser):
    enter_account(browser)
    assert "This is your first sign-in here." in get(browser, "/?lang=en").text
    provider.clock.advance(timedelta(days=1))
    other = provider.browser()

    enter_account(other)

    assert "Last sign-in before this one" in get(other, "/?lang=en").text
    assert "22 November 2026, 14:00" in get(other, "/?lang=en").text


def test_devices_and_portals_are_counted_and_lead_on(provider, browser, visit):
    enter_account(provider.browser())
    walk(browser, visit)

    shown = get(browser, "/?lang=en").text

    assert "You are signed in on 2 devices." in shown
    assert "1 portal may see your data." in shown
    for page in ("devices", "authorisations", "history", "security"):
        assert shown.count(f'href="/account/{page}"') == 2, page


def test_a_name_of_fifty_rare_characters_keeps_its_first_one(provider, browser):
    provider.enter("weiyan", name="𬱖䶮" * 25, document_number="310000197809100052", phone=None)
    enter_account(browser, "weiyan")

    shown = get(browser, "/").text

    assert "𬱖****" in shown
    assert "䶮" not in shown
