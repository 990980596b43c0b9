"""Grants: what one person allowed one relying party, and the code, tokens and consents that rest on it."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Protocol

from idp.domain.accounts import Person
from idp.domain.authorization_details.types import Detail
from idp.domain.claims.request import NO_CLAIMS, ClaimsRequest, scope_of
from idp.domain.ids import ClientId, GrantId, PersonId, SessionId
from idp.domain.lawful_basis import Ground, LawfulBasis

# What a method says of itself in constant words and digests: never a score, a picture or a template.
Evidence = dict[str, str]
OPENID = "openid"
OFFLINE_ACCESS = "offline_access"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One authorization: every token points here, and when it is revoked all of them fall.

    *refreshes* counts how often the refresh token was rotated, last *rotated_at*; *code_digest* lets a
    replayed code find the grant it must revoke. *resources* are the addresses that its access
    tokens may be asked for, instead of UserInfo. *claims* are those that were asked for one by one, and
    agreed to. *details* are the transactions that were confirmed, and *transaction_hash* is that of what
    was shown of them; *evidence* says how each proof was given, where one was needed.
    """

    id: GrantId
    person_id: PersonId
    client_id: ClientId
    subject: str
    scopes: tuple[str, ...]
    claims: ClaimsRequest = NO_CLAIMS
    resources: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    transaction_hash: str | None = None
    evidence: tuple[Evidence, ...] = ()
    acr: str
    amr: tuple[str, ...]
    auth_time: datetime
    session_id: SessionId
    sid: str
    code_digest: str
    created_at: datetime
    expires_at: datetime
    refreshes: int = 0
    rotated_at: datetime | None = None
    revoked_at: datetime | None = None

    @property
    def is_offline(self) -> bool:
        """Say whether the grant outlives the session it was given in."""
        return OFFLINE_ACCESS in self.scopes

    def is_live(self, now: datetime) -> bool:
        """Say whether tokens may still be issued or used."""
        return self.revoked_at is None and now < self.expires_at


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationCode:
    """What the token endpoint must know when the code comes back, beside the grant that names it."""

    client_id: ClientId
    redirect_uri: str
    code_challenge: str | None
    nonce: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """What a person answered a relying party: *asked* were shown, *allowed* were agreed to.

    Both hold names of scopes, ``scope/claim`` where a single claim was asked for, and the addresses of
    resource servers that may be called. *until* ends it; one that ended when it was given was given once.
    Where *basis* is not consent, the person was told which *statute* gives it, and not asked.
    """

    person_id: PersonId
    client_id: ClientId
    asked: frozenset[str]
    allowed: frozenset[str]
    given_at: datetime
    until: datetime | None = None
    basis: LawfulBasis = LawfulBasis.CONSENT
    statute: str | None = None
    statute_en: str | None = None

    @property
    def is_once(self) -> bool:
        """Say whether it held for the visit that it was given in, and for no other."""
        return self.until == self.given_at

    @property
    def scopes(self) -> frozenset[str]:
        """Return the scopes that were allowed, whole or in part."""
        return frozenset(map(scope_of, self.allowed))

    @property
    def ground(self) -> Ground:
        """Return what was told: the basis and the statute of that day."""
        return Ground(basis=self.basis, statute=self.statute, statute_en=self.statute_en)

    def rests_on(self, ground: Ground) -> bool:
        """Say whether it answers what the client asks, or tells, on *ground*."""
        return (self.basis, self.statute) == (ground.basis, ground.statute)

    def is_by_law(self, ground: Ground) -> bool:
        """Say whether it is nobody's to take back: told, and the client rests on that basis to this day."""
        return self.basis is not LawfulBasis.CONSENT and self.basis is ground.basis

    def over(self, older: "Consent | None") -> "Consent":
        """Return both answers as one: about what was asked twice, the newer one counts.

        What was not shown again is not prolonged: where the two differ, both end with the earlier.
        """
        if older is None or (older.basis, older.statute) != (self.basis, self.statute):
            return self
        if older.is_over(self.given_at) or older.asked <= self.asked:
            return self
        ends = [each.until for each in (older, self) if each.until]
        return replace(
            self,
            asked=older.asked | self.asked,
            allowed=(older.allowed - self.asked) | self.allowed,
            until=min(ends, default=None),
        )

    def gives_less_than(self, other: "Consent") -> bool:
        """Say whether *other* allowed something more, or for longer."""
        ends_before = self.until is not None and (other.until is None or self.until < other.until)
        return ends_before or bool(other.allowed - self.allowed)

    def is_over(self, at: datetime) -> bool:
        """Say whether it has ended *at* then."""
        return self.until is not None and self.until < at

    def covers(self, names: frozenset[str], at: datetime) -> bool:
        """Say whether every one of *names* was asked for, and the answer holds *at* then."""
        return names <= self.asked and not self.is_over(at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person answered a relying party, and whether the account behind it is open.

    *closes_at* is set while it closes; an account that is gone is neither.
    """

    consent: Consent | None
    is_open: bool
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A grant, and how what it rests on stands."""

    grant: Grant
    standing: Standing


class Issue(Enum):
    """What became of a grant that was to be issued."""

    ISSUED = auto()
    SESSION_OVER = auto()
    TAKEN = auto()


class Grants(Protocol):
    """The grants, durable."""

    def add(self, grant: Grant) -> bool:
        """Store the grant; say whether there was none of this id."""

    def get(self, grant_id: GrantId) -> Grant | None:
        """Return the grant."""

    def held(self, grant_id: GrantId) -> Held | None:
        """Return the grant with what it rests on, in one look-up."""

    def held_by_code(self, code_digest: str) -> Held | None:
        """Return the same of the grant whose code had this digest."""

    def with_person(self, grant_id: GrantId) -> tuple[Grant, Person | None] | None:
        """Return the grant with its person, in one look-up; an account that is gone has none."""

    def parties(self, session_id: SessionId) -> tuple[ClientId, ...]:
        """Return the clients that the session visited, each once."""

    def parties_of(self, session_ids: tuple[SessionId, ...]) -> dict[SessionId, tuple[ClientId, ...]]:
        """Return the same for many sessions; one that visited nobody is left out."""

    def offline_until(self, person_id: PersonId, now: datetime) -> dict[ClientId, datetime]:
        """Return until when each client may go on while the person is away, where it may at all."""

    def rotate(self, grant_id: GrantId, *, refreshes: int, at: datetime) -> bool:
        """Count one rotation if *refreshes* and liveness still hold; True for one caller only."""

    def revoke(self, grant_id: GrantId, at: datetime) -> bool:
        """End the grant; say whether it was live until now."""

    def revoke_of_session(self, session_id: SessionId, at: datetime) -> int:
        """End the session's grants, except those that were to outlive it; return how many."""

    def revoke_given_in(self, session_id: SessionId, at: datetime) -> int:
        """End all grants of the session, also those that were to outlive it; return how many."""

    def revoke_of_consent(self, person_id: PersonId, client_id: ClientId, at: datetime) -> int:
        """End all grants of the person to the client; return how many."""

    def revoke_of_person(self, person_id: PersonId, at: datetime, *, but: SessionId | None) -> int:
        """End all grants of the person, except those given in one session; return how many."""

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all grants of the person; return how many."""

    def revoke_of_client(self, client_id: ClientId, at: datetime) -> int:
        """End all grants to the client; return how many."""

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget grants that expired before then; return how many."""


class Consents(Protocol):
    """The remembered consents, one a person and client."""

    def put(self, consent: Consent) -> None:
        """Store the consent over an older one."""

    def get(self, person_id: PersonId, client_id: ClientId) -> Consent | None:
        """Return the consent."""

    def standing(self, person_id: PersonId, client_id: ClientId) -> Standing:
        """Return the consent and how the account is, in one look-up."""

    def of_person(self, person_id: PersonId) -> tuple[Consent, ...]:
        """Return the person's consents, newest first."""

    def delete(self, person_id: PersonId, client_id: ClientId) -> bool:
        """Forget the consent; say whether it was there."""

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all consents of the person; return how many."""

    def delete_of_client(self, client_id: ClientId) -> int:
        """Forget all consents to the client; return how many."""


class Codes(Protocol):
    """Authorization codes, each redeemed at most once."""

    def put(self, code: str, facts: AuthorizationCode, *, ttl: timedelta) -> None:
        """Keep the facts behind the code."""

    def take(self, code: str) -> AuthorizationCode | None:
        """Hand the facts over and forget them; only one caller ever gets them."""
