"""What the account pages ask of grants, on SQLite and PostgreSQL."""

from datetime import timedelta

from tests.contract import values

DAY = timedelta(days=1)


def add(database, *grants):
    with database.begin() as work:
        for each in grants:
            work.grants.add(each)


def test_the_parties_of_many_sessions_come_at_once(database):
    add(
        database,
        values.grant(session_id="one", client_id="b"),
        values.grant(session_id="one", client_id="a"),
        values.grant(session_id="one", client_id="a"),
        values.grant(session_id="two", client_id="b"),
        values.grant(session_id="another", client_id="c"),
    )

    with database.read() as work:
        assert work.grants.parties_of(("one", "two", "three")) == {"one": ("a", "b"), "two": ("b",)}
        assert work.grants.parties_of(()) == {}


def test_a_client_may_go_on_until_its_last_live_offline_grant_ends(database):
    offline = ("openid", "offline_access")
    add(
        database,
        values.grant(client_id="a", scopes=offline, expires_at=values.NOW + DAY),
        values.grant(client_id="a", scopes=offline, expires_at=values.NOW + 2 * DAY),
        values.grant(client_id="a", scopes=offline, expires_at=values.NOW + 3 * DAY, revoked_at=values.NOW),
        values.grant(client_id="b", scopes=offline, expires_at=values.NOW),
        values.grant(client_id="c"),
        values.grant(client_id="d", scopes=offline, person_id="person-2"),
    )

    with database.read() as work:
        assert work.grants.offline_until("person-1", values.NOW) == {"a": values.NOW + 2 * DAY}


def test_everything_given_in_a_session_falls_whether_it_was_to_outlive_it_or_not(database):
    online, offline = (
        values.grant(session_id="one"),
        values.grant(session_id="one", scopes=("openid", "offline_access")),
    )
    other = values.grant(session_id="two")
    add(database, online, offline, other)

    with database.begin() as work:
        assert work.grants.revoke_given_in("one", values.LATER) == 2
        assert work.grants.revoke_given_in("one", values.LATER) == 0

    with database.read() as work:
        fallen = [work.grants.get(each.id).revoked_at for each in (online, offline, other)]
    assert fallen == [values.LATER, values.LATER, None]
