"""What proves a transaction: something shown for it alone, just now, in the session that said yes to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from idp.domain.assurance import (
    DEVICE_BOUND,
    FACE,
    LIVE_FACE,
    ONE_TIME_CODE,
    PASSWORD,
    SEVERAL,
    SYNCED,
    Level,
)
from idp.domain.grants import Evidence
from idp.domain.ids import SessionId

if TYPE_CHECKING:
    from idp.domain.interaction.policy import Facts

Way = Literal["passkey", "face", "code", "password"]
# In the order in which they are offered: by which methods (amr) a way is known, and up to which level it is
# the first proof of a transaction. Those without a level come second, beside one that has reached it.
WAYS: tuple[tuple[Way, frozenset[str], Level | None], ...] = (
    ("passkey", frozenset({DEVICE_BOUND, SYNCED}), Level.L4),
    ("face", frozenset({LIVE_FACE}), FACE.ceiling),
    ("code", frozenset({ONE_TIME_CODE}), None),
    ("password", frozenset({PASSWORD}), None),
)
# Where a type wants several factors and says nothing of their age.
USUAL_AGE = timedelta(minutes=5)
# A constant word, or SHA-256 in hexadecimal: neither a score nor a picture or template looks like that.
SAYS = re.compile(r"[a-z][a-z0-9_]{0,39}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """One way that was shown: in which session, for which transaction, how (``amr``), how well, when.

    *evidence* is what the method says of itself, for the receipt.
    """

    session_id: SessionId
    transaction_hash: str
    amr: tuple[str, ...]
    level: Level
    at: datetime
    evidence: Evidence

    def __post_init__(self) -> None:
        """Refuse evidence that is more than words: it leaves the house, and is kept for years."""
        if not all(SAYS.fullmatch(word) for pair in self.evidence.items() for word in pair):
            raise ValueError("Evidence is made of words and digests alone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Proved:
    """All proofs as one: the level reached, by what, when last, and until when it is good."""

    level: Level
    amr: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    at: datetime
    until: datetime


def wanted_ways(facts: "Facts") -> tuple[Way, ...]:
    """Return the ways of which one is to be shown next; none where nothing (more) is wanted."""
    if facts.transaction is None or not facts.transaction.need.wants_proof:
        return ()
    need, shown = facts.transaction.need, _shown(facts)
    if not is_half_proved(facts):
        return tuple(way for way, _, first in WAYS if first and first >= need.level)
    return () if len(shown) >= need.factors else tuple(way for way, _, _ in WAYS if way not in shown)


def is_half_proved(facts: "Facts") -> bool:
    """Say whether a way was shown that reaches the level; another may be wanted beside it."""
    if facts.transaction is None:
        return False
    return any(each.level >= facts.transaction.need.level for each in _good(facts))


def proved(facts: "Facts") -> Proved | None:
    """Return what was proved, or None where that is not (or not yet) what the transaction needs."""
    if facts.transaction is None or not facts.transaction.need.wants_proof or wanted_ways(facts):
        return None
    proofs, session = tuple(_good(facts)), facts.session
    amr = tuple(
        dict.fromkeys((*(session.amr if session else ()), *(name for each in proofs for name in each.amr)))
    )
    return Proved(
        # What was needed is named to the letter; a higher level would not match.
        level=facts.transaction.need.level,
        amr=amr if SEVERAL in amr or len(_shown(facts)) == 1 else (*amr, SEVERAL),
        evidence=tuple(each.evidence for each in proofs),
        at=max(each.at for each in proofs),
        until=min(each.at for each in proofs) + _age(facts),
    )


def _good(facts: "Facts") -> Iterator[Proof]:
    said, session = facts.interaction.confirmation, facts.session
    for each in facts.interaction.proofs:
        is_own = session is not None and each.session_id == session.id
        is_for_this = said is not None and each.transaction_hash == said.transaction_hash
        if is_own and is_for_this and facts.now - each.at <= _age(facts):
            yield each


def _shown(facts: "Facts") -> frozenset[Way]:
    # The sign-in itself counts, as long as it is as new as a proof has to be. Every passkey is the same way.
    session, methods = facts.session, {name for each in _good(facts) for name in each.amr}
    if session and facts.now - session.auth_time <= _age(facts):
        methods |= set(session.amr)
    return frozenset(way for way, names, _ in WAYS if names & methods)


def _age(facts: "Facts") -> timedelta:
    age = facts.transaction.need.proof if facts.transaction else None
    return age or USUAL_AGE
