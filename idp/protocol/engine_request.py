"""A token or logout request as Authlib reads it, made of plain values."""

from typing import Any

from authlib.oauth2.rfc6749 import OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload

from idp.domain.params import Params


class EngineRequest(OAuth2Request):  # type: ignore[misc]  # Authlib has no types
    """One POST with its form; query parameters never count."""

    def __init__(self, *, uri: str, params: Params, authorization: str = "", accept: str = "") -> None:
        """Take the endpoint's public address, the parameters, the Authorization and Accept headers."""
        super().__init__("POST", uri, headers={"Authorization": authorization})
        self.authorization = authorization
        self.accept = accept
        self.payload = BasicOAuth2Payload(dict(params))

    @property
    def form(self) -> dict[str, Any]:
        """Return the parameters."""
        form: dict[str, Any] = self.payload.data
        return form
