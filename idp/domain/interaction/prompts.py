"""The prompts: each looks at the facts and says why it must be shown, or None."""

from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from idp.domain.assurance import reached_level
from idp.domain.interaction.proving import is_half_proved, proved
from idp.domain.sessions import Session

if TYPE_CHECKING:
    from datetime import datetime

    from idp.domain.grants import Consent
    from idp.domain.interaction.policy import Facts
    from idp.domain.interaction.request import AuthorizationRequest

# A sign-in that was asked for stays new while the person reads the pages after it; where its age is told,
# no longer than this, or the relying party would send the person round again.
STILL_NEW = timedelta(minutes=30)
AT_LEAST = timedelta(minutes=5)


class Prompt(StrEnum):
    """The pages of an interaction, in their order."""

    SELECT_ACCOUNT = "select_account"
    LOGIN = "login"
    CLOSING = "closing"
    NOTICE = "notice"
    CONSENT = "consent"
    TRANSACTION = "transaction"
    PROOF = "proof"


class Reason(StrEnum):
    """Why a page is shown."""

    NO_SESSION = "no_session"
    TOO_OLD = "too_old"
    ASKED_AGAIN = "asked_again"
    SELECT_ACCOUNT = "select_account"
    OTHER_PERSON = "other_person"
    TOO_WEAK = "too_weak"
    CLOSING = "closing"
    NOT_TOLD = "not_told"
    NOT_CONSENTED = "not_consented"
    CONSENT_OVER = "consent_over"
    CONSENT_ASKED = "consent_asked"
    NOT_CONFIRMED = "not_confirmed"
    NOT_PROVED = "not_proved"
    NOT_PROVED_TWICE = "not_proved_twice"


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
    if "login" in request.prompts and not _is_new(session, facts):
        return Reason.ASKED_AGAIN
    if _is_renewed_by_proof(facts):
        return None
    return Reason.TOO_OLD if _is_older(session, request.max_age, facts) else None


def ask_closing(facts: "Facts") -> Reason | None:
    """Ask whoever closes the account whether to keep it: until then it opens nothing."""
    return Reason.CLOSING if facts.closing else None


def tell_notice(facts: "Facts") -> Reason | None:
    """Tell what a law gives away, once for each thing: nobody is asked."""
    request = facts.interaction.request
    if facts.ground.is_consent or facts.session is None or request is None:
        return None
    return None if _is_answered(facts, request) else Reason.NOT_TOLD


def ask_consent(facts: "Facts") -> Reason | None:
    """Ask for consent when something new is asked for, or the request wants to ask again."""
    session, request, consent = facts.session, facts.interaction.request, facts.consent
    if not facts.ground.is_consent or session is None or request is None:
        return None
    if consent is None or not _is_answered(facts, request):
        return Reason.CONSENT_OVER if consent and _has_ended(consent, facts) else Reason.NOT_CONSENTED
    if facts.interaction.consented_by == session.person_id:
        return None
    # What was allowed once was allowed in the visit that was answered, not in others begun before.
    if consent.is_once:
        return Reason.NOT_CONSENTED
    return Reason.CONSENT_ASKED if "consent" in request.prompts else None


def ask_transaction(facts: "Facts") -> Reason | None:
    """Ask for a yes to each transaction anew: no consent from before covers it.

    The yes counts in the session that it was given in, and for exactly what was shown.
    """
    session, transaction, answer = facts.session, facts.transaction, facts.interaction.confirmation
    if session is None or transaction is None:
        return None
    if answer is None or answer.session_id != session.id or answer.transaction_hash not in transaction.hashes:
        return Reason.NOT_CONFIRMED
    return None


def ask_proof(facts: "Facts") -> Reason | None:
    """Ask for a proof that is good for this transaction alone, where its type wants one."""
    if facts.session is None or facts.transaction is None or not facts.transaction.need.wants_proof:
        return None
    if proved(facts):
        return None
    return Reason.NOT_PROVED_TWICE if is_half_proved(facts) else Reason.NOT_PROVED


def _is_renewed_by_proof(facts: "Facts") -> bool:
    # What is proved in this visit is told as auth_time: nobody has to sign in just before that.
    return facts.transaction is not None and facts.transaction.need.wants_proof


def _has_ended(consent: "Consent", facts: "Facts") -> bool:
    return not consent.is_once and consent.is_over(facts.now)


def _is_answered(facts: "Facts", request: "AuthorizationRequest") -> bool:
    told, ground = facts.consent, facts.ground
    # What was agreed to is not told by law, what was told is not agreed to, nor is another law told.
    if told is None or not told.rests_on(ground):
        return False
    return told.covers(frozenset(request.asked), _moment(told, facts))


def _moment(consent: "Consent", facts: "Facts") -> "datetime":
    # What was allowed once holds for the whole visit that it was given in.
    return facts.interaction.started_at if consent.is_once else facts.now


def _is_new(session: Session, facts: "Facts") -> bool:
    is_of_visit = session.auth_time >= facts.interaction.started_at
    return is_of_visit and facts.now - session.auth_time <= STILL_NEW


def _is_older(session: Session, seconds: int | None, facts: "Facts") -> bool:
    if seconds is None:
        return False
    allowed = timedelta(seconds=seconds)
    if session.auth_time >= facts.interaction.started_at:
        allowed = max(allowed, AT_LEAST)
    return facts.now - session.auth_time > allowed
