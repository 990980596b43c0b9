"""Where else the provider's passkeys are good: other origins that show its pages."""

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

SPEC = "Web Authentication Level 3, section 5.11 (related origins)"
PATH = "/.well-known/webauthn"


def related_origins(origins: tuple[str, ...]) -> Blueprint:
    """Build the document that browsers read before they offer a passkey at another origin."""
    endpoint = Blueprint("passkey_origins", __name__)

    @endpoint.get(PATH)
    def show() -> ResponseReturnValue:
        return jsonify(origins=list(origins))

    return endpoint
