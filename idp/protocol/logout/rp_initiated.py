"""Logout that a relying party asks for: which session it means, and where the person goes then."""

from dataclasses import dataclass
from typing import Any

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749.errors import InvalidRequestError
from authlib.oidc.rpinitiated import EndSessionEndpoint, EndSessionRequest

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.params import Params
from idp.protocol.authorize.prompt import check_locales
from idp.protocol.engine import Engine
from idp.protocol.engine_request import EngineRequest
from idp.protocol.respond.redirect import in_query
from idp.protocol.tokens.id_token import IdTokens

SPEC = "OpenID Connect RP-Initiated Logout 1.0"
PATH = "/logout"
METADATA = {"end_session_endpoint": PATH}


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutRequest:
    """A checked request: *sid* comes from an ID token of ours, or is None.

    Without such a token the way back is taken only by a person who was asked and said yes: whoever
    merely follows a link of a stranger stays here.
    *refused_uri* says that the person cannot be led back where the request asks for.
    """

    client: Client | None
    sid: str | None
    return_uri: str | None
    return_uri_if_confirmed: str | None
    refused_uri: bool
    ui_locales: tuple[str, ...]


class EndSession(EndSessionEndpoint):  # type: ignore[misc]  # Authlib has no types
    """Authlib's rules with our keyring; ending the session is the caller's work."""

    def __init__(self, id_tokens: IdTokens) -> None:
        """Take what recognises ID tokens of ours."""
        super().__init__()
        self.id_tokens = id_tokens

    def _validate_id_token_hint(self, id_token_hint: str) -> dict[str, Any]:
        claims = self.id_tokens.recognise(id_token_hint)
        if claims is None:
            raise InvalidRequestError("The id_token_hint is not an ID token of this provider.")
        return claims


def read_logout(engine: Engine, params: Params) -> LogoutRequest:
    """Return what *params* ask for, or refuse."""
    request = EngineRequest(uri=engine.issuer + PATH, params=params)
    try:
        checked: EndSessionRequest = engine.validate_endpoint_request("end_session", request)
    except OAuth2Error:
        raise Refusal("invalid_request", "The logout request is not valid.") from None
    claims = checked.id_token_claims or {}
    client = checked.client.client if checked.client else None
    wanted = params.get("post_logout_redirect_uri")
    is_registered = client is not None and wanted in client.post_logout_redirect_uris
    return LogoutRequest(
        client=client,
        sid=claims.get("sid"),
        return_uri=checked.redirect_uri,
        return_uri_if_confirmed=_with_state(wanted, params) if is_registered else None,
        refused_uri=wanted is not None and not is_registered,
        ui_locales=check_locales(params),
    )


def _with_state(uri: str | None, params: Params) -> str | None:
    state = params.get("state")
    return in_query(uri, {"state": state}) if uri and state else uri
