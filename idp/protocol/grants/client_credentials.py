"""A client on its own behalf: no person, so no claims of one."""

from typing import Any

from idp.domain.clients import Client, GrantType
from idp.domain.errors import Refusal
from idp.protocol.authorize.authorization_details import narrowed_details
from idp.protocol.authorize.resource import check_resource
from idp.protocol.grants.base import Grant

SPEC = "RFC 6749 section 4.4"


class ClientCredentialsGrant(Grant):
    """Issues an access token whose subject is the client."""

    GRANT_TYPE = GrantType.CLIENT_CREDENTIALS.value

    def answer(self, client: Client, form: dict[str, str]) -> dict[str, Any]:
        """Return an access token for the registered scopes that concern no person, or refuse."""
        if client.is_public:
            raise Refusal("unauthorized_client", "A public client cannot act for itself.")
        own = client.scopes - self.server.token_sets.person_scopes
        asked = frozenset(form.get("scope", "").split())
        if not asked <= own:
            raise Refusal("invalid_scope", "The client may not have this scope for itself.")
        # RFC 6749 section 3.3: without a scope the client gets all that is its own.
        scopes = tuple(sorted(asked or own))
        resources = check_resource(form, client, self.server.find_resource)
        # Every type of transaction is a person's to confirm.
        narrowed_details((), form, client)
        with self.server.records.once() as work:
            work.audit.append(self.issued(client, scopes))
        return self.server.token_sets.of_client(client, scopes, resources=resources)
