"""Units of work: facts and their events together, or not at all."""

from threading import Barrier

import pytest

from idp.domain.audit import ConsentGiven, PersonCreated, SignInRefused, TokensIssued
from idp.domain.audit_of_operators import ClientRegistered
from tests.contract import values
from tests.contract.conftest import open_ready, race


def test_fact_and_event_are_kept_together(database):
    client = values.client(client_id="client-1")

    with database.begin() as work:
        work.clients.add(client)
        work.audit.append(ClientRegistered(at=values.NOW, client_id=client.client_id))

    with database.read() as work:
        assert work.clients.all() == (client,)
    assert database.audit_trail() == [
        (
            "ClientRegistered",
            {"at": values.NOW, "person_id": None, "client_id": "client-1", "by": "operator"},
        )
    ]


def test_fact_and_event_fall_together(database):
    def write_and_fail():
        with database.begin() as work:
            work.clients.add(values.client())
            work.audit.append(ClientRegistered(at=values.NOW))
            raise KeyError

    with pytest.raises(KeyError):
        write_and_fail()

    with database.read() as work:
        assert work.clients.all() == ()
    assert database.audit_trail() == []


def test_events_keep_their_order_and_their_details(database):
    with database.begin() as work:
        work.audit.append(PersonCreated(at=values.LATER, person_id="p", level="l3"))
        work.audit.append(SignInRefused(at=values.NOW, reason="wrong_password"))
    with database.begin() as work:
        work.audit.append(
            ConsentGiven(at=values.NOW, person_id="p", client_id="c", asked=("a", "b"), allowed=("a",))
        )
        work.audit.append(
            TokensIssued(
                at=values.NOW, client_id="c", grant_type="client_credentials", grant_id=None, scopes=()
            )
        )

    assert database.audit_trail() == [
        ("PersonCreated", {"at": values.LATER, "person_id": "p", "client_id": None, "level": "l3"}),
        (
            "SignInRefused",
            {
                "at": values.NOW,
                "person_id": None,
                "client_id": None,
                "reason": "wrong_password",
                "device": "",
            },
        ),
        (
            "ConsentGiven",
            {"at": values.NOW, "person_id": "p", "client_id": "c", "asked": ["a", "b"], "allowed": ["a"]},
        ),
        (
            "TokensIssued",
            {
                "at": values.NOW,
                "person_id": None,
                "client_id": "c",
                "grant_type": "client_credentials",
                "grant_id": None,
                "scopes": [],
            },
        ),
    ]


def test_nothing_is_seen_by_others_before_the_end(database):
    with database.begin() as work:
        work.clients.add(values.client())
        with database.read() as other:
            assert other.clients.all() == ()

    with database.read() as other:
        assert len(other.clients.all()) == 1


def test_each_statement_of_a_reader_sees_the_newest_facts(database):
    with database.read() as reader:
        before = reader.clients.all()
        with database.begin() as work:
            work.clients.add(values.client())
        after = reader.clients.all()

    assert (len(before), len(after)) == (0, 1)


def test_writers_at_once_all_succeed(database):
    together = Barrier(16)

    def write():
        together.wait()
        for _ in range(10):
            with database.begin() as work:
                work.clients.all()
                work.clients.add(values.client())

    race(write)

    with database.read() as work:
        assert len(work.clients.all()) == 160


def test_what_is_committed_is_there_after_a_restart(opened):
    client = values.client()
    with opened.database.begin() as work:
        work.clients.add(client)
    opened.database.close()

    again = open_ready(opened.url)
    with again.database.read() as work:
        assert work.clients.all() == (client,)
    again.database.close()
