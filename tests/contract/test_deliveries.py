"""The queue of logout notices, and what time ends or forgets, on SQLite and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import bindparam, select, text, update

from idp.adapters.sealing import AesGcmSealer
from idp.domain.algorithms import Algorithm
from idp.domain.claims.subject import Pseudonyms
from idp.domain.deliveries import LogoutDelivery
from idp.domain.errors import Unavailable
from idp.domain.ids import random_id
from idp.domain.keys import KeyState
from idp.domain.sessions import SessionLife
from idp.jobs.deliver_logouts import DeliverLogouts
from idp.protocol.jose.keyring import Keyring, new_signing_key
from idp.protocol.logout.back_channel import LogoutTokens
from idp.services.account import Account
from idp.services.notices import Notices
from idp.services.sessions import SessionKeeper
from idp.storage.ephemeral.kept import KeptHotSessions
from idp.storage.ephemeral.memory import MemoryExpiringStore
from idp.storage.outbox import OutboxMessages
from idp.storage.tables import CLIENT, GRANTS, SESSION
from tests.contract import values
from tests.contract.conftest import open_ready, race
from tests.support.clock import FakeClock
from tests.support.inbox import Inbox
from tests.support.patience import wait_until

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def delivery(**changes):
    usual = LogoutDelivery(
        id=random_id(),
        client_id="client-1",
        subject="subject-1",
        sid="sid-1",
        uri="https://rp.test/ended",
        created_at=values.NOW,
        due_at=values.NOW,
    )
    return replace(usual, **changes)


def add(database, *deliveries):
    with database.begin() as work:
        for each in deliveries:
            work.deliveries.add(each)


def of_client(database, client_id="client-1"):
    with database.read() as work:
        return work.deliveries.of_client(client_id, limit=10)


def test_a_notice_comes_back_whole_newest_first(database):
    old = delivery(attempts=3, last_status=503, due_at=None, given_up_at=values.LATER)
    new = delivery(created_at=values.LATER, due_at=None, delivered_at=values.LATER)
    add(database, old, new, delivery(client_id="another"))

    assert of_client(database) == (new, old)
    assert of_client(database, "unknown") == ()


def test_what_is_due_is_found_oldest_first_and_not_more_than_asked_for(database):
    late, early = delivery(due_at=values.NOW), delivery(due_at=values.NOW - MINUTE)
    waiting = delivery(due_at=values.NOW + MINUTE)
    done = delivery(due_at=None, delivered_at=values.NOW)
    add(database, late, early, waiting, done)

    with database.read() as work:
        assert work.deliveries.due(values.NOW, limit=10) == (early, late)
        assert work.deliveries.due(values.NOW, limit=1) == (early,)


def test_a_claim_hides_the_notice_until_its_lease_is_over(database):
    add(database, seen := delivery())
    with database.begin() as work:
        claimed = work.deliveries.claim(seen, until=values.NOW + MINUTE)

    assert claimed == replace(seen, attempts=1, due_at=values.NOW + MINUTE)
    with database.read() as work:
        assert work.deliveries.due(values.NOW, limit=10) == ()
        assert work.deliveries.due(values.NOW + MINUTE, limit=10) == (claimed,)


def test_racing_to_claim_has_one_winner(database):
    add(database, seen := delivery())

    def claim():
        with database.begin() as work:
            return work.deliveries.claim(seen, until=values.NOW + MINUTE)

    assert sum(won is not None for won in race(claim)) == 1
    assert of_client(database)[0].attempts == 1


def test_what_was_settled_cannot_be_claimed(database):
    add(database, seen := delivery())
    with database.begin() as work:
        claimed = work.deliveries.claim(seen, until=values.NOW + MINUTE)
        assert work.deliveries.settle(replace(claimed, due_at=None, delivered_at=values.NOW))

    with database.begin() as work:
        assert work.deliveries.claim(seen, until=values.NOW + MINUTE) is None
        assert work.deliveries.claim(claimed, until=values.NOW + MINUTE) is None


def test_who_comes_too_late_cannot_settle_the_try_of_another(database):
    add(database, seen := delivery())
    with database.begin() as work:
        slow = work.deliveries.claim(seen, until=values.NOW + MINUTE)
        quick = work.deliveries.claim(slow, until=values.NOW + 2 * MINUTE)
        assert work.deliveries.settle(replace(quick, due_at=None, delivered_at=values.NOW))
        assert not work.deliveries.settle(replace(slow, due_at=values.NOW, last_status=503))
        assert not work.deliveries.settle(replace(quick, due_at=values.NOW))

    assert of_client(database)[0].state == "delivered"


@pytest.mark.parametrize("workers", [2, 4])
def test_workers_at_once_deliver_each_notice_once(database, workers):
    clock, inbox = FakeClock(values.NOW), Inbox()
    sealer = AesGcmSealer({"k1": bytes(range(32))}, "k1")
    key = new_signing_key(Algorithm.ES256, sealer=sealer, clock=clock)
    with database.begin() as work:
        work.keys.add(key)
        work.keys.set_state(key.kid, KeyState.ACTIVE, clock.now())
        work.clients.add(values.client(client_id="client-1"))
        for _ in range(40):
            work.deliveries.add(delivery())

    def load():
        with database.read() as work:
            return work.keys.all()

    together = Barrier(workers)

    def work_off():
        keyring = Keyring(load, sealer=sealer, clock=clock)
        tokens = LogoutTokens(keyring=keyring, issuer="https://idp.test", clock=clock)
        job = DeliverLogouts(records=database, outbound=inbox, tokens=tokens, clock=clock)
        together.wait()
        done = 0
        for _ in range(40):
            done += job.run_once()
        return done

    with ThreadPoolExecutor(workers) as pool:
        done = [running.result() for running in [pool.submit(work_off) for _ in range(workers)]]

    assert sum(done) == len(inbox.posted) == len({form["logout_token"] for _, form in inbox.posted}) == 40
    assert [kind for kind, _ in database.audit_trail()] == ["LogoutDelivered"] * 40


def test_notices_done_with_long_ago_are_forgotten_in_batches(database):
    old = values.NOW - 31 * DAY
    done = [delivery(created_at=old, due_at=None, delivered_at=old) for _ in range(3)]
    recent = delivery(due_at=None, delivered_at=values.NOW)
    waiting = delivery(created_at=old)
    add(database, *done, recent, waiting)

    with database.begin() as work:
        assert work.deliveries.purge(values.NOW - 30 * DAY, limit=2) == 2
        assert work.deliveries.purge(values.NOW - 30 * DAY, limit=2) == 1
        assert work.deliveries.purge(values.NOW - 30 * DAY, limit=2) == 0

    assert {each.id for each in of_client(database)} == {recent.id, waiting.id}


def test_open_sessions_that_time_has_ended_are_found(database):
    live = values.session()
    idle = values.session(last_seen_at=values.NOW - MINUTE)
    old = values.session(expires_at=values.NOW)
    ended = values.session(expires_at=values.NOW, revoked_at=values.NOW)
    with database.begin() as work:
        for each in (live, idle, old, ended):
            work.sessions.add(each)

    with database.begin() as work:
        found = work.sessions.expired(values.NOW, after=None)
        assert (found.id, found.token_digest, found.person_id) == (old.id, old.token_digest, old.person_id)
        assert work.sessions.expired(values.NOW, after=found) is None


def test_expired_sessions_are_found_one_behind_the_other(database):
    moments = [values.NOW - MINUTE, values.NOW - MINUTE, values.NOW]
    with database.begin() as work:
        for at in moments:
            work.sessions.add(values.session(expires_at=at))

    found, last = [], None
    with database.begin() as work:
        while last := work.sessions.expired(values.NOW, after=last):
            found.append(last)

    assert [each.expires_at for each in found] == moments
    assert len({each.id for each in found}) == 3


def keeper(database):
    clock = FakeClock(values.NOW)
    life = SessionLife(idle=MINUTE, absolute=DAY, touch=MINUTE)
    hot = KeptHotSessions(MemoryExpiringStore(clock))
    notices = Notices(messages=OutboxMessages(), texts={}, clock=clock, issuer="https://idp.test")
    return SessionKeeper(
        records=database,
        hot=hot,
        life=life,
        pseudonyms=Pseudonyms(bytes(32)),
        clock=clock,
        notices=notices,
    )


def test_nodes_that_end_sessions_at_once_end_each_of_them_once(database):
    with database.begin() as work:
        for _ in range(40):
            work.sessions.add(values.session(expires_at=values.NOW))

    race(lambda: keeper(database).end_expired(limit=100), racers=4)

    ended = [event["session_id"] for kind, event in database.audit_trail() if kind == "SessionEnded"]
    assert len(ended) == len(set(ended)) == 40


def test_no_more_sessions_are_ended_at_once_than_was_asked_for(database):
    with database.begin() as work:
        for _ in range(5):
            work.sessions.add(values.session(expires_at=values.NOW))

    assert [keeper(database).end_expired(limit=3) for _ in range(3)] == [3, 2, 0]


def test_sessions_that_cannot_be_read_end_like_any_other(database):
    spoilt = [values.session(expires_at=values.NOW - MINUTE) for _ in range(9)]
    with database.begin() as work:
        for each in (*spoilt, values.session(expires_at=values.NOW)):
            work.sessions.add(each)
    spoil(database, SESSION, [each.id for each in spoilt])

    assert keeper(database).end_expired(limit=100) == 10


def test_a_session_that_cannot_be_ended_keeps_no_other_from_it_and_is_told_of(database):
    stuck, free = values.session(expires_at=values.NOW - MINUTE), values.session(expires_at=values.NOW)
    with database.begin() as work:
        work.clients.add(values.client(client_id="spoilt"))
        work.grants.add(values.grant(client_id="spoilt", session_id=stuck.id))
        for each in (stuck, free):
            work.sessions.add(each)
    # Whether this client is to be told cannot be found out.
    spoil(database, CLIENT, ["spoilt"])

    assert keeper(database).end_expired(limit=100) == 1
    with pytest.raises(ValueError, match="JSON"):
        keeper(database).end_expired(limit=100)


def spoil(database, table, ids):
    """Write what nothing of ours writes."""
    with database._engine.begin() as connection:  # noqa: SLF001 - see above
        connection.execute(update(table).where(table.c.id.in_(ids)).values(document="{"))


def test_sessions_and_grants_over_long_ago_are_forgotten(database):
    before = values.NOW - 30 * DAY
    over = values.session(expires_at=before - MINUTE, revoked_at=before)
    unended = values.session(expires_at=before - MINUTE)
    recent = values.session(revoked_at=values.NOW)
    grants = [values.grant(expires_at=before - MINUTE), values.grant()]
    with database.begin() as work:
        for each in (over, unended, recent):
            work.sessions.add(each)
        for grant in grants:
            work.grants.add(grant)

    with database.begin() as work:
        assert work.sessions.purge(before, limit=10) == 1
        assert work.grants.purge(before, limit=10) == 1

    with database.read() as work:
        assert work.sessions.find(over.token_digest) is None
        assert work.sessions.find(unended.token_digest)
        assert work.sessions.find(recent.token_digest)
        assert [work.grants.get(each.id) is not None for each in grants] == [False, True]


@pytest.mark.parametrize(
    ("verb", "whose"),
    [
        ("revoke_of_session", ("session-1",)),
        ("revoke_of_consent", ("person-1", "client-1")),
        ("revoke_of_client", ("client-1",)),
    ],
)
def test_grants_are_ended_in_one_order_so_that_nobody_waits_in_a_circle(postgresql_url, verb, whose):
    database = open_ready(postgresql_url).database
    with database.begin() as work:
        # Stored the other way round, as a scan would find them.
        for name in ("z", "m", "a"):
            work.grants.add(values.grant(id=name))
    lock = select(GRANTS.c.id).where(GRANTS.c.id == bindparam("name")).with_for_update(nowait=True)
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")

    def end_all():
        with database.begin() as work:
            return getattr(work.grants, verb)(*whose, values.NOW)

    with ThreadPoolExecutor(1) as pool, database._engine.connect() as other:  # noqa: SLF001 - another node
        other.exec_driver_sql("BEGIN")
        other.execute(lock, {"name": "a"})
        ended = pool.submit(end_all)
        wait_until(lambda: bool(other.execute(waiting).scalar()))

        # Whoever waits for the first has none of the others yet.
        other.execute(lock, {"name": "z"})
        other.rollback()

    assert ended.result() == 3


def test_who_ends_all_sessions_of_a_person_holds_the_grants_of_one_at_a_time(postgresql_url):
    database = open_ready(postgresql_url).database
    sessions = [values.session(id=name) for name in ("s-1", "s-2")]
    with database.begin() as work:
        for session in sessions:
            work.sessions.add(session)
        work.grants.add(values.grant(id="z", session_id="s-1"))
        work.grants.add(values.grant(id="a", session_id="s-2"))
    lock = select(GRANTS.c.id).where(GRANTS.c.id == bindparam("name")).with_for_update(nowait=True)
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    account = Account(records=database, sessions=keeper(database), clock=FakeClock(values.NOW))

    with ThreadPoolExecutor(1) as pool, database._engine.connect() as other:  # noqa: SLF001 - another node
        other.exec_driver_sql("BEGIN")
        other.execute(lock, {"name": "a"})
        ended = pool.submit(account.end_all, sessions[0])
        wait_until(lambda: bool(other.execute(waiting).scalar()))

        other.execute(lock, {"name": "z"})
        other.rollback()

    assert ended.result() == 2


def test_what_is_due_to_one_client_can_wait_and_nobody_elses_does(database):
    soon = values.NOW + MINUTE
    due = [delivery(id=f"due-{number}") for number in range(3)]
    later, done = delivery(id="later", due_at=values.LATER), delivery(id="done", due_at=None)
    add(database, *due, later, done, delivery(id="other", client_id="another"))

    with database.begin() as work:
        put_off = [
            work.deliveries.put_off("client-1", values.NOW, until=soon, limit=2),
            work.deliveries.put_off("client-1", values.NOW, until=soon, limit=10),
            work.deliveries.put_off("client-1", values.NOW, until=soon, limit=10),
        ]

    assert put_off == [2, 1, 0]
    assert {each.id: each.due_at for each in of_client(database)} == {
        **{each.id: soon for each in due},
        "later": values.LATER,
        "done": None,
    }
    with database.read() as work:
        assert [each.id for each in work.deliveries.due(values.NOW, limit=10)] == ["other"]


def test_a_notice_that_nobody_can_make_is_given_up_after_a_day(database):
    clock = FakeClock(values.NOW)
    sealer = AesGcmSealer({"k1": bytes(range(32))}, "k1")
    # No key is active, so no token can be signed.
    tokens = LogoutTokens(
        keyring=Keyring(lambda: (), sealer=sealer, clock=clock), issuer="https://idp.test", clock=clock
    )
    job = DeliverLogouts(records=database, outbound=Inbox(), tokens=tokens, clock=clock)
    with database.begin() as work:
        work.clients.add(values.client(client_id="client-1"))
    add(database, delivery())

    for _ in range(40):
        if of_client(database)[0].state != "waiting":
            break
        with pytest.raises(Unavailable):
            job.run_once()
        clock.advance(timedelta(hours=2))

    assert of_client(database)[0].state == "given_up"
