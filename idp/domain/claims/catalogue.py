"""The catalogue: which scope releases which claims, and where each claim comes from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from idp.domain.accounts import Person
from idp.domain.claims.request import scope_of
from idp.domain.names import mask_middle, mask_name, mask_number, mask_phone
from idp.domain.proofing import Fact

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

# What must have been proved so that the source counts as verified.
PROVED_BY: Mapping[str, Fact] = {
    "name": Fact.NAME,
    "level": Fact.LEVEL,
    **dict.fromkeys(
        (
            *("birthdate", "gender", "document_type", "document_number", "document_number_masked"),
            *("age_over_14", "age_over_16", "age_over_18", "age_over_60"),
        ),
        Fact.DOCUMENT,
    ),
}

# How a value is shown before it is given away.
MASKS: Mapping[str, Callable[[str], str]] = {
    "name": mask_name,
    "phone": mask_phone,
    "document_number": mask_number,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeRule:
    """One scope: *claims* maps each claim to its source; the words are for the consent page.

    The claims *on_request* are not released with the scope, but one by one to whoever asks for them.
    """

    name: str
    title: Mapping[str, str]
    claims: Mapping[str, str]
    on_request: Mapping[str, str] = field(default_factory=dict)
    sensitive: bool = False
    why: Mapping[str, str] | None = None
    effect: Mapping[str, str] | None = None
    declining: Mapping[str, str] | None = None

    def source(self, claim: str) -> str | None:
        """Return where the scope takes *claim* from, if it covers that at all."""
        return self.claims.get(claim) or self.on_request.get(claim)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """All scopes in their order; *labels* name the sources for people, by source and language."""

    scopes: Mapping[str, ScopeRule]
    labels: Mapping[str, Mapping[str, str]]

    @property
    def claims(self) -> tuple[str, ...]:
        """Return every claim that can be released, for discovery."""
        rules = self.scopes.values()
        return tuple(dict.fromkeys(c for rule in rules for c in (*rule.claims, *rule.on_request)))

    @property
    def verifiable(self) -> tuple[str, ...]:
        """Return every claim that can be released as verified, for discovery."""
        return tuple(
            claim
            for claim in self.claims
            if any(rule.source(claim) in PROVED_BY for rule in self.scopes.values())
        )

    def covering(self, claim: str, scopes: Iterable[str], *, verified: bool) -> ScopeRule | None:
        """Return the rule that would release *claim*: of those among *scopes* the last one.

        A claim that is to be *verified* must come from a source that can be proved.
        """
        among = frozenset(scopes)
        for rule in reversed(tuple(self.scopes.values())):
            source = rule.source(claim) if rule.name in among else None
            if source and (source in PROVED_BY or not verified):
                return rule
        return None

    def sensitive(self, names: Iterable[str]) -> frozenset[str]:
        """Return what of a consent needs an answer of its own."""
        return frozenset(n for n in names if (rule := self.scopes.get(scope_of(n))) and rule.sensitive)


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
