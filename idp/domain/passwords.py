"""What makes a new password too weak: too short, known to everybody, or made of the person's own data.

NIST SP 800-63B section 3.1.1: no rules of composition, no expiry. What is compared is folded; what is
kept is the password as it was typed, as at sign-in.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise

from idp.domain.accounts import Person
from idp.domain.names import INTERPUNCT, fold

MIN_PASSWORD = 8
MAX_PASSWORD = 1024
# Shorter pieces of Latin letters stand in many words by chance; two Chinese characters do not.
MIN_LATIN_PIECE = 4
MIN_PIECE = 2
LONGEST_BLOCK = 4
CHINA = "+86"


class Weakness(StrEnum):
    """Why a password is not taken."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    COMMON = "common"
    PERSONAL = "personal"


def weakness(password: str, person: Person, common: frozenset[str]) -> Weakness | None:
    """Return what is wrong with a new *password* of *person*, if anything; *common* ones are folded."""
    if len(password) < MIN_PASSWORD:
        return Weakness.TOO_SHORT
    if len(password) > MAX_PASSWORD:
        return Weakness.TOO_LONG
    folded = fold(password)
    if folded in common or _is_row(folded) or _is_repetition(folded):
        return Weakness.COMMON
    if any(word in folded for word in _words(person)):
        return Weakness.PERSONAL
    # A piece of a number, such as the date of birth in it, is as well known as the whole.
    if any(number in folded or folded in number for number in _numbers(person)):
        return Weakness.PERSONAL
    return None


def _is_row(folded: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    return steps <= {1} or steps <= {-1}


def _is_repetition(folded: str) -> bool:
    whole = len(folded)
    return any(folded == (folded[:size] * whole)[:whole] for size in range(1, LONGEST_BLOCK + 1))


def _words(person: Person) -> Iterator[str]:
    pieces = re.split(rf"[\s{INTERPUNCT}.,'-]+", person.name)
    for word in map(fold, (person.name, *pieces, person.username or "")):
        if len(word) >= (MIN_LATIN_PIECE if word.isascii() else MIN_PIECE):
            yield word


def _numbers(person: Person) -> Iterator[str]:
    if person.phone:
        yield person.phone.removeprefix(CHINA).removeprefix("+")
    if person.document:
        yield fold(person.document.number)
