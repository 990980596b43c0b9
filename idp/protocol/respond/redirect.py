"""Answers in the query of the redirect URI, the issuer in every one of them."""

from urllib.parse import urlencode

from idp.protocol.authorize.request import RedirectedRefusal, ReturnAddress

SPEC = "RFC 9207"
METADATA = {"authorization_response_iss_parameter_supported": True}


def code_answer(address: ReturnAddress, *, code: str, issuer: str) -> str:
    """Return the address that hands *code* over."""
    return _with_query(address, {"code": code}, issuer)


def error_answer(refusal: RedirectedRefusal, *, issuer: str) -> str:
    """Return the address that tells the relying party why there is no code."""
    says = {"error": refusal.error, "error_description": refusal.description}
    return _with_query(refusal.address, says, issuer)


def _with_query(address: ReturnAddress, answer: dict[str, str], issuer: str) -> str:
    if address.state is not None:
        answer["state"] = address.state
    separator = "&" if "?" in address.redirect_uri else "?"
    return f"{address.redirect_uri}{separator}{urlencode(answer | {'iss': issuer})}"
