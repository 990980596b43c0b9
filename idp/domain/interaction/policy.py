"""Which page comes next: the ordered list of prompts."""

from collections.abc import Callable
from dataclasses import dataclass

from idp.domain.grants import Consent
from idp.domain.interaction.interaction import Interaction
from idp.domain.interaction.prompts import Prompt, Reason, ask_consent, ask_login
from idp.domain.sessions import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a prompt may look at; *subject* is how the session's person is called at the client."""

    interaction: Interaction
    session: Session | None
    subject: str | None
    consent: Consent | None


PROMPTS: tuple[tuple[Prompt, Callable[[Facts], Reason | None]], ...] = (
    (Prompt.LOGIN, ask_login),
    (Prompt.CONSENT, ask_consent),
)


def next_prompt(facts: Facts) -> tuple[Prompt, Reason] | None:
    """Return the first prompt that has a reason to be shown, or None when the visit is complete."""
    for prompt, ask in PROMPTS:
        if reason := ask(facts):
            return prompt, reason
    return None
