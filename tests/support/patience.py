"""Waiting for what another program does."""

from collections.abc import Callable
from threading import Event
from time import monotonic

PATIENCE_SECONDS = 30
POLL_SECONDS = 0.05


def wait_until(fact: Callable[[], bool]) -> None:
    """Poll until *fact* holds."""
    deadline = monotonic() + PATIENCE_SECONDS
    while not fact():
        assert monotonic() < deadline, "It never came true."
        Event().wait(POLL_SECONDS)
