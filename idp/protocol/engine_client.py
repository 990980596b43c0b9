"""A client of ours in the shape that Authlib asks questions of."""

from dataclasses import dataclass
from typing import Any

from authlib.oauth2.rfc6749 import ClientMixin

from idp.domain.clients import Client


@dataclass(frozen=True, slots=True)
class EngineClient(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """Answers Authlib's questions from the domain's client."""

    client: Client

    @property
    def client_metadata(self) -> dict[str, Any]:
        """Return what RP-initiated logout looks up."""
        return {"post_logout_redirect_uris": self.client.post_logout_redirect_uris}

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        """Say whether the client registered this way of authentication."""
        del endpoint
        return self.client.auth_method == method

    def check_grant_type(self, grant_type: str) -> bool:
        """Say whether the client registered this grant."""
        return grant_type in self.client.grant_types
