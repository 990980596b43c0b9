"""What an operation asks of the database and of Redis: counted, so that nobody adds to it unnoticed."""

from contextlib import contextmanager

import pytest
import redis

from tests.support.provider import open_provider
from tests.support.relying_party import Visit, answer, ask, authorize, get, redeem, tokens, userinfo

# What the counting itself and new connections send.
ASIDE = {"info", "client", "hello", "select", "ping", "auth"}
GRANTS = ["authorization_code", "refresh_token", "client_credentials"]
PUSHED = {"response_type": "code", "code_challenge": "c" * 43, "code_challenge_method": "S256"}


@pytest.fixture
def provider(tmp_path, postgresql_url, redis_url):
    opened = open_provider(tmp_path, database_url=postgresql_url, store_url=redis_url)
    opened.enter()
    return opened


@pytest.fixture
def client(provider):
    return provider.register(grant_types=GRANTS)


@pytest.fixture
def held(browser, visit):
    """Return the tokens of somebody who is signed in and has agreed."""
    return tokens(browser, visit)


@pytest.fixture
def asked(counted, redis_url):
    """Return a context that yields how many statements and how many commands were sent in it."""

    def commands(store):
        named = store.info("commandstats").items()
        told = {name.removeprefix("cmdstat_").partition("|")[0]: each["calls"] for name, each in named}
        return sum(calls for name, calls in told.items() if name not in ASIDE)

    @contextmanager
    def collect():
        with redis.Redis.from_url(redis_url) as store, counted() as statements:
            seen: list[int] = []
            before = commands(store)
            yield seen
            seen += [len(statements), commands(store) - before]

    return collect


def test_a_visit_with_a_session(browser, client, held, asked):
    visit = Visit(client)

    with asked() as authorizing:
        code = answer(authorize(browser, visit))["code"]
    with asked() as redeeming:
        access_token = redeem(browser, visit, code).json["access_token"]
    with asked() as telling:
        assert (
            userinfo(browser, access_token).json["sub"] == userinfo(browser, held["access_token"]).json["sub"]
        )

    # The consent, and the grant with its event; the session, and the code.
    assert authorizing == [2, 2]
    # The grant with what it rests on, and the event; the code.
    assert redeeming == [2, 1]
    # Twice the grant with its person.
    assert telling == [2, 0]


def test_a_client_on_its_own_behalf(browser, client, held, asked):
    del held
    with asked() as fetching:
        assert ask(browser, "/token", client, grant_type="client_credentials").status_code == 200
    with asked() as pushing:
        form = PUSHED | {"redirect_uri": client.redirect_uri, "scope": "openid"}
        assert ask(browser, "/par", client, client_id=client.client_id, **form).status_code == 201

    assert fetching == [1, 0]
    assert pushing == [0, 1]


def test_a_refresh_and_a_question(browser, client, held, asked):
    with asked() as refreshing:
        form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
        newer = ask(browser, "/token", client, **form).json
    with asked() as asking:
        assert ask(browser, "/introspect", client, token=newer["access_token"]).json["active"]

    # The grant with what it rests on; then its rotation with the event.
    assert refreshing == [2, 0]
    assert asking == [1, 0]


def test_an_opaque_token_is_one_command_each_time(provider, browser, held, asked):
    del held
    client = provider.register(
        grant_types=["client_credentials"], access_token_format="opaque", redirect_uris=[]
    )
    ask(browser, "/token", client, grant_type="client_credentials")

    with asked() as issuing:
        token = ask(browser, "/token", client, grant_type="client_credentials").json["access_token"]
    with asked() as asking:
        assert ask(browser, "/introspect", client, token=token).json["active"]

    assert issuing == [1, 1]
    assert asking == [0, 1]


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks"])
def test_documents_ask_nobody(browser, held, asked, path):
    del held
    with asked() as seen:
        assert get(browser, path).status_code == 200

    assert seen == [0, 0]
