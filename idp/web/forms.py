"""The forms of the pages, each guarded against forgery."""

import json
import re
import unicodedata
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import DataRequired, EqualTo, InputRequired, Length, Regexp

from idp.domain.passwords import MAX_PASSWORD

MAX_USERNAME = 100
MAX_CREDENTIAL = 20_000
SIX_DIGITS = re.compile(r"\d{6}\Z", re.ASCII)
# Phone numbers pasted from an address book carry invisible direction marks.
INVISIBLE = frozenset({"Cc", "Cf"})


def clean_username(typed: str | None) -> str | None:
    """Return *typed* in half width, without what cannot be seen; a password is never touched."""
    if typed is None:
        return None
    seen = "".join(char for char in typed if unicodedata.category(char) not in INVISIBLE)
    return unicodedata.normalize("NFKC", seen).strip()


def clean_code(typed: str | None) -> str | None:
    """Return *typed* in half width and without spaces: apps show codes in groups."""
    seen = clean_username(typed)
    return None if seen is None else "".join(seen.split())


class BareForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """A button that changes something: nothing but the guard."""


class SignInForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Who signs in, and the password."""

    username = StringField(
        _l("Mobile / ID number / username"),
        filters=[clean_username],
        validators=[
            DataRequired(_l("Enter your mobile number, ID number or username.")),
            Length(max=MAX_USERNAME, message=_l("This is too long. Enter at most %(max)d characters.")),
        ],
    )
    password = PasswordField(
        _l("Password"),
        validators=[
            InputRequired(_l("Enter your password.")),
            Length(max=MAX_PASSWORD, message=_l("This is too long. Enter at most %(max)d characters.")),
        ],
    )


class ChangePasswordForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The password so far, and twice the new one; what makes it good is the service's to say."""

    current = PasswordField(
        _l("Your password so far"),
        validators=[
            InputRequired(_l("Enter your password.")),
            Length(max=MAX_PASSWORD, message=_l("This is too long. Enter at most %(max)d characters.")),
        ],
    )
    new = PasswordField(_l("New password"), validators=[InputRequired(_l("Enter a new password."))])
    again = PasswordField(
        _l("New password once more"),
        validators=[
            InputRequired(_l("Enter the new password once more.")),
            EqualTo("new", _l("This is not the same as above.")),
        ],
    )


class PasskeyForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """What a browser answered for a passkey, as JSON, and what the person calls it."""

    credential = StringField(validators=[InputRequired(), Length(max=MAX_CREDENTIAL)])
    called = StringField(_l("Name"), filters=[clean_username])


class ProofForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The password as one of two ways."""

    password = PasswordField(
        _l("Password"),
        validators=[
            InputRequired(_l("Enter your password.")),
            Length(max=MAX_PASSWORD, message=_l("This is too long. Enter at most %(max)d characters.")),
        ],
    )


class CodeForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """The code that an app shows."""

    code = StringField(
        _l("Six-digit code"),
        filters=[clean_code],
        validators=[Regexp(SIX_DIGITS, message=_l("Enter the six digits that the app shows."))],
    )


def read_credential(text: str | None) -> dict[str, Any] | None:
    """Return the browser's answer, or None where it is no JSON object with a response in it."""
    try:
        answer = json.loads(text or "")
    except (ValueError, RecursionError):
        return None
    is_answer = isinstance(answer, dict) and isinstance(answer.get("response"), dict)
    return answer if is_answer else None


class ConsentForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Allow or not: the ``decision`` is the button's, the ticks are ``sensitive``."""


class SignOutForm(FlaskForm):  # type: ignore[misc]  # flask-wtf carries no types
    """Sign out or stay: the ``decision`` is the button's."""
