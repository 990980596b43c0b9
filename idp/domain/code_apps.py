"""Codes from an app: six digits out of a shared secret and the clock, each taken once."""

import hmac
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

from idp.domain.ids import PersonId, SessionId

SPEC = "RFC 6238"
STEP_SECONDS = 30
DIGITS = 6
# Section 5.2: people type slowly, and clocks differ.
DRIFT = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeApp:
    """The app that shows a person's codes: the *secret* it shares with us, base32.

    *last_step* is the newest step of which a code was taken, *made_in* the session in which the app
    was added.
    """

    id: str
    person_id: PersonId
    secret: str = field(repr=False)
    last_step: int
    made_in: SessionId
    created_at: datetime

    @property
    def last_used_at(self) -> datetime:
        """Return when the step began of which a code was last taken."""
        return datetime.fromtimestamp(self.last_step * STEP_SECONDS, UTC)


class Codes(Protocol):
    """The arithmetic of RFC 6238."""

    def new_secret(self) -> str:
        """Return 160 random bits in base32."""

    def address(self, secret: str, *, name: str) -> str:
        """Return the ``otpauth`` address by which apps take the secret; *name* tells accounts apart."""

    def code(self, secret: str, step: int) -> str:
        """Return the code of the time *step*."""


class CodeApps(Protocol):
    """The apps, durable, their secrets sealed; a person has one at most."""

    def add(self, app: CodeApp) -> bool:
        """Store the app; say whether the person had none."""

    def of_person(self, person_id: PersonId) -> CodeApp | None:
        """Return the person's app."""

    def use(self, app: CodeApp, *, step: int) -> bool:
        """Take the code of *step*; False where it was taken, or a later one, or the app is gone."""

    def remove(self, person_id: PersonId) -> bool:
        """Forget the person's app; say whether there was one."""


def step_of(typed: str, codes: Codes, secret: str, now: datetime) -> int | None:
    """Return the step whose code was *typed*, the newest of several, or None where it is none of now."""
    current = int(now.timestamp()) // STEP_SECONDS
    steps = range(current - DRIFT, current + DRIFT + 1)
    # All are compared, each in constant time: how long it takes tells nothing.
    fitting = [
        step for step in steps if hmac.compare_digest(codes.code(secret, step).encode(), typed.encode())
    ]
    return max(fitting, default=None)
