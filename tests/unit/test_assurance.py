"""What a sign-in may assert: the person's own level, held down by the factors that were used."""

import pytest

from idp.domain.assurance import (
    PASSWORD_ALONE,
    Factors,
    Level,
    authentication_context,
    passkey_factors,
    reached_level,
)
from idp.domain.errors import Refusal

SYNCED = passkey_factors(is_synced=True, is_attested=False)
SYNCED_ATTESTED = passkey_factors(is_synced=True, is_attested=True)
BOUND = passkey_factors(is_synced=False, is_attested=False)
BOUND_ATTESTED = passkey_factors(is_synced=False, is_attested=True)


@pytest.mark.parametrize(
    ("factors", "amr"),
    [
        (PASSWORD_ALONE, ("pwd",)),
        (SYNCED, ("swk", "user", "mfa")),
        (SYNCED_ATTESTED, ("swk", "user", "mfa")),
        (BOUND, ("hwk", "user", "mfa")),
        (BOUND_ATTESTED, ("hwk", "user", "mfa")),
    ],
)
def test_methods_are_those_of_rfc_8176(factors, amr):
    assert factors.amr == amr


@pytest.mark.parametrize(
    ("factors", "own", "asserted"),
    [
        (PASSWORD_ALONE, "l4", "l2"),
        (PASSWORD_ALONE, "l1", "l1"),
        (SYNCED, "l4", "l3"),
        (SYNCED_ATTESTED, "l4", "l3"),
        (BOUND, "l4", "l3"),
        (BOUND_ATTESTED, "l4", "l4"),
        (BOUND_ATTESTED, "l3", "l3"),
        (BOUND_ATTESTED, "l1", "l1"),
    ],
)
def test_neither_the_person_nor_the_factors_are_exceeded(factors, own, asserted):
    assert authentication_context(Level(own), factors) == asserted


def test_nothing_proved_asserts_nothing():
    with pytest.raises(Refusal, match="Nobody has signed in"):
        authentication_context(Level.L4, Factors((), Level.L4))


@pytest.mark.parametrize(
    ("own", "required", "reached"),
    [("l3", ("l2", "l3", "l4"), "l3"), ("l2", ("l3", "l4"), None), ("l4", ("l1",), "l1")],
)
def test_the_best_of_what_is_required_is_reached(own, required, reached):
    assert reached_level(Level(own), tuple(map(Level, required))) == reached
