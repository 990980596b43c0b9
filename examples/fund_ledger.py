"""The centre's books, for the demo in memory: what each person has, and what was drawn."""

import hashlib
from collections import OrderedDict
from dataclasses import dataclass, field
from decimal import Decimal
from threading import Lock
from typing import Literal

MOST = 10_000
BEGINNING = Decimal("186000.00")
# A made-up prefix, so that it cannot be taken for somebody's.
PREFIX = "99001"
Outcome = Literal["done", "repeated", "too_much"]


@dataclass
class Entry:
    """One person's account."""

    balance: Decimal = BEGINNING
    drawn: set[str] = field(default_factory=set)


class Ledger:
    """Keeps accounts by the pseudonym that the provider has for each person at this centre."""

    def __init__(self) -> None:
        self._entries: OrderedDict[str, Entry] = OrderedDict()
        self._lock = Lock()

    def balance(self, subject: str) -> Decimal:
        """Return what the person has."""
        with self._lock:
            return self._entry(subject).balance

    def draw(self, subject: str, amount: Decimal, application: str) -> Outcome:
        """Take *amount* out, once for each number of an *application*: a token can be used again."""
        with self._lock:
            entry = self._entry(subject)
            if application in entry.drawn:
                return "repeated"
            if amount > entry.balance:
                return "too_much"
            entry.drawn.add(application)
            entry.balance -= amount
            return "done"

    def _entry(self, subject: str) -> Entry:
        entry = self._entries.setdefault(subject, Entry())
        if len(self._entries) > MOST:
            self._entries.popitem(last=False)
        return entry


def account_of(subject: str) -> str:
    """Return the number of the person's fund account."""
    return PREFIX + str(int.from_bytes(hashlib.sha256(subject.encode()).digest()[:4], "big")).zfill(10)
