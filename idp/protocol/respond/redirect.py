"""Answers in the query or the fragment of the redirect URI."""

from urllib.parse import urlencode

SPEC = "OAuth 2.0 Multiple Response Type Encoding Practices"


def in_query(redirect_uri: str, answer: dict[str, str]) -> str:
    """Return the redirect URI with *answer* added to its query."""
    separator = "&" if "?" in redirect_uri else "?"
    return f"{redirect_uri}{separator}{urlencode(answer)}"


def in_fragment(redirect_uri: str, answer: dict[str, str]) -> str:
    """Return the redirect URI with *answer* as its fragment; a registered URI has none."""
    return f"{redirect_uri}#{urlencode(answer)}"
