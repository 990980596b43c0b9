"""Which page comes next: the ordered list of prompts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from idp.domain.assurance import Level, reached_level
from idp.domain.authorization_details.shown import Transaction
from idp.domain.errors import Refusal
from idp.domain.grants import Consent
from idp.domain.interaction.interaction import Interaction
from idp.domain.interaction.prompts import (
    Prompt,
    Reason,
    ask_account,
    ask_closing,
    ask_consent,
    ask_login,
    ask_proof,
    ask_transaction,
    tell_notice,
)
from idp.domain.lawful_basis import BY_CONSENT, Ground
from idp.domain.sessions import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything a prompt may look at; *subject* is how the session's person is called at the client.

    *closing* says that the person closes the account; *ground* is what the client may learn things on;
    *reachable* is the highest level that any way of signing in carries.
    *transaction* is what the request asks leave for, and *own* the level that its person was proved to,
    where that matters.
    """

    now: datetime
    interaction: Interaction
    session: Session | None
    subject: str | None
    consent: Consent | None
    closing: bool = False
    ground: Ground = BY_CONSENT
    reachable: Level = Level.L3
    transaction: Transaction | None = None
    own: Level | None = None


PROMPTS: tuple[tuple[Prompt, Callable[[Facts], Reason | None]], ...] = (
    (Prompt.SELECT_ACCOUNT, ask_account),
    (Prompt.LOGIN, ask_login),
    (Prompt.CLOSING, ask_closing),
    (Prompt.NOTICE, tell_notice),
    (Prompt.CONSENT, ask_consent),
    (Prompt.TRANSACTION, ask_transaction),
    (Prompt.PROOF, ask_proof),
)

# OpenID Connect Core section 3.1.2.6: what a relying party is told instead of the page.
LOGIN_REQUIRED = Refusal("login_required", "The person has to sign in.")
CONSENT_REQUIRED = Refusal("consent_required", "The person has to consent.")
INTERACTION_REQUIRED = Refusal("interaction_required", "The person has to see a page.")
INSTEAD = {
    Prompt.LOGIN: LOGIN_REQUIRED,
    Prompt.CLOSING: INTERACTION_REQUIRED,
    Prompt.NOTICE: INTERACTION_REQUIRED,
    Prompt.CONSENT: CONSENT_REQUIRED,
    Prompt.TRANSACTION: CONSENT_REQUIRED,
    Prompt.PROOF: INTERACTION_REQUIRED,
}
# OpenID Connect Core Unmet Authentication Requirements 1.0.
UNMET = Refusal("unmet_authentication_requirements", "No sign-in reaches the required acr.")


def next_prompt(facts: Facts) -> tuple[Prompt, Reason] | None:
    """Return the first prompt that has a reason to be shown, or None when the visit is complete."""
    for prompt, ask in PROMPTS:
        if reason := ask(facts):
            return prompt, reason
    return None


def instead_of_page(prompt: Prompt, reason: Reason, facts: Facts) -> Refusal | None:
    """Return what the relying party is told instead of the page, or None where the page is shown.

    That is so when nothing may be shown, and when the page would be in vain.
    """
    request, session = facts.interaction.request, facts.session
    if request is None:
        return None
    if request.required_levels is not None and not reached_level(facts.reachable, request.required_levels):
        return UNMET
    if _is_out_of_reach(facts):
        return UNMET
    just_signed_in = session is not None and session.auth_time >= facts.interaction.started_at
    if reason is Reason.TOO_WEAK and (just_signed_in or "none" in request.prompts):
        return UNMET
    if "none" in request.prompts or (reason is Reason.OTHER_PERSON and just_signed_in):
        # Where another person has just signed in than is expected, asking again would go on forever.
        return INSTEAD[prompt]
    return None


def _is_out_of_reach(facts: Facts) -> bool:
    # A proof raises a sign-in, but nobody above what the person was proved to.
    if facts.transaction is None or not facts.transaction.need.wants_proof:
        return False
    level = facts.transaction.need.level
    return level > facts.reachable or (facts.own is not None and facts.own < level)
