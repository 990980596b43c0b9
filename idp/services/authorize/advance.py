"""Moving a visit on: to the next prompt that has a reason, or to its end."""

from collections.abc import Callable
from dataclasses import dataclass

from idp.domain.assurance import Level
from idp.domain.authorization_details.shown import Transaction, transaction_of
from idp.domain.authorization_details.types import DetailTypes
from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.grants import Consent
from idp.domain.ids import ClientId
from idp.domain.interaction.interaction import Interaction, Interactions
from idp.domain.interaction.policy import Facts, instead_of_page, next_prompt
from idp.domain.interaction.prompts import Prompt
from idp.domain.interaction.proving import proved, wanted_ways
from idp.domain.interaction.request import AuthorizationRequest
from idp.domain.lawful_basis import BY_CONSENT
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.protocol.authorize.authorization_details import check_allowed
from idp.protocol.authorize.client import is_registered
from idp.protocol.authorize.request import RedirectedRefusal
from idp.protocol.respond.answer import GoTo
from idp.services.asking import Asking
from idp.services.authorize.finish import Finish
from idp.services.authorize.outcome import Outcome, Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """Asks the policy what comes next."""

    records: Records
    find_client: Callable[[ClientId], Client | None]
    interactions: Interactions
    detail_types: DetailTypes
    finish: Finish
    asking: Asking
    reachable: Level

    def __call__(self, interaction: Interaction, session: Session | None) -> Outcome:
        """Return the next page, or finish the visit and return where the browser goes."""
        request = interaction.request
        client = self.client_of(interaction)
        consent, closing = self._standing(session, client)
        transaction = self._transaction(request, client)
        facts = Facts(
            now=self.finish.clock.now(),
            interaction=interaction,
            session=session,
            subject=self._subject(session, client),
            consent=consent,
            closing=closing,
            reachable=self.reachable,
            ground=client.ground if client else BY_CONSENT,
            transaction=transaction,
            own=self._own_level(session, transaction),
        )
        due = next_prompt(facts)
        if due:
            prompt, reason = due
            refusal = instead_of_page(prompt, reason, facts)
            if request and refusal:
                raise RedirectedRefusal(refusal, request.address)
            if request and session and prompt is Prompt.TRANSACTION:
                self._ask(interaction, request, session)
            return Page(
                interaction=interaction,
                prompt=prompt,
                reason=reason,
                client=client,
                session=session,
                ways=wanted_ways(facts),
            )
        if request is None or client is None or session is None or consent is None:
            return GoTo(interaction.account_page)
        answer = self.finish(interaction, request, client, session, consent, proved=proved(facts))
        return answer or self(interaction, None)

    def client_of(self, interaction: Interaction) -> Client | None:
        """Return the client of the visit, or refuse when it was removed meanwhile."""
        if interaction.request is None:
            return None
        client = self.find_client(interaction.request.client_id)
        if client is None or not is_registered(interaction.request.address.redirect_uri, client):
            raise Refusal("invalid_client", "The client_id is missing or unknown.")
        return client

    def _ask(self, interaction: Interaction, request: AuthorizationRequest, session: Session) -> None:
        if refusal := self.asking.hold_back(interaction, session):
            self.interactions.finish(interaction.id)
            raise RedirectedRefusal(refusal, request.address)

    def _transaction(self, request: AuthorizationRequest | None, client: Client | None) -> Transaction | None:
        # What an operator forbade, or took out of the types, since the visit began is not shown any more.
        if request is None or client is None:
            return None
        try:
            check_allowed(request.details, client)
            return transaction_of(request.details, self.detail_types)
        except Refusal as refusal:
            raise RedirectedRefusal(refusal, request.address) from None

    def _own_level(self, session: Session | None, transaction: Transaction | None) -> Level | None:
        if session is None or transaction is None or not transaction.need.wants_proof:
            return None
        with self.records.read() as work:
            person = work.persons.get(session.person_id)
        return person.level if person else Level.L1

    def _subject(self, session: Session | None, client: Client | None) -> str | None:
        if session is None or client is None:
            return None
        return self.finish.pseudonyms.subject(session.person_id, client)

    def _standing(self, session: Session | None, client: Client | None) -> tuple[Consent | None, bool]:
        # What was answered to the client, and whether the account closes.
        if session is None:
            return None, False
        with self.records.read() as work:
            if client is None:
                return None, work.persons.closes_at(session.person_id) is not None
            standing = work.consents.standing(session.person_id, client.client_id)
        return standing.consent, standing.closes_at is not None
