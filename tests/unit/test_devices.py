"""Coarse names of devices, and digests of browsers."""

import pytest

from idp.domain.devices import BROWSERS, SYSTEMS, browser_digest, coarse_name

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "Chrome, Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) {APPLE} Safari/604.1", "Safari, iPhone"),
        (f"Mozilla/5.0 (iPhone) {APPLE} MicroMessenger/8.0", "WeChat, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox, Linux"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) {APPLE} Safari/605.1.15", "Safari, macOS"),
        ("curl/8.5", ""),
        ("", ""),
        ("张三丰 Firefox 330000199001010014", "Firefox"),
    ],
)
def test_a_device_is_named_by_words_of_ours_alone(user_agent, name):
    assert coarse_name(user_agent) == name


def test_there_are_few_names():
    assert (len(BROWSERS) + 1) * (len(SYSTEMS) + 1) < 50


def test_a_browser_has_another_digest_for_each_person():
    assert browser_digest("person-1", "secret") != browser_digest("person-2", "secret")
    assert browser_digest("a", "b:c") != browser_digest("b", "a:c")
    assert len(browser_digest("person-1", "secret")) == 43
