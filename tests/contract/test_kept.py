"""Interactions, codes and hot sessions on each store."""

from datetime import timedelta

import pytest

from idp.storage.ephemeral.kept import KeptCodes, KeptHotSessions, KeptInteractions
from idp.storage.ephemeral.redis import RedisOneTimeStore, open_redis
from tests.contract import values
from tests.contract.conftest import race

HOUR = timedelta(hours=1)


@pytest.fixture
def interactions(expiring):
    return KeptInteractions(expiring.store)


@pytest.fixture
def codes(one_time):
    return KeptCodes(one_time.store)


@pytest.fixture
def sessions(expiring):
    return KeptHotSessions(expiring.store)


def test_an_interaction_comes_back_whole(interactions):
    visit = values.interaction(browser="b" * 43, consented_by="person-1")

    interactions.put(visit, ttl=HOUR)

    assert interactions.get(visit.id) == visit
    assert interactions.get("another") is None


def test_where_an_interaction_came_from_is_known_after_its_end(interactions):
    visit, own = values.interaction(), values.interaction(request=None)
    interactions.put(visit, ttl=HOUR)
    interactions.put(own, ttl=HOUR)

    interactions.finish(visit.id)

    assert interactions.party(visit.id) == "client-1"
    assert interactions.party(own.id) is None
    assert interactions.party("another") is None


def test_a_visit_to_the_account_pages_has_no_request(interactions):
    visit = values.interaction(request=None)

    interactions.put(visit, ttl=HOUR)

    assert interactions.get(visit.id) == visit


def test_an_interaction_is_replaced_only_by_who_saw_the_newest(interactions):
    first = values.interaction()
    bound = first.bound_to("b" * 43)
    interactions.put(first, ttl=HOUR)

    assert interactions.replace(first, bound)
    assert not interactions.replace(first, first.bound_to("c" * 43))
    assert interactions.replace(interactions.get(first.id), bound.consented("person-1"))
    assert interactions.get(first.id) == bound.consented("person-1")


def test_racing_to_change_an_interaction_has_one_winner(interactions):
    visit = values.interaction()
    interactions.put(visit, ttl=HOUR)

    assert race(lambda: interactions.replace(visit, visit.bound_to("b"))).count(True) == 1


def test_racing_to_finish_an_interaction_has_one_winner(interactions):
    visit = values.interaction()
    interactions.put(visit, ttl=HOUR)

    assert race(lambda: interactions.finish(visit.id)).count(True) == 1
    assert interactions.get(visit.id) is None


def test_a_code_leads_to_its_facts_once(codes):
    facts = values.code()

    codes.put("the code", facts, ttl=HOUR)

    assert codes.take("the code") == facts
    assert codes.take("the code") is None


def test_racing_for_a_code_has_one_winner(codes):
    codes.put("the code", values.code(), ttl=HOUR)

    assert race(lambda: codes.take("the code")).count(None) == 15


def test_no_code_can_be_read_in_redis(redis_url):
    with open_redis(redis_url) as client:
        KeptCodes(RedisOneTimeStore(client)).put("the-code", values.code(), ttl=HOUR)

        kept = [f"{key} {client.get(key)}" for key in client.scan_iter()]

    assert len(kept) == 1
    assert "the-code" not in kept[0]


def test_a_hot_session_comes_back_whole_until_it_is_forgotten(sessions):
    session = values.session(revoked_at=values.LATER)
    sessions.put(session, ttl=HOUR)

    assert sessions.get(session.token_digest) == session
    sessions.delete(session.token_digest)
    sessions.delete(session.token_digest)
    assert sessions.get(session.token_digest) is None
