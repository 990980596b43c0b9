"""What was just done, said on top of the next page."""

from flask_babel import gettext as _


def notice(done: str) -> str | None:
    """Return the sentence for a finished action; an unknown word says nothing."""
    return {
        "session": _("That device has been signed out."),
        "others": _("All other devices have been signed out."),
        "consent": _("The permission has been withdrawn."),
        "password": _("Your password has been changed. All other devices have been signed out."),
        "passkey-added": _("The passkey is ready. You can sign in with it from now on."),
        "face-removed": _("The reference of your face was removed."),
        "passkey-removed": _("The passkey has been removed. It signs nobody in any more."),
        "code-app-added": _("The app is ready. Its codes count where a transaction needs two ways."),
        "code-app-removed": _("The app has been removed. Its codes are not taken any more."),
        "not-me": _(
            "It has been ended. Now change your password and look through your passkeys, so that nobody else"
            " can sign in."
        ),
    }.get(done)
