"""A transaction in a real browser: confirmed by the keyboard alone, and cancelled."""

from urllib.parse import parse_qs, urlsplit

import pytest

from tests.support.demo import running_demo
from tests.support.screens import Walker

MOST_TABS = 20


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def walker(page, demo):
    """Return somebody who is signed in, in front of a transaction."""
    person = Walker(page, demo)
    person.open("/sign-in")
    person.sign_in()
    person.come_with_transaction()
    return person


def press_by_keyboard(page, label):
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.innerText") == label:
            break
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return parse_qs(urlsplit(page.url).query)


def test_a_transaction_is_confirmed_by_the_keyboard_alone(page, walker):
    assert "¥12,000.00" in page.inner_text("main")

    assert "code" in press_by_keyboard(page, "确认转账")


def test_whoever_cancels_is_back_at_the_portal_with_nothing(page, walker):
    assert press_by_keyboard(page, "取消")["error"] == ["access_denied"]


def test_going_back_after_the_yes_confirms_nothing_twice(page, walker):
    walker.press("button[value=confirm]")

    page.go_back()

    assert "确认转账" not in page.inner_text("main")
