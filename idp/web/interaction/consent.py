"""The pages where a person sees what a portal would learn: one asks for a yes or no, one tells."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel.lists import format_list
from flask import render_template, url_for

from idp.domain.errors import Refusal
from idp.domain.interaction.prompts import Reason
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
    sensitive: bool
    title: str
    values: list[tuple[str, str]]
    why: str | None
    effect: str | None
    declining: str | None
    purposes: list[tuple[str, str]]
    verified: str


def consent_page(page: Page, form: ConsentForm, consenting: Consenting, words: Words) -> str:
    """Show the values that would be given, masked, the sensitive ones apart and unticked."""
    asked, common = _common(page, consenting, words)
    return render_template(
        "consent.html",
        form=form,
        has_ended=page.reason is Reason.CONSENT_OVER,
        action=url_for("interaction.submit_consent", interaction_id=page.interaction.id),
        ordinary=[scope for scope in asked if not scope.sensitive],
        sensitive=[scope for scope in asked if scope.sensitive],
        **common,
    )


def notice_page(page: Page, consenting: Consenting, words: Words) -> str:
    """Show the same where a law gives it: the person is told which, and goes on or cancels."""
    scopes, common = _common(page, consenting, words)
    here = page.interaction.id
    return render_template(
        "notice.html",
        action=url_for("interaction.submit_notice", interaction_id=here),
        cancel_url=url_for("interaction.cancel", interaction_id=here),
        scopes=scopes,
        ground=page.client.ground if page.client else None,
        **common,
    )


def _common(page: Page, consenting: Consenting, words: Words) -> tuple[list[ShownScope], dict[str, Any]]:
    request = page.interaction.request
    if page.session is None or page.client is None or request is None:
        raise Refusal("invalid_request", "There is nothing to consent to.")
    name, asked = consenting.question(request, page.session)
    return [_shown(scope, consenting.catalogue.labels, words) for scope in asked], {
        "session": page.session.id,
        "party": party_of(page.client),
        "person_name": mask_name(name),
        "called": [party_of(each) for each in consenting.called(request)],
        "switch_url": url_for("interaction.switch", interaction_id=page.interaction.id),
    }


def _shown(scope: AskedScope, labels: Mapping[str, Mapping[str, str]], words: Words) -> ShownScope:
    rule, here = scope.rule, language()
    return ShownScope(
        name=rule.name,
        sensitive=rule.sensitive,
        title=rule.title[here],
        values=[(labels[source][here], words.of_source(source, value)) for source, value in scope.values],
        why=rule.why[here] if rule.why else None,
        effect=rule.effect[here] if rule.effect else None,
        declining=rule.declining[here] if rule.declining else None,
        purposes=[(labels[source][here], purpose) for source, purpose in scope.purposes],
        verified=format_list([labels[source][here] for source in scope.verified], locale=here),
    )
