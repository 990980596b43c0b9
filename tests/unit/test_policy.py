"""Which page comes next."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from idp.domain.assurance import Level
from idp.domain.authorization_details.shown import Transaction
from idp.domain.authorization_details.types import Need
from idp.domain.claims.request import ClaimsRequest, Wish, Wishes
from idp.domain.grants import Consent
from idp.domain.interaction.interaction import Confirmation, Interaction
from idp.domain.interaction.policy import UNMET, Facts, instead_of_page, next_prompt
from idp.domain.interaction.prompts import Prompt, Reason
from idp.domain.interaction.request import AuthorizationRequest, ReturnAddress
from idp.domain.sessions import Session

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
REQUEST = AuthorizationRequest(
    client_id="c",
    address=ReturnAddress("https://rp.test/cb", None),
    scopes=("openid", "profile"),
    code_challenge="x",
)
SESSION = Session(
    id="s",
    token_digest="d",
    person_id="p",
    amr=("pwd",),
    acr=Level.L2,
    auth_time=NOW - timedelta(minutes=10),
    last_seen_at=NOW,
    expires_at=NOW + timedelta(hours=1),
    device="",
)
CONSENT = Consent(
    person_id="p",
    client_id="c",
    asked=frozenset({"openid", "profile"}),
    allowed=frozenset({"openid", "profile"}),
    given_at=NOW,
)


def due(request=REQUEST, session=SESSION, consent=CONSENT, consented_by=None, **more):
    confirmation, later = more.pop("confirmation", None), more.pop("later", timedelta(0))
    interaction = Interaction(
        id="i", request=request, started_at=NOW, consented_by=consented_by, confirmation=confirmation
    )
    return next_prompt(
        Facts(
            now=NOW + later,
            interaction=interaction,
            session=session,
            subject="me",
            consent=consent,
            **more,
        )
    )


def test_a_known_person_at_a_known_portal_sees_no_page():
    assert due() is None


def test_a_stranger_signs_in_first():
    assert due(session=None, consent=None) == (Prompt.LOGIN, Reason.NO_SESSION)


def test_a_portal_may_ask_for_a_fresh_sign_in():
    request = replace(REQUEST, prompts=frozenset({"login"}))

    assert due(request) == (Prompt.LOGIN, Reason.ASKED_AGAIN)


def test_a_portal_may_let_the_account_be_chosen_unless_somebody_else_is_expected():
    request = replace(REQUEST, prompts=frozenset({"select_account"}))

    assert due(request) == (Prompt.SELECT_ACCOUNT, Reason.SELECT_ACCOUNT)
    assert due(request, replace(SESSION, auth_time=NOW)) is None
    assert due(replace(request, hinted_subject="other")) == (Prompt.LOGIN, Reason.OTHER_PERSON)
    assert due(request, session=None) == (Prompt.LOGIN, Reason.NO_SESSION)


def test_a_sign_in_during_the_visit_is_fresh():
    request = replace(REQUEST, prompts=frozenset({"login"}), max_age=0)

    assert due(request, replace(SESSION, auth_time=NOW + timedelta(seconds=5))) is None


@pytest.mark.parametrize(("minutes", "again"), [(29, False), (31, True)])
def test_a_sign_in_that_was_asked_for_stays_new_for_half_an_hour(minutes, again):
    request = replace(REQUEST, prompts=frozenset({"login"}))

    asked = due(request, replace(SESSION, auth_time=NOW), later=timedelta(minutes=minutes))

    assert asked == ((Prompt.LOGIN, Reason.ASKED_AGAIN) if again else None)


def test_what_is_allowed_once_holds_to_the_end_of_the_visit_that_it_was_allowed_in():
    moment = NOW + timedelta(seconds=1)
    once = replace(CONSENT, given_at=moment, until=moment)

    assert due(consent=once, consented_by="p", later=timedelta(minutes=5)) is None
    assert due(consent=once, later=timedelta(minutes=5)) == (Prompt.CONSENT, Reason.NOT_CONSENTED)


@pytest.mark.parametrize(
    ("max_age", "expected"),
    [(599, (Prompt.LOGIN, Reason.TOO_OLD)), (600, None), (0, (Prompt.LOGIN, Reason.TOO_OLD))],
)
def test_max_age_decides_whether_the_sign_in_is_too_old(max_age, expected):
    assert due(replace(REQUEST, max_age=max_age)) == expected


def test_consent_is_never_assumed():
    assert due(consent=None) == (Prompt.CONSENT, Reason.NOT_CONSENTED)


def test_consent_is_asked_again_for_something_new():
    request = replace(REQUEST, scopes=("openid", "profile", "phone"))

    assert due(request) == (Prompt.CONSENT, Reason.NOT_CONSENTED)


def test_a_portal_may_ask_for_consent_again_once():
    request = replace(REQUEST, prompts=frozenset({"consent"}))

    assert due(request) == (Prompt.CONSENT, Reason.CONSENT_ASKED)
    assert due(request, consented_by="p") is None


def test_another_persons_answer_does_not_count():
    assert due(consent=None, consented_by="somebody else") == (
        Prompt.CONSENT,
        Reason.NOT_CONSENTED,
    )


def test_a_visit_to_the_account_pages_needs_only_a_session():
    assert due(request=None, consent=None) is None
    assert due(request=None, session=None) == (Prompt.LOGIN, Reason.NO_SESSION)


def test_the_person_that_the_portal_expects_must_sign_in():
    assert due(replace(REQUEST, hinted_subject="me")) is None
    assert due(replace(REQUEST, hinted_subject="somebody else")) == (
        Prompt.LOGIN,
        Reason.OTHER_PERSON,
    )


def test_a_consent_that_was_withdrawn_meanwhile_is_asked_for_again():
    assert due(consent=None, consented_by="p") == (Prompt.CONSENT, Reason.NOT_CONSENTED)


def asking_for(claim, consent):
    return replace(REQUEST, claims=ClaimsRequest(userinfo=Wishes(plain=(Wish(name=claim, consent=consent),))))


def test_a_single_claim_is_consented_to_by_itself():
    phone = asking_for("phone_number", "phone/phone_number")

    assert due(phone) == (Prompt.CONSENT, Reason.NOT_CONSENTED)
    assert due(phone, consent=replace(CONSENT, asked=CONSENT.asked | {"phone"})) is not None
    assert due(phone, consent=replace(CONSENT, asked=CONSENT.asked | {"phone/phone_number"})) is None
    assert due(asking_for("name", "profile")) is None


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        (None, None),
        ((Level.L2,), None),
        ((Level.L1, Level.L4), None),
        ((Level.L3,), (Prompt.LOGIN, Reason.TOO_WEAK)),
        ((), (Prompt.LOGIN, Reason.TOO_WEAK)),
    ],
)
def test_a_required_level_must_be_reached_by_the_session(required, expected):
    assert due(replace(REQUEST, required_levels=required)) == expected


FRESH = replace(SESSION, auth_time=NOW + timedelta(seconds=5))
WEAK = replace(SESSION, acr=Level.L1)


@pytest.mark.parametrize(
    ("request_", "session", "error"),
    [
        (REQUEST, None, None),
        (replace(REQUEST, prompts=frozenset({"none"})), None, "login_required"),
        (replace(REQUEST, hinted_subject="you"), SESSION, None),
        (replace(REQUEST, hinted_subject="you"), FRESH, "login_required"),
        (replace(REQUEST, required_levels=(Level.L3,)), None, None),
        (replace(REQUEST, required_levels=(Level.L4,)), None, "unmet_authentication_requirements"),
        (replace(REQUEST, required_levels=()), None, "unmet_authentication_requirements"),
        (replace(REQUEST, required_levels=(Level.L2,)), None, None),
        (replace(REQUEST, required_levels=(Level.L2,)), WEAK, None),
        (
            replace(REQUEST, required_levels=(Level.L2,)),
            replace(FRESH, acr=Level.L1),
            "unmet_authentication_requirements",
        ),
        (
            replace(REQUEST, required_levels=(Level.L2,), prompts=frozenset({"none"})),
            WEAK,
            "unmet_authentication_requirements",
        ),
    ],
)
def test_a_page_that_would_be_in_vain_is_not_shown(request_, session, error):
    interaction = Interaction(id="i", request=request_, started_at=NOW)
    facts = Facts(now=NOW, interaction=interaction, session=session, subject="me", consent=CONSENT)

    page = next_prompt(facts)
    assert page is not None
    refusal = instead_of_page(*page, facts)

    assert (refusal.error if refusal else None) == error


TRANSACTION = Transaction(hashes=frozenset({"zh", "en"}), need=Need(level=Level.L2))
YES = Confirmation(session_id="s", transaction_hash="en")


def test_a_transaction_is_asked_about_after_consent_and_confirmed_in_any_language():
    assert due(transaction=TRANSACTION, consent=None) == (Prompt.CONSENT, Reason.NOT_CONSENTED)
    assert due(transaction=TRANSACTION) == (Prompt.TRANSACTION, Reason.NOT_CONFIRMED)
    assert due(transaction=TRANSACTION, confirmation=YES) is None


@pytest.mark.parametrize("change", [{"session_id": "another"}, {"transaction_hash": "other"}])
def test_a_yes_in_another_session_or_to_something_else_does_not_count(change):
    said = due(transaction=TRANSACTION, confirmation=replace(YES, **change))

    assert said == (Prompt.TRANSACTION, Reason.NOT_CONFIRMED)


@pytest.mark.parametrize("more", [{"proof": timedelta(seconds=300)}, {"factors": 2}])
def test_what_needs_a_proof_comes_to_no_end_before_something_proves_it(more):
    needing = replace(TRANSACTION, need=Need(level=Level.L2, **more))
    visit = Interaction(id="i", request=REQUEST, started_at=NOW, confirmation=YES)
    facts = Facts(
        now=NOW, interaction=visit, session=SESSION, subject="me", consent=CONSENT, transaction=needing
    )

    assert next_prompt(facts) == (Prompt.PROOF, Reason.NOT_PROVED)
    assert instead_of_page(Prompt.PROOF, Reason.NOT_PROVED, facts) is None
    beyond = replace(facts, own=Level.L1)
    assert instead_of_page(Prompt.LOGIN, Reason.NO_SESSION, beyond) is UNMET
    weak = replace(facts, reachable=Level.L1)
    assert instead_of_page(Prompt.LOGIN, Reason.NO_SESSION, weak) is UNMET
