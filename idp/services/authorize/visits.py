"""Beginning a visit, and taking it up again at each page."""

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta

from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.errors import Refusal, Unavailable
from idp.domain.ids import InteractionId, digest, random_id
from idp.domain.interaction.interaction import Interaction, Interactions
from idp.domain.interaction.request import AuthorizationRequest
from idp.domain.params import Params
from idp.domain.sessions import Session
from idp.protocol.authorize.request import RedirectedRefusal, RequestRules
from idp.services.authorize.advance import Advance
from idp.services.authorize.outcome import Outcome, Page, VisitOver

DECLINED = Refusal("access_denied", "The person declined.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Visits:
    """Keeps the visits of browsers; each belongs to the browser that first showed a page of it.

    A visit lives for *lifetime* from the last look at its page, and no longer than *longest* in all.
    """

    interactions: Interactions
    advance: Advance
    clock: Clock
    rules: RequestRules
    lifetime: timedelta
    longest: timedelta

    def begin(self, params: Params, session: Session | None, browser: str) -> Outcome:
        """Return what comes first for an authorization request; the visit is kept if it is a page."""
        request = self.rules.read(params, browser=browser)
        return self._keep(self.advance(self._new(request, browser), session))

    def park(self, params: Params) -> InteractionId:
        """Keep a request that was posted from another site, for the browser to come back to.

        Such a post carries no cookies, so nobody can be recognised in it.
        """
        request = self.rules.read(params)
        interaction = self._new(request, None)
        self.interactions.put(interaction, ttl=self.lifetime)
        return interaction.id

    def begin_own(
        self, session: Session | None, browser: str, *, page: str, max_age: timedelta | None
    ) -> Outcome:
        """Return what comes first for a visit to *page*, which is one of the account pages.

        It may want a sign-in that is no older than *max_age*.
        """
        seconds = None if max_age is None else int(max_age.total_seconds())
        visit = replace(self._new(None, browser), account_page=page, max_age=seconds)
        return self._keep(self.advance(visit, session))

    def find(self, interaction_id: InteractionId, browser: str) -> Interaction:
        """Return the visit of this browser, or refuse an unknown one and another browser's alike."""
        interaction = self.interactions.get(interaction_id)
        mine = digest(browser)
        if interaction and interaction.browser is None:
            claimed = interaction.bound_to(mine)
            if self.interactions.replace(interaction, claimed):
                return claimed
            interaction = self.interactions.get(interaction_id)
        if interaction is None or interaction.browser != mine:
            raise VisitOver(self._party(interaction_id))
        return interaction

    def resume(self, interaction: Interaction, session: Session | None) -> Outcome:
        """Return what comes next in a visit that was kept; it is forgotten when it is over.

        A second submit of the same page gets a code of its own, and the relying party drops the one
        whose state it has used.
        """
        outcome = self.advance(interaction, session)
        if not isinstance(outcome, Page):
            # What is answered is answered: a visit that cannot be forgotten now ends by itself.
            with suppress(Unavailable):
                self.interactions.finish(interaction.id)
        return outcome

    def hold(self, interaction: Interaction) -> None:
        """Give whoever looks at a page of the visit time again (WCAG 2.2.1)."""
        left = interaction.started_at + self.longest - self.clock.now()
        if left > timedelta(0):
            self.interactions.extend(interaction, ttl=min(self.lifetime, left))

    def choose(self, interaction: Interaction, session: Session) -> Interaction:
        """Go on as the person of *session*."""
        chosen = interaction.choosing(session.person_id)
        self.interactions.replace(interaction, chosen)
        return chosen

    def cancel(self, interaction: Interaction, refusal: Refusal = DECLINED) -> Refusal:
        """End the visit; return what the relying party is told, if it is still one."""
        self.advance.client_of(interaction)
        self.interactions.finish(interaction.id)
        if interaction.request is None:
            return refusal
        return RedirectedRefusal(refusal, interaction.request.address)

    def _party(self, interaction_id: InteractionId) -> Client | None:
        client_id = self.interactions.party(interaction_id)
        return self.advance.find_client(client_id) if client_id else None

    def _new(self, request: AuthorizationRequest | None, browser: str | None) -> Interaction:
        return Interaction(
            id=InteractionId(random_id()),
            request=request,
            started_at=self.clock.now(),
            browser=digest(browser) if browser else None,
        )

    def _keep(self, outcome: Outcome) -> Outcome:
        if isinstance(outcome, Page):
            self.interactions.put(outcome.interaction, ttl=self.lifetime)
        return outcome
