"""The prompts: each looks at the facts and says why it must be shown, or None."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from idp.domain.assurance import reached_level
from idp.domain.sessions import Session

if TYPE_CHECKING:
    from idp.domain.interaction.policy import Facts


class Prompt(StrEnum):
    """The pages of an interaction, in their order."""

    SELECT_ACCOUNT = "select_account"
    LOGIN = "login"
    CLOSING = "closing"
    CONSENT = "consent"


class Reason(StrEnum):
    """Why a page is shown."""

    NO_SESSION = "no_session"
    TOO_OLD = "too_old"
    ASKED_AGAIN = "asked_again"
    SELECT_ACCOUNT = "select_account"
    OTHER_PERSON = "other_person"
    TOO_WEAK = "too_weak"
    CLOSING = "closing"
    NOT_CONSENTED = "not_consented"
    CONSENT_ASKED = "consent_asked"


def ask_account(facts: "Facts") -> Reason | None:
    """Ask whether to go on as the one who is signed in, when the request wants that to be chosen."""
    session, request = facts.session, facts.interaction.request
    if session is None or request is None or "select_account" not in request.prompts:
        return None
    # Signing in during the visit is a choice; where another person is expected there is none.
    is_chosen = facts.interaction.chosen == session.person_id
    is_new = session.auth_time >= facts.interaction.started_at
    is_expected = request.hinted_subject in {None, facts.subject}
    return Reason.SELECT_ACCOUNT if is_expected and not is_chosen and not is_new else None


def ask_login(facts: "Facts") -> Reason | None:
    """Ask for a sign-in when nobody is signed in, or the request wants a newer one."""
    session, request = facts.session, facts.interaction.request
    if session is None:
        return Reason.NO_SESSION
    if request is None:
        return Reason.TOO_OLD if _is_older(session, facts.interaction.max_age, facts) else None
    if request.hinted_subject not in {None, facts.subject}:
        return Reason.OTHER_PERSON
    if request.required_levels is not None and not reached_level(session.acr, request.required_levels):
        return Reason.TOO_WEAK
    if session.auth_time >= facts.interaction.started_at:
        return None
    if "login" in request.prompts:
        return Reason.ASKED_AGAIN
    return Reason.TOO_OLD if _is_older(session, request.max_age, facts) else None


def ask_closing(facts: "Facts") -> Reason | None:
    """Ask whoever closes the account whether to keep it: until then it opens nothing."""
    return Reason.CLOSING if facts.closing else None


def ask_consent(facts: "Facts") -> Reason | None:
    """Ask for consent when something new is asked for, or the request wants to ask again."""
    session, request = facts.session, facts.interaction.request
    if session is None or request is None:
        return None
    consent, began = facts.consent, facts.interaction.started_at
    if consent is None or not consent.covers(frozenset(request.asked), began):
        return Reason.NOT_CONSENTED
    if facts.interaction.consented_by == session.person_id:
        return None
    # What was allowed once was allowed in the visit that was answered, not in others begun before.
    if consent.is_once:
        return Reason.NOT_CONSENTED
    return Reason.CONSENT_ASKED if "consent" in request.prompts else None


def _is_older(session: Session, seconds: int | None, facts: "Facts") -> bool:
    age = facts.interaction.started_at - session.auth_time
    return seconds is not None and age > timedelta(seconds=seconds)
