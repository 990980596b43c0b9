"""The registered types of transactions: what each holds, how it is called, and what it needs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from idp.domain.assurance import Level
from idp.domain.authorization_details import kinds
from idp.domain.authorization_details.kinds import DEFAULT_LENGTH, Kind
from idp.domain.errors import Refusal

# One object of the request parameter, as the relying party wrote it.
Detail = dict[str, Any]
Words = Mapping[str, str]
TYPE = "type"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One member of a type; *choices* are the values of a choice and how they are called."""

    name: str
    kind: Kind
    label: Words
    required: bool = True
    longest: int = DEFAULT_LENGTH
    choices: Mapping[str, Words] = field(default_factory=dict)

    def takes(self, value: Any) -> bool:
        """Say whether the member may hold *value*."""
        match self.kind:
            case Kind.AMOUNT:
                return kinds.is_amount(value)
            case Kind.TEXT:
                return kinds.is_text(value, longest=self.longest)
            case Kind.CHOICE:
                return isinstance(value, str) and value in self.choices
            case Kind.ACCOUNT:
                return kinds.is_account(value)
            case Kind.PAYEE:
                return kinds.is_payee(value)
            case Kind.ORGANISATION:
                return kinds.is_organisation(value)

    def show(self, value: Any, language: str) -> str:
        """Return *value*, which the member takes, as people read it."""
        match self.kind:
            case Kind.AMOUNT:
                return kinds.show_amount(value, language)
            case Kind.TEXT:
                return str(value)
            case Kind.CHOICE:
                return self.choices[value][language]
            case Kind.ACCOUNT:
                return kinds.show_account(value)
            case Kind.PAYEE:
                return kinds.show_payee(value)
            case Kind.ORGANISATION:
                return kinds.show_organisation(value, language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What must be reached: *level*; a *proof* for this transaction alone, no older than that; *factors*."""

    level: Level
    proof: timedelta | None = None
    factors: int = 1

    @property
    def wants_proof(self) -> bool:
        """Say whether a sign-in alone is not enough."""
        return self.proof is not None or self.factors > 1

    def beside(self, other: "Need") -> "Need":
        """Return what meets both."""
        proofs = [each.proof for each in (self, other) if each.proof is not None]
        return Need(
            level=max(self.level, other.level),
            proof=min(proofs, default=None),
            factors=max(self.factors, other.factors),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailType:
    """One registered type: its *uri*, its words, its members in the order they are shown.

    It must be *pushed* where what it holds belongs in no address (RFC 9396 section 14). From the amount
    *two_factors_from* on, two different factors are needed.
    """

    uri: str
    title: Words
    warning: Words
    confirm: Words
    members: tuple[Member, ...]
    need: Need
    pushed: bool
    two_factors_from: Decimal | None = None

    def check(self, detail: Detail) -> None:
        """Refuse *detail* unless it has every member it must have, none that is unknown, each right."""
        known = {member.name: member for member in self.members}
        if detail.keys() - known.keys() - {TYPE}:
            raise refuse("An authorization detail has an unknown member.")
        for name, member in known.items():
            if name not in detail:
                if member.required:
                    raise refuse(f"An authorization detail lacks its member {name}.")
            elif not member.takes(detail[name]):
                raise refuse(f"The member {name} of an authorization detail is not as its type says.")

    def need_of(self, details: Iterable[Detail]) -> Need:
        """Return what *details* of this type need: more above the limit, also where they share the amount."""
        amounts = [each.name for each in self.members if each.kind is Kind.AMOUNT]
        asked = (Decimal(each[name]["value"]) for each in details for name in amounts if name in each)
        if self.two_factors_from is None or sum(asked) < self.two_factors_from:
            return self.need
        return replace(self.need, factors=2)


@dataclass(frozen=True, slots=True)
class DetailTypes:
    """Every registered type, by its URI."""

    by_uri: Mapping[str, DetailType]

    def check(self, detail: Detail) -> DetailType:
        """Return the type of *detail*, or refuse one that is unknown or not as its type says."""
        kind = detail.get(TYPE)
        known = self.by_uri.get(kind) if isinstance(kind, str) else None
        if known is None:
            raise refuse("The type of an authorization detail is missing or unknown.")
        known.check(detail)
        return known

    def need_of(self, details: tuple[Detail, ...]) -> Need | None:
        """Return what all of *details* need together; None where there is none."""
        whole: Need | None = None
        for uri in dict.fromkeys(detail[TYPE] for detail in details):
            need = self.by_uri[uri].need_of(each for each in details if each[TYPE] == uri)
            whole = need.beside(whole) if whole else need
        return whole


def refuse(sentence: str) -> Refusal:
    """Return the refusal of authorization details; *sentence* names a member, never what it holds."""
    return Refusal("invalid_authorization_details", sentence)
