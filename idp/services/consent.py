"""The person's answer to a relying party that asks for data."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from idp.domain.audit import ConsentGiven, ConsentRefused, NoticeShown
from idp.domain.claims.catalogue import Catalogue, ScopeRule, preview
from idp.domain.claims.request import SEPARATOR, Wish
from idp.domain.clients import Client
from idp.domain.clock import Clock, civil_date
from idp.domain.errors import Refusal
from idp.domain.grants import Consent
from idp.domain.interaction.interaction import Interaction, Interactions
from idp.domain.interaction.request import AuthorizationRequest
from idp.domain.sessions import Session
from idp.domain.work import Records


class Lasting(StrEnum):
    """How long a person lets a relying party have what it asked for."""

    ONCE = "once"
    HALF_A_YEAR = "half-a-year"
    UNTIL_WITHDRAWN = "until-withdrawn"


LASTS = {Lasting.ONCE: timedelta(0), Lasting.HALF_A_YEAR: timedelta(days=183)}


@dataclass(frozen=True, slots=True)
class AskedScope:
    """What the consent page asks about at once: a scope, or one claim of a sensitive scope, values masked.

    The *rule* covers no more than what is asked for, and has the name of the consent. *purposes* are the
    relying party's own words by source; of the sources *verified*, evidence is told too.
    """

    rule: ScopeRule
    values: tuple[tuple[str, object], ...]
    purposes: tuple[tuple[str, str], ...]
    verified: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consenting:
    """Shows what is asked for, and keeps the answer."""

    records: Records
    interactions: Interactions
    catalogue: Catalogue
    find_resource: Callable[[str], Client | None]
    clock: Clock

    def question(self, request: AuthorizationRequest, session: Session) -> tuple[str, tuple[AskedScope, ...]]:
        """Return the person's name and what the request asks for, in the catalogue's order."""
        with self.records.read() as work:
            person = work.persons.get(session.person_id)
        if person is None:
            raise Refusal("login_required", "The person has to sign in.")
        names = frozenset(request.asked)
        rules = [each for rule in self.catalogue.scopes.values() for each in self._asked_of(rule, names)]
        shown = preview(person, rules, today=civil_date(self.clock.now()))
        return person.name, tuple(_shown(rule, shown[rule.name], request) for rule in rules)

    def called(self, request: AuthorizationRequest) -> tuple[Client, ...]:
        """Return the resource servers that the relying party wants to call with the person's leave."""
        found = (self.find_resource(resource) for resource in request.resources)
        return tuple({each.client_id: each for each in found if each}.values())

    def allow(
        self, interaction: Interaction, session: Session, ticked: frozenset[str], lasting: Lasting
    ) -> Interaction:
        """Keep a yes for as long as the person wants; of what is sensitive only the *ticked* names count."""
        now = self.clock.now()
        asked = _request(interaction).asked
        unticked = self.catalogue.sensitive(asked) - ticked
        consent = Consent(
            person_id=session.person_id,
            client_id=_request(interaction).client_id,
            asked=frozenset(asked),
            allowed=frozenset(asked) - unticked,
            given_at=now,
            until=None if lasting is Lasting.UNTIL_WITHDRAWN else now + LASTS[lasting],
        )
        with self.records.begin() as work:
            older = work.consents.get(consent.person_id, consent.client_id)
            whole = consent.over(older)
            work.consents.put(whole)
            if older and (older.basis is not whole.basis or whole.gives_less_than(older)):
                # What was allowed before, or for longer, must not live on in older tokens.
                work.grants.revoke_of_consent(consent.person_id, consent.client_id, consent.given_at)
            work.audit.append(
                ConsentGiven(
                    at=consent.given_at,
                    person_id=consent.person_id,
                    client_id=consent.client_id,
                    asked=asked,
                    allowed=tuple(sorted(consent.allowed)),
                )
            )
        return self._answered(interaction, session)

    def tell(self, interaction: Interaction, session: Session, client: Client) -> Interaction:
        """Keep that the person was told what the law gives to *client*."""
        asked = frozenset(_request(interaction).asked)
        told = Consent(
            person_id=session.person_id,
            client_id=client.client_id,
            asked=asked,
            allowed=asked,
            given_at=self.clock.now(),
            basis=client.ground.basis,
            statute=client.ground.statute,
            statute_en=client.ground.statute_en,
        )
        with self.records.begin() as work:
            older = work.consents.get(told.person_id, told.client_id)
            work.consents.put(told.over(older))
            if older and older.basis is not told.basis:
                work.grants.revoke_of_consent(told.person_id, told.client_id, told.given_at)
            work.audit.append(
                NoticeShown(
                    at=told.given_at,
                    person_id=told.person_id,
                    client_id=told.client_id,
                    asked=_request(interaction).asked,
                    basis=told.basis,
                    statute=told.statute,
                )
            )
        return self._answered(interaction, session)

    def refuse(self, interaction: Interaction, session: Session) -> None:
        """Write down a no."""
        request = _request(interaction)
        with self.records.begin() as work:
            work.audit.append(
                ConsentRefused(
                    at=self.clock.now(),
                    person_id=session.person_id,
                    client_id=request.client_id,
                    asked=request.asked,
                )
            )

    def _answered(self, interaction: Interaction, session: Session) -> Interaction:
        answered = interaction.consented(session.person_id)
        self.interactions.replace(interaction, answered)
        return answered

    def _asked_of(self, rule: ScopeRule, names: frozenset[str]) -> tuple[ScopeRule, ...]:
        # No more than what is asked for; of a sensitive rule, each name apart.
        parts = tuple(self._parts(rule, names))
        if rule.sensitive or not parts:
            return parts
        claims = {claim: source for part in parts for claim, source in part.claims.items()}
        return (replace(rule, claims=claims),)

    def _parts(self, rule: ScopeRule, names: frozenset[str]) -> Iterator[ScopeRule]:
        if rule.name in names:
            yield rule
        for claim, source in {**rule.claims, **rule.on_request}.items():
            if (name := f"{rule.name}{SEPARATOR}{claim}") in names:
                yield replace(rule, name=name, title=self.catalogue.labels[source], claims={claim: source})


def _shown(
    rule: ScopeRule, values: tuple[tuple[str, object], ...], request: AuthorizationRequest
) -> AskedScope:
    def sources(wishes: Iterable[Wish]) -> Iterator[tuple[str, Wish]]:
        for wish in wishes:
            name = wish.consent if rule.sensitive else wish.scope
            if name == rule.name and (source := rule.source(wish.name)):
                yield source, wish

    verified = (*request.claims.userinfo.verified, *request.claims.id_token.verified)
    proved = sources(wish for each in verified for wish in each.claims)
    reasons = sources(request.claims.all)
    return AskedScope(
        rule=rule,
        values=values,
        purposes=tuple(dict.fromkeys((source, wish.purpose) for source, wish in reasons if wish.purpose)),
        verified=tuple(dict.fromkeys(source for source, _ in proved)),
    )


def _request(interaction: Interaction) -> AuthorizationRequest:
    if interaction.request is None:
        raise Refusal("invalid_request", "There is nothing to consent to.")
    return interaction.request
