"""Proof Key for Code Exchange: S256 or nothing, and nothing only for clients that were exempted."""

import hashlib
import hmac
import re
from collections.abc import Mapping

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.ids import base64url
from idp.domain.params import Params

SPEC = "RFC 7636"
METADATA = {"code_challenge_methods_supported": ["S256"]}
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}", re.ASCII)


def check_challenge(params: Params, client: Client) -> str | None:
    """Return the code challenge; one of another method is refused, none only taken from the exempt."""
    challenge = params.get("code_challenge")
    if challenge is None and "code_challenge_method" not in params and not client.requires_pkce:
        return None
    if challenge is None:
        raise Refusal("invalid_request", "The code_challenge is missing.")
    # RFC 7636 section 4.3: without a method the challenge would be plain.
    if params.get("code_challenge_method") != "S256":
        raise Refusal("invalid_request", "The code_challenge_method must be S256.")
    if not CHALLENGE.fullmatch(challenge):
        raise Refusal("invalid_request", "The code_challenge is not a SHA-256 in base64url.")
    return challenge


def check_verifier(form: Mapping[str, str], client: Client) -> str | None:
    """Return the code verifier of a token request."""
    verifier = form.get("code_verifier")
    if verifier is None:
        if not client.requires_pkce:
            return None
        raise Refusal("invalid_request", "The code_verifier is missing.")
    if not VERIFIER.fullmatch(verifier):
        raise Refusal("invalid_grant", "The code_verifier is malformed.")
    return verifier


def fits(challenge: str | None, verifier: str | None) -> bool:
    """Say whether the verifier is the challenge's, or neither is there.

    A verifier without a challenge means that somebody took the challenge out of the request (RFC 9700
    section 4.8.2).
    """
    if challenge is None or verifier is None:
        return challenge is verifier
    return hmac.compare_digest(challenge, s256(verifier))


def s256(verifier: str) -> str:
    """Return the challenge that belongs to *verifier*."""
    return base64url(hashlib.sha256(verifier.encode("ascii")).digest())
