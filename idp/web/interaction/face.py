"""The pages of a face check, and the three addresses that its script speaks to."""

from typing import NoReturn

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from idp.domain.accounts import Person
from idp.domain.errors import Refusal
from idp.domain.face_batch import MEDIA_TYPE, MOST_BYTES
from idp.domain.face_checks import gone
from idp.domain.ids import InteractionId
from idp.domain.interaction.interaction import Interaction
from idp.domain.interaction.prompts import Prompt
from idp.domain.sessions import Session
from idp.services.account import Account
from idp.services.authorize.outcome import Page
from idp.services.authorize.visits import Visits
from idp.services.face_verdicts import ALL_ADVICE, End
from idp.services.faces import Faces, NotBegun, Told
from idp.services.sessions import SessionKeeper
from idp.web.cookies import Cookies
from idp.web.forms import BareForm
from idp.web.headers import let_camera_in, let_forms_reach
from idp.web.languages import Languages
from idp.web.leave import leave as leave_visit
from idp.web.party import party_of
from idp.web.reply import go_to, json_reply
from idp.web.request import network
from idp.web.signed_in import signed_in
from idp.web.words import language

PREFIX = "/interaction/<interaction_id>/face"
FRAMES = "face.frames"
# A camera's name, for as long as any is.
LONGEST_NAME = 200


def let_frames_in() -> None:
    """Let the body of a batch be larger than a form's; ask before anything reads it."""
    if request.endpoint == FRAMES:
        request.max_content_length = MOST_BYTES


def face_pages(
    *,
    visits: Visits,
    sessions: SessionKeeper,
    account: Account,
    faces: Faces,
    cookies: Cookies,
    languages: Languages,
) -> tuple[Blueprint, Blueprint]:
    """Build what people see and what the script asks."""
    pages = Blueprint("face_page", __name__, url_prefix=PREFIX)
    answers = Blueprint("face", __name__, url_prefix=PREFIX)

    def current() -> tuple[Interaction, Session | None, Person | None]:
        interaction = visits.find(
            InteractionId((request.view_args or {})["interaction_id"]), cookies.browser()
        )
        languages.of_visit(interaction)
        g.page_url = url_for("interaction.show", interaction_id=interaction.id)
        visits.hold(interaction)
        if interaction.request:
            let_forms_reach(interaction.request.address.redirect_uri)
        session = signed_in(sessions, cookies)
        return interaction, session, account.person(session) if session else None

    def is_due(page: Page, person: Person | None) -> bool:
        return page.prompt is Prompt.PROOF and person is not None and faces.offers(page, person)

    @pages.get("")
    def show(interaction_id: str) -> ResponseReturnValue:
        interaction, session, person = current()
        page = visits.resume(interaction, session)
        if not isinstance(page, Page):
            return leave_visit(page)
        if session is None or page.client is None or not is_due(page, person):
            return go_to(url_for("interaction.show", interaction_id=interaction_id))
        common = {
            "party": party_of(page.client),
            "session": session.id,
            "back_url": url_for("interaction.show", interaction_id=interaction_id),
        }
        if interaction.face_agreed != session.id:
            action = url_for("face_page.agree", interaction_id=interaction_id)
            can_keep = faces.can_keep(session)
            return render_template("face_consent.html", action=action, can_keep=can_keep, **common)
        let_camera_in()
        ends = ("begin", "frames", "leave")
        addresses = {each: url_for(f"face.{each}", interaction_id=interaction_id) for each in ends}
        return render_template(
            "face.html", visit=interaction_id, all_advice=ALL_ADVICE, **addresses, **common
        )

    @pages.post("/agree")
    def agree(interaction_id: str) -> ResponseReturnValue:
        interaction, session, person = current()
        page = visits.resume(interaction, session)
        if not isinstance(page, Page):
            return leave_visit(page)
        # As with consent: for the page that is due, and by the person it was shown to.
        asked = session is not None and request.form.get("session") == session.id
        is_yes = request.form.get("decision") == "agree" and BareForm().validate_on_submit()
        if session and asked and is_yes and is_due(page, person):
            faces.agree(interaction, session, language(), keep="keep" in request.form)
        return go_to(url_for("face_page.show", interaction_id=interaction_id))

    @answers.post("/begin")
    def begin(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session, person = current()
        if session is None or person is None:
            raise gone()
        asked = request.get_json(silent=True)
        if not isinstance(asked, dict) or not isinstance(asked.get("camera", ""), str):
            _refuse_body()
        begun = faces.begin(
            interaction,
            session,
            person,
            address=network(),
            camera=asked.get("camera", "")[:LONGEST_NAME],
            unhurried=asked.get("unhurried") is True,
        )
        if isinstance(begun, NotBegun):
            status = {"spent": 429}.get(begun.problem, 503)
            return json_reply({"problem": begun.problem}, status)
        return json_reply({"key": begun.key})

    @answers.post("/frames")
    def frames(interaction_id: str) -> ResponseReturnValue:
        if request.mimetype != MEDIA_TYPE:
            _refuse_body()
        interaction, session, person = current()
        if session is None or person is None:
            raise gone()
        told = faces.take(interaction, session, person, request.get_data(cache=False))
        return json_reply(_said(told, url_for("interaction.show", interaction_id=interaction_id)))

    @answers.post("/leave")
    def leave(interaction_id: str) -> ResponseReturnValue:
        del interaction_id
        interaction, session, _ = current()
        if session:
            faces.leave(interaction, session)
        return "", 204

    return pages, answers


def _said(told: Told, next_page: str) -> dict[str, object]:
    said: dict[str, object] = {}
    if told.guidance:
        said |= {
            "code": told.guidance.code,
            "action": told.guidance.action,
            "progress": round(told.guidance.progress, 2),
            "seconds": round(told.guidance.seconds_left, 1),
        }
    return said | (_ended(told.end, next_page) if told.end else {})


def _ended(end: End, next_page: str) -> dict[str, object]:
    said: dict[str, object] = {"end": end.how, "left": end.left}
    return said | ({"next": next_page} if end.how == "passed" else {"advice": end.advice})


def _refuse_body() -> NoReturn:
    raise Refusal("invalid_request", "The body is not of the kind that belongs here.", status=415)
