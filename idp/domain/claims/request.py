"""Claims asked for one by one, after every rule of the ``claims`` parameter was applied."""

from dataclasses import dataclass, replace
from typing import Any

SEPARATOR = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One claim; *values* are those that count, None lets any count; a date is *max_age* seconds old at most.

    *consent* is the name under which the person answers for it: the scope that was asked for and
    releases it anyway, else ``scope/claim``, so that a yes to one claim never is a yes to a scope.
    """

    name: str
    consent: str
    values: tuple[Any, ...] | None = None
    max_age: float | None = None
    purpose: str | None = None

    @property
    def scope(self) -> str:
        """Return the scope that covers the claim."""
        return scope_of(self.consent)

    def accepts(self, value: Any) -> bool:
        """Say whether *value* is what was asked for."""
        return self.values is None or any(is_same(value, each) for each in self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedWish:
    """Claims that one verification must have proved; *verification* says what of it is to be told.

    It is the template of the specification as it was sent, its shape checked.
    """

    verification: dict[str, Any]
    claims: tuple[Wish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is asked for in one place; *listed* if verified claims are expected as a list."""

    plain: tuple[Wish, ...] = ()
    verified: tuple[VerifiedWish, ...] = ()
    listed: bool = False

    def __bool__(self) -> bool:
        """Say whether anything is asked for."""
        return bool(self.plain or self.verified)

    @property
    def all(self) -> tuple[Wish, ...]:
        """Return every single claim."""
        return (*self.plain, *(claim for each in self.verified for claim in each.claims))

    def within(self, allowed: frozenset[str]) -> "Wishes":
        """Return what of it was agreed to."""
        verified = (
            replace(each, claims=tuple(wish for wish in each.claims if wish.consent in allowed))
            for each in self.verified
        )
        return replace(
            self,
            plain=tuple(wish for wish in self.plain if wish.consent in allowed),
            verified=tuple(each for each in verified if each.claims),
        )

    def without(self, scopes: frozenset[str]) -> "Wishes":
        """Return what a token may be told that was narrowed by these *scopes*."""
        return self.within(frozenset(wish.consent for wish in self.all if wish.scope not in scopes))


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimsRequest:
    """The two places where claims can be asked for (OpenID Connect Core section 5.5)."""

    userinfo: Wishes = Wishes()
    id_token: Wishes = Wishes()

    @property
    def all(self) -> tuple[Wish, ...]:
        """Return every single claim."""
        return (*self.userinfo.all, *self.id_token.all)

    def within(self, allowed: frozenset[str]) -> "ClaimsRequest":
        """Return what of it was agreed to."""
        return ClaimsRequest(userinfo=self.userinfo.within(allowed), id_token=self.id_token.within(allowed))


NO_CLAIMS = ClaimsRequest()


def scope_of(consent: str) -> str:
    """Return the scope in the name of a consent."""
    return consent.partition(SEPARATOR)[0]


def is_same(one: Any, other: Any) -> bool:
    """Compare as JSON does: true is no number."""
    return isinstance(one, bool) is isinstance(other, bool) and bool(one == other)
