"""Claims: which scope releases what of a person, under which pseudonym."""

import hashlib
import hmac
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from idp.domain.accounts import Person
from idp.domain.clients import Client, SubjectType
from idp.domain.ids import PersonId, base64url
from idp.domain.names import mask_middle, mask_name, mask_number, mask_phone

Source = Callable[[Person, date], Any]


def _number(person: Person) -> str | None:
    return person.document.number if person.document else None


def _age_over(years: int) -> Source:
    def is_older(person: Person, today: date) -> bool | None:
        born = person.birthdate
        if born is None:
            return None
        return (today.year - born.year) - ((today.month, today.day) < (born.month, born.day)) >= years

    return is_older


# What can be told of a person; config/claims.toml says which scope tells it under which claim.
SOURCES: Mapping[str, Source] = {
    "name": lambda person, _: person.name,
    "name_masked": lambda person, _: mask_name(person.name),
    "birthdate": lambda person, _: person.birthdate.isoformat() if person.birthdate else None,
    "gender": lambda person, _: person.gender,
    "phone": lambda person, _: person.phone,
    "phone_verified": lambda person, _: True if person.phone else None,
    "level": lambda person, _: str(person.level),
    "region": lambda person, _: person.region,
    "document_type": lambda person, _: str(person.document.type) if person.document else None,
    "document_number": lambda person, _: _number(person),
    "document_number_masked": lambda person, _: mask_middle(n) if (n := _number(person)) else None,
    "age_over_14": _age_over(14),
    "age_over_16": _age_over(16),
    "age_over_18": _age_over(18),
    "age_over_60": _age_over(60),
    "updated_at": lambda person, _: int(person.updated_at.timestamp()),
}

# How a value is shown before it is given away.
MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "document_number": mask_number,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRule:
    """One scope: *claims* maps each claim to its source; the words are for the consent page."""

    name: str
    title: Mapping[str, str]
    claims: Mapping[str, str]
    sensitive: bool = False
    why: Mapping[str, str] | None = None
    effect: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All scopes in their order; *labels* name the sources for people, by source and language."""

    scopes: Mapping[str, ScopeRule]
    labels: Mapping[str, Mapping[str, str]]

    @property
    def claims(self) -> tuple[str, ...]:
        """Return every claim that can be released, for discovery."""
        return tuple(dict.fromkeys(claim for rule in self.scopes.values() for claim in rule.claims))

    def sensitive(self, scopes: Iterable[str]) -> frozenset[str]:
        """Return those of *scopes* that need a consent of their own."""
        return frozenset(s for s in scopes if s in self.scopes and self.scopes[s].sensitive)


def release(person: Person, scopes: Iterable[str], catalogue: Catalogue, *, today: date) -> dict[str, Any]:
    """Return the claims that *scopes* release; what a person lacks is left out, never null.

    Where two scopes give one claim, the later one in the catalogue decides: a real-name scope
    replaces the masked name of the profile.
    """
    granted = frozenset(scopes)
    claims: dict[str, Any] = {}
    for rule in catalogue.scopes.values():
        if rule.name in granted:
            for claim, source in rule.claims.items():
                claims[claim] = SOURCES[source](person, today)
    return {claim: value for claim, value in claims.items() if value is not None}


def preview(
    person: Person, rules: Iterable[ScopeRule], *, today: date
) -> dict[str, tuple[tuple[str, Any], ...]]:
    """Return by scope what each of *rules* would give, as sources and values to show on a page.

    Values are masked; what the person lacks, or a later scope gives more fully, is left out.
    """
    shown: dict[str, tuple[tuple[str, Any], ...]] = {}
    seen: set[str] = set()
    for rule in reversed(tuple(rules)):
        values = []
        for claim, source in rule.claims.items():
            value = SOURCES[source](person, today)
            if claim not in seen and value is not None:
                values.append((source, MASKS[source](value) if source in MASKS else value))
        seen |= rule.claims.keys()
        shown[rule.name] = tuple(values)
    return shown


class Pseudonyms:
    """Subjects that only the provider can link: a keyed function of the person and the sector."""

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 random bytes; another key makes everybody a stranger everywhere."""
        self._key = key

    def subject(self, person_id: PersonId, client: Client) -> str:
        """Return ``sub``: the same within a sector, unrelated between sectors."""
        public = client.subject_type is SubjectType.PUBLIC
        return self._derive("sub", "public" if public else client.sector, person_id)

    def session(self, session_id: str, client: Client) -> str:
        """Return ``sid``: differs from client to client, since a shared one would link the pseudonyms."""
        return self._derive("sid", client.client_id, session_id)

    def _derive(self, *parts: str) -> str:
        # Length prefixes keep ("a", "bc") and ("ab", "c") apart.
        message = b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
        return base64url(hmac.digest(self._key, message, hashlib.sha256))
