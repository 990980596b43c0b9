"""A look inside a JWT, for the curious reader of the demo; it proves nothing."""

import base64
import json
from dataclasses import dataclass

PARTS = 3


@dataclass(frozen=True, slots=True)
class JwtParts:
    """Header and payload as indented JSON, without the signature."""

    header: str
    payload: str


def look_inside(unverified_token: str) -> JwtParts | None:
    """Return the parts of a signed JWT, or None for any other kind of token.

    For the eyes only. An ID token counts after its signature was checked; an access token is
    addressed to an API and is none of the portal's business, whatever it looks like.
    """
    parts = unverified_token.split(".")
    if len(parts) != PARTS:
        return None
    try:
        header, payload = (_indent(part) for part in parts[:2])
    except ValueError:
        return None
    return JwtParts(header, payload)


def _indent(part: str) -> str:
    padded = part + "=" * (-len(part) % 4)
    return json.dumps(json.loads(base64.urlsafe_b64decode(padded)), ensure_ascii=False, indent=2)
