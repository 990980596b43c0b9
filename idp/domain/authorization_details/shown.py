"""What a person sees of a transaction, in the words of its type, and the hash of exactly that."""

import hashlib
from dataclasses import dataclass

from idp.domain.authorization_details.canonical import canonical
from idp.domain.authorization_details.kinds import Kind
from idp.domain.authorization_details.types import TYPE, Detail, DetailTypes, Need
from idp.domain.ids import base64url

LANGUAGES = ("zh", "en")
SPEC = "RFC 8785"


@dataclass(frozen=True, slots=True)
class Row:
    """One line; the amount of money *stands_out*."""

    label: str
    value: str
    stands_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownDetail:
    """One transaction in one language."""

    title: str
    rows: tuple[Row, ...]
    warning: str
    confirm: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """What a visit asks leave for: its hash in each language it can be shown in, and what it *needs*."""

    hashes: frozenset[str]
    need: Need


def show(details: tuple[Detail, ...], types: DetailTypes, language: str) -> tuple[ShownDetail, ...]:
    """Return every one of *details*, which were checked, as the page shows it."""
    return tuple(_show(detail, types, language) for detail in details)


def transaction_hash(details: tuple[Detail, ...], types: DetailTypes, language: str) -> str:
    """Return SHA-256 over the members that were asked for and every word that is shown of them."""
    seen = [
        {
            "title": each.title,
            "rows": [[row.label, row.value] for row in each.rows],
            "warning": each.warning,
            "confirm": each.confirm,
        }
        for each in show(details, types, language)
    ]
    whole = {"authorization_details": details, "language": language, "shown": seen}
    return base64url(hashlib.sha256(canonical(whole)).digest())


def transaction_of(details: tuple[Detail, ...], types: DetailTypes) -> Transaction | None:
    """Return the transaction that *details* are, or None where there is none.

    They may have been kept for a while: what their types no longer take is refused.
    """
    for detail in details:
        types.check(detail)
    need = types.need_of(details)
    if need is None:
        return None
    hashes = frozenset(transaction_hash(details, types, language) for language in LANGUAGES)
    return Transaction(hashes=hashes, need=need)


def _show(detail: Detail, types: DetailTypes, language: str) -> ShownDetail:
    kind = types.by_uri[detail[TYPE]]
    return ShownDetail(
        title=kind.title[language],
        rows=tuple(
            Row(
                label=member.label[language],
                value=member.show(detail[member.name], language),
                stands_out=member.kind is Kind.AMOUNT,
            )
            for member in kind.members
            if member.name in detail
        ),
        warning=kind.warning[language],
        confirm=kind.confirm[language],
    )
