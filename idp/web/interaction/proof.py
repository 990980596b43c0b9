"""The page where a person proves that the yes to a transaction was his or hers."""

from dataclasses import dataclass

from flask import render_template, url_for

from idp.domain.accounts import Person
from idp.domain.errors import Refusal
from idp.domain.names import mask_name
from idp.services.authorize.outcome import Page
from idp.services.faces import Faces
from idp.services.proving import Proving
from idp.services.sign_in.password import Refused
from idp.services.transactions import Confirming
from idp.web.forms import ProofForm
from idp.web.party import party_of
from idp.web.words import language


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofPage:
    """Shows what is to be proved, and the ways to do it."""

    proving: Proving
    confirming: Confirming
    faces: Faces | None

    def __call__(self, page: Page, person: Person | None, refused: Refused | None = None) -> str:
        """Return the page, with what went wrong with the last try."""
        if page.session is None or page.client is None or person is None:
            raise Refusal("invalid_request", "There is nothing to prove.")
        details, _ = self.confirming.question(page.interaction, language())
        here = page.interaction.id
        offers_face = self.faces is not None and self.faces.offers(page, person)
        return render_template(
            "proof.html",
            form=ProofForm(formdata=None),
            here=url_for("interaction.show", interaction_id=here),
            options=url_for("interaction.proof_options", interaction_id=here),
            passkey_action=url_for("interaction.submit_proof", interaction_id=here),
            cancel_url=url_for("interaction.cancel", interaction_id=here),
            switch_url=url_for("interaction.switch", interaction_id=here),
            person_name=mask_name(person.name),
            username=person.username or person.phone or "",
            party=party_of(page.client),
            details=details,
            has_passkey=self.proving.has_passkey(page.session),
            way=page.way,
            face_url=url_for("face_page.show", interaction_id=here) if offers_face else None,
            refused=refused,
        )
