"""The page where a person proves that the yes to a transaction was his or hers."""

from dataclasses import dataclass

from flask import render_template, request, url_for

from idp.domain.accounts import Person
from idp.domain.errors import Refusal
from idp.domain.interaction.interaction import Interaction
from idp.domain.interaction.prompts import Reason
from idp.domain.interaction.proving import Way
from idp.domain.names import mask_name
from idp.domain.sessions import Session
from idp.services.authorize.outcome import Page
from idp.services.faces import Faces
from idp.services.proving import NOT_FIT, Proving
from idp.services.sign_in.password import Refused
from idp.services.transactions import Confirming
from idp.web.forms import CodeForm, PasskeyForm, ProofForm, read_credential
from idp.web.party import party_of
from idp.web.request import network
from idp.web.words import language

# What a form brings that shows a way here; a face is checked on pages of its own.
FIELDS: dict[Way, str] = {"passkey": "credential", "code": "code", "password": "password"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage:
    """Shows what is to be proved, and the ways to do it; takes what is shown there."""

    proving: Proving
    confirming: Confirming
    faces: Faces | None

    def __call__(self, page: Page, person: Person | None, refused: Refused | None = None) -> str:
        """Return the page, with what went wrong with the last try."""
        if page.session is None or page.client is None or person is None:
            raise Refusal("invalid_request", "There is nothing to prove.")
        details, _ = self.confirming.question(page.interaction, language())
        here, ways = page.interaction.id, self._offered(page, page.session, person)
        return render_template(
            "proof.html",
            form=ProofForm(formdata=None),
            code_form=CodeForm(formdata=None),
            here=url_for("interaction.show", interaction_id=here),
            options=url_for("interaction.proof_options", interaction_id=here),
            action=url_for("interaction.submit_proof", interaction_id=here),
            cancel_url=url_for("interaction.cancel", interaction_id=here),
            switch_url=url_for("interaction.switch", interaction_id=here),
            person_name=mask_name(person.name),
            username=person.username or person.phone or "",
            party=party_of(page.client),
            details=details,
            ways=ways,
            is_second=page.reason is Reason.NOT_PROVED_TWICE,
            face_url=url_for("face_page.show", interaction_id=here) if "face" in ways else None,
            refused=refused,
        )

    def take(self, page: Page, session: Session, person: Person) -> Interaction | Refused:
        """Return the visit with what the form shows as a proof, or why it is none.

        A way that is not wanted proves nothing, and is not looked at.
        """
        way = next((each for each in page.ways if FIELDS.get(each) in request.form), None)
        visit, address = page.interaction, network()
        if way == "passkey":
            device = PasskeyForm()
            answer = read_credential(device.credential.data) if device.validate_on_submit() else None
            if answer is None:
                return NOT_FIT
            return self.proving.by_passkey(
                visit, session, person, answer, address=address, language=language()
            )
        if way == "code":
            codes = CodeForm()
            if not codes.validate_on_submit():
                return Refused(kind="code")
            return self.proving.by_code(visit, session, person, codes.code.data or "", address=address)
        if way == "password":
            typed = ProofForm()
            if not typed.validate_on_submit():
                return Refused(kind="wrong")
            password = typed.password.data or ""
            return self.proving.by_password(visit, session, person, password, address=address)
        return visit

    def _offered(self, page: Page, session: Session, person: Person) -> tuple[str, ...]:
        held: set[str] = set(self.proving.held(session))
        if self.faces is not None and self.faces.offers(page, person):
            held.add("face")
        offered = tuple(each for each in page.ways if each in held)
        # A face is never the only way: beside it stands at least how to get another.
        return offered if set(offered) - {"face"} else ("new-passkey", *offered)
