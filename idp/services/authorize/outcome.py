"""What the browser does next: take the answer away, or look at a page of the interaction."""

from dataclasses import dataclass

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.interaction.interaction import Interaction
from idp.domain.interaction.prompts import Prompt, Reason
from idp.domain.interaction.proving import Way
from idp.domain.sessions import Session
from idp.protocol.respond.answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The page *prompt* of *interaction* is due, for *reason*; no client means the account pages.

    *ways* are those of which one is to prove a transaction.
    """

    interaction: Interaction
    prompt: Prompt
    reason: Reason
    client: Client | None
    session: Session | None
    ways: tuple[Way, ...] = ()


class VisitOver(Refusal):
    """A visit that cannot be taken up again; *client* is where it began, if that is still known."""

    def __init__(self, client: Client | None) -> None:
        """Keep the client, so that the person can begin again there."""
        super().__init__("interaction_gone", "The sign-in is over, expired or another browser's.")
        self.client = client


Outcome = Answer | Page
