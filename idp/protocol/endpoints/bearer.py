"""Bearer tokens in the Authorization header, and how their refusal is said."""

from idp.domain.errors import Refusal

SPEC = "RFC 6750"


def read_bearer(authorization: str) -> str:
    """Return the token of an Authorization header; a token in the query or form never counts."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token.strip() or not token.isascii():
        raise Refusal("", "A bearer token is needed.", status=401)
    return token.strip()


def challenge(refusal: Refusal) -> str:
    """Return WWW-Authenticate for *refusal*; without credentials no error is named (section 3.1)."""
    if not refusal.error:
        return "Bearer"
    return f'Bearer error="{refusal.error}", error_description="{refusal.description}"'
