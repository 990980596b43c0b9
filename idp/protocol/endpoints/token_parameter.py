"""The one parameter of revocation and introspection, and the token that it means."""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidRequestError

from idp.protocol.endpoints.issued import IssuedToken, IssuedTokens

SPEC = "RFC 7009 section 2.1"


class TokenParameter:
    """Stands before Authlib's endpoints, which refuse hints that they do not know."""

    def __init__(self, issued: IssuedTokens) -> None:
        """Take what recognises tokens."""
        super().__init__()
        self.issued = issued

    def check_params(self, request: Any, client: Any) -> None:
        """Refuse a form without a token; an unknown hint is no error."""
        del client
        if "token" not in request.form:
            raise InvalidRequestError("The token is missing.")

    def query_token(self, token_string: str, token_type_hint: str | None) -> IssuedToken | None:
        """Return the token, whatever the hint says."""
        del token_type_hint
        return self.issued.find(token_string)
