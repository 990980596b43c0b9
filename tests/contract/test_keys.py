"""Signing keys, on SQLite and PostgreSQL."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.errors import Conflict
from idp.domain.keys import KeyState
from tests.contract import values


def add(database, *keys):
    with database.begin() as work:
        for key in keys:
            work.keys.add(key)


def test_keys_come_back_whole_oldest_first(database):
    keys = [values.signing_key(created_at=values.NOW + timedelta(microseconds=n)) for n in (1, 2, 0)]

    add(database, *keys)

    with database.read() as work:
        assert work.keys.all() == (keys[2], keys[0], keys[1])


def test_a_key_moves_on_in_its_life(database):
    key = values.signing_key()
    add(database, key)

    with database.begin() as work:
        work.keys.set_state(key.kid, KeyState.ACTIVE, values.LATER)

    with database.read() as work:
        assert work.keys.all() == (replace(key, state=KeyState.ACTIVE, changed_at=values.LATER),)


def test_two_keys_of_one_algorithm_never_sign_at_once(database):
    first, second = values.signing_key(state=KeyState.ACTIVE), values.signing_key()
    add(database, first, second, values.signing_key(algorithm="RS256", state=KeyState.ACTIVE))

    with pytest.raises(Conflict), database.begin() as work:
        work.keys.set_state(second.kid, KeyState.ACTIVE, values.LATER)
    with database.begin() as work:
        work.keys.set_state(first.kid, KeyState.RETIRING, values.LATER)
        work.keys.set_state(second.kid, KeyState.ACTIVE, values.LATER)

    with database.read() as work:
        active = [key.kid for key in work.keys.all() if key.state is KeyState.ACTIVE]
    assert second.kid in active
    assert first.kid not in active


def test_a_key_that_stops_signing_loses_its_private_half_and_keeps_its_day(database):
    key = values.signing_key(state=KeyState.ACTIVE)
    add(database, key)

    with database.begin() as work:
        work.keys.set_state(key.kid, KeyState.RETIRING, values.LATER)
    with database.begin() as work:
        work.keys.set_state(key.kid, KeyState.RETIRED, values.LATER + timedelta(days=1))

    with database.read() as work:
        [kept] = work.keys.all()
    assert (kept.stopped_at, kept.changed_at) == (values.LATER, values.LATER + timedelta(days=1))
    assert kept.sealed_private == b""
    assert kept.public_jwk == key.public_jwk


def test_moving_an_unknown_key_is_a_bug(database):
    with pytest.raises(LookupError), database.begin() as work:
        work.keys.set_state("unknown", KeyState.ACTIVE, values.NOW)
