"""Bearer tokens in the Authorization header or a posted form, and how their refusal is said."""

from idp.domain.errors import Refusal
from idp.domain.params import Params

SPEC = "RFC 6750"


def read_bearer(authorization: str, form: Params | None = None) -> str:
    """Return the token of an Authorization header or of a posted *form*; one in the query never counts."""
    posted = (form or {}).get("access_token")
    if posted and authorization:
        # Section 2: one way at a time.
        raise Refusal("invalid_request", "Two bearer tokens came at once.")
    scheme, _, token = (authorization or f"Bearer {posted or ''}").partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or not token.isascii():
        raise Refusal("", "A bearer token is needed.", status=401)
    return token.strip()


def challenge(refusal: Refusal) -> str:
    """Return WWW-Authenticate for *refusal*; without credentials no error is named (section 3.1)."""
    if not refusal.error:
        return "Bearer"
    return f'Bearer error="{refusal.error}", error_description="{refusal.description}"'
