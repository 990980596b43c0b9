"""Leaving for the relying party with an answer."""

from flask import g, render_template
from flask.typing import ResponseReturnValue

from idp.domain.ids import random_id
from idp.protocol.respond.answer import Answer, GoTo
from idp.web.headers import let_forms_reach
from idp.web.reply import go_to


def leave(answer: Answer) -> ResponseReturnValue:
    """Send the browser away: by a redirect, or by a form that submits itself.

    Without scripts the form has a button.
    """
    if isinstance(answer, GoTo):
        return go_to(answer.url)
    let_forms_reach(answer.url)
    g.script_nonce = random_id()
    return render_template("form_post.html", url=answer.url, fields=answer.fields, nonce=g.script_nonce)
