"""The page where a person sees what a portal would learn, and says yes or no."""

from collections.abc import Mapping
from dataclasses import dataclass

from babel.lists import format_list
from flask import render_template, url_for

from idp.domain.errors import Refusal
from idp.domain.names import mask_name
from idp.services.authorize.outcome import Page
from idp.services.consent import AskedScope, Consenting
from idp.web.forms import ConsentForm
from idp.web.party import party_of
from idp.web.words import Words, language


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownScope:
    """A scope, or one claim of a sensitive scope, in the page's language."""

    name: str
    title: str
    values: list[tuple[str, str]]
    why: str | None
    effect: str | None
    purposes: list[tuple[str, str]]
    verified: str


def consent_page(page: Page, form: ConsentForm, consenting: Consenting, words: Words) -> str:
    """Show the values that would be given, masked, the sensitive ones apart and unticked."""
    if page.session is None or page.client is None or page.interaction.request is None:
        raise Refusal("invalid_request", "There is nothing to consent to.")
    name, asked = consenting.question(page.interaction.request, page.session)
    labels = consenting.catalogue.labels
    here = page.interaction.id
    return render_template(
        "consent.html",
        form=form,
        action=url_for("interaction.submit_consent", interaction_id=here),
        session=page.session.id,
        party=party_of(page.client),
        person_name=mask_name(name),
        ordinary=[_shown(scope, labels, words) for scope in asked if not scope.rule.sensitive],
        called=[party_of(each) for each in consenting.called(page.interaction.request)],
        sensitive=[_shown(scope, labels, words) for scope in asked if scope.rule.sensitive],
        switch_url=url_for("interaction.switch", interaction_id=here),
    )


def _shown(scope: AskedScope, labels: Mapping[str, Mapping[str, str]], words: Words) -> ShownScope:
    rule, here = scope.rule, language()
    return ShownScope(
        name=rule.name,
        title=rule.title[here],
        values=[(labels[source][here], words.of_source(source, value)) for source, value in scope.values],
        why=rule.why[here] if rule.why else None,
        effect=rule.effect[here] if rule.effect else None,
        purposes=[(labels[source][here], purpose) for source, purpose in scope.purposes],
        verified=format_list([labels[source][here] for source in scope.verified], locale=here),
    )
