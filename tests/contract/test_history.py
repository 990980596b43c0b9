"""A person's own events, on SQLite and PostgreSQL."""

from datetime import timedelta

import sqlalchemy

from idp.domain.audit import GrantIssued, SessionEnded, SignedIn, SignInRefused, TokensIssued
from tests.contract import values

SHOWN = (SignedIn, SignInRefused, GrantIssued)


def signed_in(number=0, person_id="person-1"):
    return SignedIn(
        at=values.NOW + timedelta(minutes=number),
        person_id=person_id,
        session_id=f"session-{number}",
        amr=("pwd",),
        device="Firefox, Android",
    )


def append(database, *events):
    with database.begin() as work:
        for event in events:
            work.audit.append(event)


def of_person(database, kinds=SHOWN, person_id="person-1", before=None, limit=10):
    with database.read() as work:
        return work.audit.of_person(person_id, kinds, before=before, limit=limit)


def test_events_come_back_whole_newest_first(database):
    grant = GrantIssued(
        at=values.LATER,
        person_id="person-1",
        client_id="client-1",
        grant_id="grant-1",
        session_id="session-0",
        scopes=("openid", "profile"),
        acr="a",
        claims=("cn_realname/gender",),
    )
    append(database, signed_in(), grant)

    assert [entry.event for entry in of_person(database)] == [grant, signed_in()]


def test_only_the_persons_own_events_of_the_wanted_kinds_come(database):
    tokens = TokensIssued(
        at=values.NOW, person_id="person-1", client_id="c", grant_type="x", grant_id=None, scopes=()
    )
    ended = SessionEnded(at=values.NOW, person_id="person-1", session_id="s", reason="by_person")
    nobodys = SignInRefused(at=values.NOW, reason="wrong_password")
    append(database, signed_in(1), signed_in(2, "person-2"), tokens, ended, nobodys)

    assert [entry.event for entry in of_person(database)] == [signed_in(1)]
    assert of_person(database, (TokensIssued,)) == ()


def test_pages_follow_each_other_without_a_gap_while_events_are_added(database):
    append(database, *(signed_in(number) for number in range(5)))

    first = of_person(database, limit=2)
    append(database, signed_in(9))
    second = of_person(database, limit=2, before=first[-1].number)
    third = of_person(database, limit=2, before=second[-1].number)

    sessions = [entry.event.session_id for entry in (*first, *second, *third)]
    assert sessions == ["session-4", "session-3", "session-2", "session-1", "session-0"]
    assert of_person(database, before=third[-1].number) == ()


def test_an_event_is_found_by_its_own_person_alone_and_among_its_kind(database):
    append(database, signed_in(1), signed_in(2, "person-2"))
    [mine], [other] = of_person(database), of_person(database, person_id="person-2")

    with database.read() as work:
        assert work.audit.find("person-1", SHOWN, mine.number) == mine
        assert work.audit.find("person-1", SHOWN, other.number) is None
        assert work.audit.find("person-1", (GrantIssued,), mine.number) is None
        assert work.audit.find("person-1", SHOWN, 10**17) is None


def test_events_of_earlier_releases_can_be_read(opened):
    opened.sql(
        "INSERT INTO audit_event (at, kind, person_id, document) VALUES (:at, 'SignedIn', 'person-1', :said)",
        at="2026-01-01 00:00:00.000000",
        said='{"session_id":"s","amr":["pwd"]}',
    )

    [entry] = of_person(opened.database)

    assert (entry.event.device, entry.event.amr) == ("", ("pwd",))


def test_a_page_is_found_by_its_index(opened):
    append(opened.database, *(signed_in(number) for number in range(3)))
    query = (
        "SELECT * FROM audit_event WHERE person_id = 'person-1' AND kind IN ('SignedIn')"
        " AND kind <> 'TokensIssued' AND id < 100 ORDER BY id DESC LIMIT 20"
    )

    engine = sqlalchemy.create_engine(opened.url, poolclass=sqlalchemy.NullPool)
    with engine.connect() as connection:
        if "sqlite" in opened.url:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
        else:
            # So few rows are read quicker without any index.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            connection.exec_driver_sql("SET LOCAL enable_bitmapscan = off")
            plan = connection.exec_driver_sql(f"EXPLAIN {query}").all()

    assert "ix_audit_event_of_person" in str(plan)
    assert "TEMP B-TREE" not in str(plan)
    assert "Sort" not in str(plan)
