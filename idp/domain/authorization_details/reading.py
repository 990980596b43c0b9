"""A type as its file describes it; each mistake names the place, in words for whoever wrote the file."""

import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from idp.domain.assurance import Level
from idp.domain.authorization_details.kinds import AMOUNT, DEFAULT_LENGTH, Kind
from idp.domain.authorization_details.types import TYPE, DetailType, Member, Need, Words

# A level with a proof that is good for one transaction alone.
FOR_TRANSACTION = "-tx"
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
PATH = re.compile(r"[a-z0-9-]+/v\d{1,3}", re.ASCII)
LONGEST_TEXT = 500
LONGEST_PROOF = 3600
LANGUAGES = frozenset({"zh", "en"})
E = TypeVar("E", bound=StrEnum)

TYPE_KEYS = frozenset({"name", "acr", "title", "warning", "confirm", "members"})
TYPE_EXTRAS = frozenset({"proof_seconds", "two_factors_from", "pushed"})
MEMBER_KEYS = frozenset({"name", "kind", "label"})
MEMBER_EXTRAS = frozenset({"required", "longest", "choices"})


def type_uri(namespace: str, name: str) -> str:
    """Return the ``type`` of RFC 9396 of the type *name* under the project's *namespace*."""
    return f"{namespace}authorization/{name}"


def read_type(table: Mapping[str, Any], namespace: str) -> DetailType:
    """Return the type that *table* describes, or raise ValueError with a sentence about what is wrong."""
    _check_keys(table, TYPE_KEYS, TYPE_EXTRAS, "The type")
    name = table["name"]
    if not isinstance(name, str) or not PATH.fullmatch(name):
        raise mistake("The name must read like housing-fund-withdrawal/v1.")
    members = _members(table["members"])
    limit = _limit(table)
    if limit is not None and not any(each.kind is Kind.AMOUNT for each in members):
        raise mistake("The member two_factors_from needs a member of the kind amount.")
    return DetailType(
        uri=type_uri(namespace, name),
        title=_words(table["title"], "title"),
        warning=_words(table["warning"], "warning"),
        confirm=_words(table["confirm"], "confirm"),
        members=members,
        need=_need(table),
        pushed=_flag(table, "pushed", default=True),
        two_factors_from=limit,
    )


def mistake(sentence: str) -> ValueError:
    """Return what is raised for a file that cannot be right."""
    return ValueError(sentence)


def _members(tables: Any) -> tuple[Member, ...]:
    if not isinstance(tables, list) or not tables:
        raise mistake("The type must have at least one table of members.")
    members = tuple(map(_member, tables))
    if len({each.name for each in members}) < len(members):
        raise mistake("A member is described twice.")
    return members


def _member(table: Any) -> Member:
    name = table.get("name") if isinstance(table, dict) else None
    if not isinstance(name, str) or not NAME.fullmatch(name) or name == TYPE:
        raise mistake("A member needs a name of small letters, digits and underscores, not type.")
    place = f"The member {name}"
    _check_keys(table, MEMBER_KEYS, MEMBER_EXTRAS, place)
    kind = _one_of(table["kind"], Kind, f"{place}: kind")
    if (kind is Kind.CHOICE) is not bool(table.get("choices")):
        raise mistake(f"{place}: choices belong to the kind choice, and to no other.")
    longest = table.get("longest", DEFAULT_LENGTH)
    if ("longest" in table and kind is not Kind.TEXT) or not _is_count(longest, LONGEST_TEXT):
        raise mistake(f"{place}: longest is 1 to {LONGEST_TEXT}, for the kind text alone.")
    return Member(
        name=name,
        kind=kind,
        label=_words(table["label"], f"{place}: label"),
        required=_flag(table, "required", default=True),
        longest=longest,
        choices=_choices(table.get("choices", {}), place),
    )


def _choices(table: Any, place: str) -> dict[str, Words]:
    if not isinstance(table, dict):
        raise mistake(f"{place}: choices must be a table.")
    return {value: _words(words, f"{place}: choice {value}") for value, words in table.items()}


def _need(table: Mapping[str, Any]) -> Need:
    acr, seconds = table["acr"], table.get("proof_seconds")
    level = _one_of(str(acr).removesuffix(FOR_TRANSACTION), Level, "The member acr")
    if str(acr).endswith(FOR_TRANSACTION) is not (seconds is not None):
        raise mistake("The member proof_seconds belongs to an acr that ends in -tx, and to no other.")
    if seconds is not None and not _is_count(seconds, LONGEST_PROOF):
        raise mistake(f"The member proof_seconds must be 1 to {LONGEST_PROOF}.")
    return Need(level=level, proof=None if seconds is None else timedelta(seconds=seconds))


def _limit(table: Mapping[str, Any]) -> Decimal | None:
    limit = table.get("two_factors_from")
    if limit is None:
        return None
    if not isinstance(limit, str) or not AMOUNT.fullmatch(limit):
        raise mistake('The member two_factors_from must read like "50000.00".')
    return Decimal(limit)


def _words(table: Any, place: str) -> Words:
    if not isinstance(table, dict) or table.keys() != LANGUAGES:
        raise mistake(f"{place} must have words in zh and en.")
    if not all(isinstance(each, str) and each and each.isprintable() for each in table.values()):
        raise mistake(f"{place} must be printable text.")
    return table


def _flag(table: Mapping[str, Any], name: str, *, default: bool) -> bool:
    value = table.get(name, default)
    if not isinstance(value, bool):
        raise mistake(f"The member {name} must be true or false.")
    return value


def _one_of(value: Any, kinds: type[E], place: str) -> E:
    if not isinstance(value, str) or value not in set(kinds):
        raise mistake(f"{place} must be one of {', '.join(kinds)}.")
    return kinds(value)


def _is_count(value: Any, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _check_keys(table: Mapping[str, Any], needed: frozenset[str], extras: frozenset[str], place: str) -> None:
    if missing := sorted(needed - table.keys()):
        raise mistake(f"{place} lacks {', '.join(missing)}.")
    if unknown := sorted(table.keys() - needed - extras):
        raise mistake(f"{place} has no {', '.join(unknown)}.")
