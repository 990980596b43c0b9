"""The person's answer to a relying party that asks for data."""

from dataclasses import dataclass, replace

from idp.domain.audit import ConsentGiven, ConsentRefused
from idp.domain.claims.catalogue import Catalogue, ScopeRule, preview
from idp.domain.claims.request import scope_of
from idp.domain.clock import Clock, civil_date
from idp.domain.errors import Refusal
from idp.domain.grants import Consent
from idp.domain.interaction.interaction import Interaction, Interactions
from idp.domain.interaction.request import AuthorizationRequest
from idp.domain.sessions import Session
from idp.domain.work import Records


@dataclass(frozen=True, slots=True)
class AskedScope:
    """A scope on the consent page, with the masked values that it would give away.

    *purposes* are the relying party's own words; *verified* says that evidence is told too.
    """

    rule: ScopeRule
    values: tuple[tuple[str, object], ...]
    purposes: tuple[str, ...]
    verified: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Consenting:
    """Shows what is asked for, and keeps the answer."""

    records: Records
    interactions: Interactions
    catalogue: Catalogue
    clock: Clock

    def question(self, request: AuthorizationRequest, session: Session) -> tuple[str, tuple[AskedScope, ...]]:
        """Return the person's name and what the request asks for, in the catalogue's order."""
        with self.records.read() as work:
            person = work.persons.get(session.person_id)
        if person is None:
            raise Refusal("login_required", "The person has to sign in.")
        names = {scope_of(name) for name in request.asked}
        rules = [_asked_of(rule, request) for rule in self.catalogue.scopes.values() if rule.name in names]
        shown = preview(person, rules, today=civil_date(self.clock.now()))
        return person.name, tuple(_shown(rule, shown[rule.name], request) for rule in rules)

    def allow(self, interaction: Interaction, session: Session, sensitive: frozenset[str]) -> Interaction:
        """Keep a yes; of the sensitive scopes only those ticked one by one are agreed to."""
        asked = _request(interaction).asked
        apart = self.catalogue.sensitive(asked)
        ticked = frozenset(name for name in apart if scope_of(name) in sensitive)
        consent = Consent(
            person_id=session.person_id,
            client_id=_request(interaction).client_id,
            asked=frozenset(asked),
            allowed=(frozenset(asked) - apart) | ticked,
            given_at=self.clock.now(),
        )
        with self.records.begin() as work:
            older = work.consents.get(consent.person_id, consent.client_id)
            whole = consent.over(older)
            work.consents.put(whole)
            if older and older.allowed - whole.allowed:
                # What was allowed before and is not any more must not live on in older tokens.
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
        answered = interaction.consented(session.person_id)
        self.interactions.replace(interaction, answered)
        return answered

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


def _asked_of(rule: ScopeRule, request: AuthorizationRequest) -> ScopeRule:
    # The rule with no more than what is asked for under it.
    single = {wish.name for wish in request.claims.all if wish.scope == rule.name}
    whole = dict(rule.claims) if rule.name in request.scopes else {}
    every = {**rule.claims, **rule.on_request}
    return replace(rule, claims=whole | {name: source for name, source in every.items() if name in single})


def _shown(
    rule: ScopeRule, values: tuple[tuple[str, object], ...], request: AuthorizationRequest
) -> AskedScope:
    wishes = [wish for wish in request.claims.all if wish.scope == rule.name]
    verified = (*request.claims.userinfo.verified, *request.claims.id_token.verified)
    return AskedScope(
        rule=rule,
        values=values,
        purposes=tuple(dict.fromkeys(wish.purpose for wish in wishes if wish.purpose)),
        verified=any(wish.scope == rule.name for each in verified for wish in each.claims),
    )


def _request(interaction: Interaction) -> AuthorizationRequest:
    if interaction.request is None:
        raise Refusal("invalid_request", "There is nothing to consent to.")
    return interaction.request
