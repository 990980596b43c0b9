"""Tokens for an API: renewed in time, by one of several threads, with each refresh token once."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from examples.api_tokens import ApiTokens
from examples.problems import Problem


class Provider:
    """Renews, and remembers what it was shown."""

    def __init__(self, seconds=600):
        self.shown = []
        self.seconds = seconds

    def __call__(self, refresh_token):
        self.shown.append(refresh_token)
        number = len(self.shown)
        return {"access_token": f"a{number}", "refresh_token": f"r{number}", "expires_in": self.seconds}


def test_a_token_is_used_while_it_lasts():
    provider = Provider()
    tokens = ApiTokens(provider, "r0")

    assert [tokens.current() for _ in range(3)] == ["a1", "a1", "a1"]


def test_one_that_is_about_to_end_is_renewed_with_the_newest_refresh_token():
    provider = Provider(seconds=20)
    tokens = ApiTokens(provider, "r0")

    assert [tokens.current() for _ in range(3)] == ["a1", "a2", "a3"]
    assert provider.shown == ["r0", "r1", "r2"]


def test_of_many_threads_one_renews():
    provider = Provider()
    tokens = ApiTokens(provider, "r0")

    with ThreadPoolExecutor(8) as pool:
        held = set(pool.map(lambda _: tokens.current(), range(16)))

    assert (held, provider.shown) == ({"a1"}, ["r0"])


def test_a_provider_that_refuses_leaves_no_token_behind():
    def refuse(refresh_token):
        raise Problem("stale")

    with pytest.raises(Problem, match="stale"):
        ApiTokens(refuse, "r0").current()
