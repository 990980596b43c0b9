"""What the grants share: the client is authenticated first, and must have registered the grant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749.errors import UnauthorizedClientError
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin

from idp.domain.clients import AuthMethod, Client
from idp.domain.errors import Refusal

if TYPE_CHECKING:
    from idp.protocol.engine import Engine


class Grant(BaseGrant, TokenEndpointMixin):  # type: ignore[misc]  # Authlib has no types
    """A grant whose :meth:`answer` builds the token response."""

    server: Engine
    TOKEN_ENDPOINT_AUTH_METHODS = [method.value for method in AuthMethod]  # noqa: RUF012 - as Authlib

    def validate_token_request(self) -> None:
        """Authenticate the client and check that it may use this grant."""
        self.request.client = self.authenticate_token_endpoint_client()
        if not self.request.client.check_grant_type(self.GRANT_TYPE):
            raise UnauthorizedClientError("The client has not registered this grant_type.")

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        """Return the token response, or the refusal in the form of RFC 6749 section 5.2."""
        try:
            return 200, self.answer(self.request.client.client, self.request.form), []
        except Refusal as refusal:
            body = {"error": refusal.error, "error_description": refusal.description}
            return refusal.status, body, []

    def answer(self, client: Client, form: dict[str, str]) -> dict[str, Any]:
        """Return the members of the token response, or raise Refusal."""
        raise NotImplementedError
