"""The address of a visit, where the page that is due is shown."""

from email.utils import format_datetime

from flask import Blueprint, abort, g, request, url_for
from flask.typing import ResponseReturnValue

from idp.domain.ids import InteractionId
from idp.domain.interaction.interaction import Interaction
from idp.domain.interaction.prompts import Prompt, Reason
from idp.domain.sessions import Session
from idp.protocol.logout.session_management import browser_state
from idp.services.account import Account
from idp.services.authorize.outcome import Page
from idp.services.authorize.visits import Visits
from idp.services.closing import Closing
from idp.services.consent import Consenting, Lasting
from idp.services.faces import Faces
from idp.services.proving import Proving
from idp.services.sessions import Browser, Opened, SessionKeeper
from idp.services.sign_in.passkey import REFUSED, PasskeySignIn
from idp.services.sign_in.password import PasswordSignIn, Refused
from idp.services.transactions import CHANGED, Confirming
from idp.web.cookies import Cookies
from idp.web.forms import BareForm, ConsentForm, PasskeyForm, SignInForm, read_credential
from idp.web.headers import let_forms_reach
from idp.web.interaction.choose_account import choose_account_page
from idp.web.interaction.closing import closing_page
from idp.web.interaction.consent import consent_page, notice_page
from idp.web.interaction.proof import ProofPage
from idp.web.interaction.sign_in import sign_in_page
from idp.web.interaction.transaction import transaction_page
from idp.web.languages import Languages
from idp.web.leave import leave
from idp.web.oauth.authorize import follow
from idp.web.reply import go_to, json_reply
from idp.web.request import network, user_agent
from idp.web.signed_in import signed_in
from idp.web.words import Words, language


def interaction_pages(
    *,
    visits: Visits,
    sessions: SessionKeeper,
    sign_in: PasswordSignIn,
    by_passkey: PasskeySignIn,
    consenting: Consenting,
    confirming: Confirming,
    proving: Proving,
    faces: Faces | None,
    account: Account,
    closing: Closing,
    cookies: Cookies,
    languages: Languages,
    words: Words,
) -> Blueprint:
    """Build the pages of a visit."""
    pages = Blueprint("interaction", __name__, url_prefix="/interaction/<interaction_id>")
    proof_page = ProofPage(proving=proving, confirming=confirming, faces=faces)

    def current() -> tuple[Interaction, Session | None]:
        interaction = visits.find(
            InteractionId((request.view_args or {})["interaction_id"]), cookies.browser()
        )
        languages.of_visit(interaction)
        g.page_url = url_for("interaction.show", interaction_id=interaction.id)
        # Whoever looks at any page of the visit has time again.
        visits.hold(interaction)
        if interaction.request:
            let_forms_reach(interaction.request.address.redirect_uri)
        return interaction, signed_in(sessions, cookies)

    def show_due(interaction: Interaction, session: Session | None) -> ResponseReturnValue:
        outcome = visits.resume(interaction, session)
        return render(outcome) if isinstance(outcome, Page) else leave(outcome)

    def render(page: Page) -> ResponseReturnValue:
        if page.prompt is Prompt.SELECT_ACCOUNT and page.session:
            person = account.person(page.session)
            if person is not None:
                return choose_account_page(page, person)
        if page.prompt in {Prompt.LOGIN, Prompt.SELECT_ACCOUNT}:
            return show_sign_in(page, SignInForm(username=_hint(page.interaction)))
        if page.prompt is Prompt.CLOSING:
            return closing_page(page, closing)
        if page.prompt is Prompt.NOTICE:
            return notice_page(page, consenting, words)
        if page.prompt is Prompt.PROOF:
            return proof_page(page, account.person(page.session) if page.session else None)
        if page.prompt is Prompt.TRANSACTION:
            return transaction_page(page, confirming, account.person(page.session) if page.session else None)
        return consent_page(page, ConsentForm(), consenting, words)

    def is_only_late(page: Page) -> bool:
        # Whoever signed in for this visit and then read for long signs in once more, and loses no answer.
        signed_in_here = page.session is not None and page.session.auth_time >= page.interaction.started_at
        return signed_in_here and page.reason in {Reason.TOO_OLD, Reason.ASKED_AGAIN}

    def is_no(session: Session, word: str) -> bool:
        # Whoever says no gives nothing away, however old the sign-in is.
        is_own = request.form.get("session") == session.id and request.form.get("decision") == word
        return is_own and BareForm().validate_on_submit()

    def browser() -> Browser:
        return Browser(
            address=network(),
            device=user_agent(),
            secret=cookies.session_secret(),
            device_secret=cookies.device(),
            language=language(),
        )

    def enter(
        page: Page, form: SignInForm, opened: Opened | Refused, from_here: Browser
    ) -> ResponseReturnValue:
        if isinstance(opened, Refused):
            shown = show_sign_in(page, form, opened)
            if opened.until is None:
                return shown, 422
            return shown, 429, {"Retry-After": format_datetime(opened.until, usegmt=True)}
        cookies.set_session(opened.secret, state=browser_state(opened.session.id))
        cookies.set_device(from_here.device_secret)
        return follow(page)

    def show_sign_in(page: Page, form: SignInForm, refused: Refused | None = None) -> str:
        has_ended = page.session is None and cookies.session_secret() is not None
        return sign_in_page(page, form, refused=refused, has_ended=has_ended)

    @pages.get("")
    def show(interaction_id: str) -> ResponseReturnValue:
        if request.method == "HEAD":
            # The page asks by itself: that neither finishes the visit nor keeps a session from being idle.
            visits.hold(visits.find(InteractionId(interaction_id), cookies.browser()))
            return ""
        interaction, session = current()
        return show_due(interaction, session)

    @pages.get("/<path:form>")
    def back_to_page(interaction_id: str, form: str) -> ResponseReturnValue:
        del form
        return go_to(url_for("interaction.show", interaction_id=interaction_id))

    @pages.post("/sign-in")
    def submit_sign_in(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        form = SignInForm()
        page = visits.resume(interaction, session)
        if not isinstance(page, Page):
            return leave(page)
        if page.prompt is not Prompt.LOGIN:
            return follow(page)
        if not form.validate_on_submit():
            # Easy mode asks for the name alone, and on the next page for the password.
            if cookies.easy() and "password" not in request.form:
                form.password.errors = ()
            return show_sign_in(page, form), 422 if form.errors else 200
        from_here = browser()
        opened = sign_in.attempt(form.username.data or "", form.password.data or "", from_here)
        return enter(page, form, opened, from_here)

    @pages.get("/passkey/options")
    def passkey_options(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, _ = current()
        return json_reply(by_passkey.options(interaction.id))

    @pages.post("/passkey")
    def submit_passkey(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        page = visits.resume(interaction, session)
        if not isinstance(page, Page):
            return leave(page)
        if page.prompt is not Prompt.LOGIN:
            return follow(page)
        form, from_here = PasskeyForm(), browser()
        answer = read_credential(form.credential.data) if form.validate_on_submit() else None
        opened = by_passkey.attempt(interaction.id, answer, from_here) if answer else REFUSED
        return enter(page, SignInForm(username=_hint(interaction)), opened, from_here)

    @pages.post("/choose")
    def choose(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        # As with consent, the answer counts only from the person it was shown to.
        if session and request.form.get("session") == session.id and BareForm().validate_on_submit():
            interaction = visits.choose(interaction, session)
        return show_due(interaction, session)

    @pages.post("/consent")
    def submit_consent(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        if session and is_no(session, "deny"):
            consenting.refuse(interaction, session)
            raise visits.cancel(interaction)
        page = visits.resume(interaction, session)
        if not isinstance(page, Page):
            return leave(page)
        # The answer counts only for the page that is due, and from the person it was shown to.
        asked = page.prompt is Prompt.CONSENT or is_only_late(page)
        if session is None or not asked or request.form.get("session") != session.id:
            return render(page)
        decision = request.form.get("decision") if ConsentForm().validate_on_submit() else None
        if decision == "allow":
            ticked = frozenset(request.form.getlist("sensitive"))
            lasting = request.form.get("lasting", Lasting.ONCE)
            if lasting not in set(Lasting):
                return render(page)
            allowed = consenting.allow(interaction, session, ticked, Lasting(lasting))
            return follow(visits.resume(allowed, session))
        return render(page)

    @pages.post("/notice")
    def submit_notice(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        page = visits.resume(interaction, session)
        if not isinstance(page, Page):
            return leave(page)
        # As with consent: for the page that is due, and by the person it was shown to.
        told = page.prompt is Prompt.NOTICE and session and request.form.get("session") == session.id
        # Whoever read of another law than the one in force is told anew.
        is_current = page.client is not None and request.form.get("statute") == page.client.ground.statute
        if session and page.client and told and is_current and BareForm().validate_on_submit():
            return follow(visits.resume(consenting.tell(interaction, session, page.client), session))
        return render(page)

    @pages.post("/transaction")
    def submit_transaction(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        if session and is_no(session, "cancel"):
            confirming.refuse(interaction, session)
            raise visits.cancel(interaction)
        page = visits.resume(interaction, session)
        if not isinstance(page, Page):
            return leave(page)
        # As with consent: for the page that is due, and by the person it was shown to.
        asked = page.prompt is Prompt.TRANSACTION and session is not None
        if session is None or not asked or request.form.get("session") != session.id:
            return render(page)
        decision = request.form.get("decision") if BareForm().validate_on_submit() else None
        if decision == "confirm":
            answered = confirming.confirm(interaction, session, request.form.get("transaction", ""))
            if answered is None:
                raise visits.cancel(interaction, CHANGED)
            return follow(visits.resume(answered, session))
        return render(page)

    @pages.get("/proof/options")
    def proof_options(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        page = visits.resume(interaction, session)
        if not isinstance(page, Page) or page.prompt is not Prompt.PROOF or session is None:
            abort(404)
        return json_reply(proving.options(interaction, session))

    @pages.post("/proof")
    def submit_proof(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        page = visits.resume(interaction, session)
        if not isinstance(page, Page):
            return leave(page)
        person = account.person(session) if session else None
        if page.prompt is not Prompt.PROOF or session is None or person is None:
            return follow(page)
        shown = proof_page.take(page, session, person)
        if isinstance(shown, Refused):
            return proof_page(page, person, shown), 429 if shown.until else 422
        return follow(visits.resume(shown, session))

    @pages.post("/keep")
    def keep(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        # It is kept by the person whom the page was shown to.
        if session and request.form.get("session") == session.id:
            closing.keep(session)
        return show_due(interaction, session)

    @pages.post("/cancel")
    def cancel(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session = current()
        if interaction.request is None:
            return go_to("/")
        if session and interaction.confirmation:
            # Who said yes and then does not prove it has said no.
            confirming.refuse(interaction, session)
        raise visits.cancel(interaction)

    @pages.post("/switch")
    def switch(interaction_id: str) -> ResponseReturnValue:
        interaction, session = current()
        if session and BareForm().validate_on_submit():
            account.sign_out(session, reason="switched_account")
            cookies.clear_session()
        return go_to(url_for("interaction.show", interaction_id=interaction.id or interaction_id))

    return pages


def _hint(interaction: Interaction) -> str | None:
    return interaction.request.login_hint if interaction.request else None
