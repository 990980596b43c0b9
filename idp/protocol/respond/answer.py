"""Every answer names its issuer, so that a relying party of many providers mixes none of them up."""

from dataclasses import dataclass

from idp.domain.interaction.request import ResponseMode, ReturnAddress
from idp.protocol.authorize.request import RedirectedRefusal
from idp.protocol.respond.redirect import in_fragment, in_query

SPEC = "RFC 9207"
METADATA = {"authorization_response_iss_parameter_supported": True}


@dataclass(frozen=True, slots=True)
class GoTo:
    """The browser goes to *url*."""

    url: str


@dataclass(frozen=True, slots=True)
class PostTo:
    """The browser posts *fields* to *url* (OAuth 2.0 Form Post Response Mode)."""

    url: str
    fields: dict[str, str]


Answer = GoTo | PostTo


def code_answer(
    address: ReturnAddress, *, code: str, issuer: str, session_state: str | None = None
) -> Answer:
    """Return the answer that hands *code* over."""
    says = {"code": code} | ({"session_state": session_state} if session_state else {})
    return _answer(address, says, issuer)


def error_answer(refusal: RedirectedRefusal, *, issuer: str) -> Answer:
    """Return the answer that tells the relying party why there is no code."""
    says = {"error": refusal.error, "error_description": refusal.description}
    return _answer(refusal.address, says, issuer)


def _answer(address: ReturnAddress, says: dict[str, str], issuer: str) -> Answer:
    state = {"state": address.state} if address.state is not None else {}
    answer = says | state | {"iss": issuer}
    if address.mode is ResponseMode.FORM_POST:
        return PostTo(address.redirect_uri, answer)
    place = in_fragment if address.mode is ResponseMode.FRAGMENT else in_query
    return GoTo(place(address.redirect_uri, answer))
