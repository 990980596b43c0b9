"""The audit log's chain, on both storages: every change of an event, a block or a head is found."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy

from idp.domain.audit import TokensIssued
from idp.domain.errors import Unavailable
from idp.services.audit_chain import Checked
from tests.support.provider import open_provider


@pytest.fixture
def provider(any_provider):
    any_provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
    for number in range(5):
        issue(any_provider, f"client-{number}")
    return any_provider


@pytest.fixture
def chain(provider):
    """Return the chain, bound."""
    return bound(provider)


def issue(provider, client_id="client"):
    with provider.house.neighbours.database.once() as work:
        work.audit.append(event_of(provider, client_id))


def event_of(provider, client_id):
    return TokensIssued(
        at=provider.clock.now(),
        person_id="𬱖",
        client_id=client_id,
        grant_type="client_credentials",
        grant_id=None,
        scopes=("openid",),
    )


def bound(provider):
    made = provider.house.tools.audit_chain
    while made.run_once():
        provider.clock.advance(timedelta(seconds=5))
    return made


def sql(provider, statement, **values):
    engine = sqlalchemy.create_engine(
        provider.house.tools.settings.database.url, poolclass=sqlalchemy.NullPool
    )
    with engine.begin() as connection:
        told = connection.execute(sqlalchemy.text(statement), values)
        return [tuple(row) for row in told] if told.returns_rows else []


def numbers(provider):
    return [number for (number,) in sql(provider, "SELECT id FROM audit_event ORDER BY id")]


def faults(chain, **asked):
    checked = chain.verify(**asked)
    return checked.fault, checked.at


def test_what_nobody_touched_is_as_it_was(provider, chain):
    count = len(numbers(provider))

    assert chain.verify() == Checked(blocks=1, events=count)
    issue(provider)
    assert chain.verify() == Checked(blocks=1, events=count, waiting=1)
    assert bound(provider).verify() == Checked(blocks=2, events=count + 1)
    assert chain.run_once() == 0


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_event SET at = '2026-01-01 00:00:00.000000' WHERE id = :id",
        "UPDATE audit_event SET kind = 'SignedIn' WHERE id = :id",
        "UPDATE audit_event SET person_id = 'another' WHERE id = :id",
        "UPDATE audit_event SET person_id = NULL WHERE id = :id",
        "UPDATE audit_event SET client_id = 'another' WHERE id = :id",
        "UPDATE audit_event SET document = '{}' WHERE id = :id",
    ],
)
def test_an_altered_event_is_named(provider, chain, change):
    number = numbers(provider)[3]
    sql(provider, change, id=number)

    assert faults(chain) == ("altered", number)


def test_a_removed_event_is_named(provider, chain):
    number = numbers(provider)[-1]
    sql(provider, "DELETE FROM audit_event WHERE id = :id", id=number)

    assert faults(chain) == ("removed", number)


def test_an_event_that_is_put_between_is_named(provider):
    number, *_, last = numbers(provider)[2:]
    sql(provider, "DELETE FROM audit_event WHERE id = :id", id=number)
    chain = bound(provider)
    sql(
        provider,
        "INSERT INTO audit_event (id, at, kind, person_id, client_id, document) "
        "SELECT :id, at, kind, person_id, client_id, document FROM audit_event WHERE id = :last",
        id=number,
        last=last,
    )

    assert faults(chain) == ("inserted", number)


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE audit_block SET hash = 'x' WHERE number = 1", ("block", 1)),
        ("UPDATE audit_block SET last_id = last_id - 1 WHERE number = 2", ("block", 2)),
        ("UPDATE audit_block SET entries = substr(entries, 25) WHERE number = 1", ("block", 1)),
        ("UPDATE audit_block SET head = 'a.b.c' WHERE number = 1", ("signature", 1)),
        ("DELETE FROM audit_block WHERE number = 1", ("gap", 1)),
        ("DELETE FROM audit_block WHERE number = 2", ("gap", 2)),
    ],
)
def test_a_changed_block_is_named(provider, chain, change, fault):
    for _ in range(2):
        issue(provider)
        bound(provider)
    sql(provider, change)

    assert faults(chain) == fault


def test_the_head_of_another_block_is_not_taken(provider, chain):
    issue(provider)
    bound(provider)
    sql(
        provider,
        "UPDATE audit_block SET head = (SELECT head FROM audit_block WHERE number = 1) WHERE number = 2",
    )

    assert faults(chain) == ("signature", 2)


def test_an_end_that_was_cut_off_is_seen_by_who_kept_a_head(provider, chain):
    first, before = chain.head().head, numbers(provider)
    issue(provider)
    kept = bound(provider).head().head
    sql(provider, "DELETE FROM audit_block WHERE number = 2")
    sql(provider, "DELETE FROM audit_event WHERE id > :id", id=before[-1])

    assert faults(chain) == (None, None)
    assert faults(chain, kept=first) == (None, None)
    assert faults(chain, kept=kept) == ("end", 2)


def test_a_chain_that_was_made_anew_is_seen_by_who_kept_a_head(provider, chain):
    kept = chain.head().head
    sql(provider, "UPDATE audit_event SET client_id = 'another' WHERE client_id = 'client-1'")
    sql(provider, "DELETE FROM audit_block")
    anew = bound(provider)

    assert faults(anew) == (None, None)
    assert faults(anew, kept=kept) == ("end", 1)


def test_the_head_of_another_provider_counts_for_nothing(provider, chain, tmp_path):
    stranger = open_provider(tmp_path / "stranger", database_url=f"sqlite:///{tmp_path}/stranger.db")
    stranger.enter()

    assert faults(chain, kept=bound(stranger).head().head) == ("signature", None)
    assert faults(chain, kept="no head") == ("signature", None)


def test_a_head_of_a_revoked_key_holds_only_if_a_later_one_binds_it(provider, chain):
    key_life = provider.house.tools.key_life
    [old] = [key.kid for key in key_life.all() if key.state.value == "active" and key.algorithm == "RS256"]
    key_life.rotate("RS256")
    provider.clock.advance(timedelta(seconds=2))
    key_life.revoke(old)
    provider.clock.advance(timedelta(seconds=2))

    assert faults(chain) == ("signature", 1)
    assert faults(bound(provider)) == (None, None)


def test_only_the_blocks_of_the_days_that_were_asked_for_are_looked_into(provider, chain):
    number = numbers(provider)[0]
    provider.clock.advance(timedelta(days=2))
    issue(provider)
    bound(provider)
    sql(provider, "UPDATE audit_event SET kind = 'SignedIn' WHERE id = :id", id=number)
    yesterday = provider.clock.now() - timedelta(days=1)

    assert chain.verify(since=yesterday) == Checked(blocks=2, events=1)
    assert faults(chain, until=yesterday) == ("altered", number)


def test_an_event_that_was_begun_earlier_and_ends_later_is_waited_for(provider):
    database, begun = provider.house.neighbours.database, Event()

    def be_slow():
        with database.begin() as work:
            work.audit.append(event_of(provider, "slow"))
            begun.set()
            Event().wait(0.2)

    with ThreadPoolExecutor(2) as others:
        slow = others.submit(be_slow)
        begun.wait(10)
        quick = others.submit(issue, provider, "quick")
        chain = bound(provider)
        slow.result()
        quick.result()

    assert faults(bound(provider)) == (None, None)
    assert chain.verify().waiting == 0


def test_of_several_nodes_each_binds_what_no_other_has(provider):
    chain = provider.house.tools.audit_chain
    stop = Event()

    def bind():
        while not stop.is_set():
            try:
                chain.run_once()
            except Unavailable:  # the lock was not to be had in time
                continue

    with ThreadPoolExecutor(6) as nodes:
        binding = [nodes.submit(bind) for _ in range(2)]
        for each in [nodes.submit(lambda: [issue(provider) for _ in range(25)]) for _ in range(4)]:
            each.result()
        stop.set()
        for each in binding:
            each.result()

    checked = bound(provider).verify()
    assert (checked.fault, checked.events, checked.waiting) == (None, len(numbers(provider)), 0)
