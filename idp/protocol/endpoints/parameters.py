"""The one parameter of revocation and introspection; an unknown hint is no error."""

from typing import Any

from authlib.oauth2.rfc6749.errors import InvalidRequestError

SPEC = "RFC 7009 section 2.1"


class TokenParameter:
    """Checks the form in the place of Authlib's own check, which refuses hints that it does not know."""

    def check_params(self, request: Any, client: Any) -> None:
        """Refuse a form without a token."""
        del client
        if "token" not in request.form:
            raise InvalidRequestError("The token is missing.")
