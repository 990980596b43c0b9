"""The authorization request: every rule in its order."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from idp.domain.authorization_details.types import DetailTypes
from idp.domain.claims.catalogue import Catalogue
from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.ids import ClientId
from idp.domain.interaction.pushed import PushedRequests
from idp.domain.interaction.request import AuthorizationRequest, ReturnAddress
from idp.domain.params import Params
from idp.protocol.authorize.acr import check_acr, check_subject
from idp.protocol.authorize.authorization_details import check_details, raised
from idp.protocol.authorize.claims import check_claims
from idp.protocol.authorize.client import check_client, check_redirect_uri, is_registered
from idp.protocol.authorize.id_token_hint import check_id_token_hint
from idp.protocol.authorize.pkce import check_challenge
from idp.protocol.authorize.prompt import check_hint, check_locales, check_max_age, check_prompt
from idp.protocol.authorize.pushed import take_pushed
from idp.protocol.authorize.request_object import RequestObjects
from idp.protocol.authorize.resource import FindResource, check_resource
from idp.protocol.authorize.response_type import check_response_mode, check_response_type
from idp.protocol.authorize.scope import check_scope

SPEC = "OpenID Connect Core 1.0 section 3.1.2"
PATH = "/authorize"
METADATA = {"authorization_endpoint": PATH}


class RedirectedRefusal(Refusal):
    """A refusal that the relying party is told at *address*."""

    def __init__(self, refusal: Refusal, address: ReturnAddress) -> None:
        """Keep the refusal's words and the address."""
        super().__init__(refusal.error, refusal.description)
        self.address = address


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRules:
    """Reads authorization requests; *known_scopes* are all there are, *namespace* is that of our names."""

    find: Callable[[ClientId], Client | None]
    find_resource: FindResource
    known_scopes: frozenset[str]
    catalogue: Catalogue
    detail_types: DetailTypes
    namespace: str
    recognise: Callable[[str], dict[str, Any] | None]
    pushed: PushedRequests
    pushed_required: bool
    request_objects: RequestObjects

    def read(self, params: Params, *, browser: str | None = None) -> AuthorizationRequest:
        """Return the request that came in *browser*, if one is known.

        Until client and redirect URI are known to belong together a Refusal stays on our own page;
        from then on it is a RedirectedRefusal.
        """
        client = check_client(params, self.find)
        pushed = take_pushed(params, client, self.pushed)
        if pushed is None and (self.pushed_required or client.requires_pushed):
            address = ReturnAddress(check_redirect_uri(params, client), params.get("state"))
            refusal = Refusal("invalid_request", "This request must be pushed first.")
            raise RedirectedRefusal(refusal, address)
        opened = pushed or self._open(params, client, browser)
        return self.check(opened, client, pushed=pushed is not None)

    def check(self, params: Params, client: Client, *, pushed: bool) -> AuthorizationRequest:
        """Return the request that *params* of *client* make, after every rule; *pushed* if they came so."""
        address = ReturnAddress(check_redirect_uri(params, client), params.get("state"))
        try:
            address = replace(address, mode=check_response_mode(params))
            return self._apply(params, client, address, pushed=pushed)
        except Refusal as refusal:
            raise RedirectedRefusal(refusal, address) from None

    def _open(self, params: Params, client: Client, browser: str | None) -> Params:
        try:
            return self.request_objects.open(params, client, browser=browser)
        except Refusal as refusal:
            # What is in a bad object does not count; outside of it there may be an address to trust.
            uri = params.get("redirect_uri", "")
            if not is_registered(uri, client):
                raise
            address = ReturnAddress(uri, params.get("state"))
            with suppress(Refusal):
                address = replace(address, mode=check_response_mode(params))
            raise RedirectedRefusal(refusal, address) from None

    def _apply(
        self, params: Params, client: Client, address: ReturnAddress, *, pushed: bool
    ) -> AuthorizationRequest:
        check_response_type(params, client)
        scopes = check_scope(params, client, self.known_scopes)
        asked = check_claims(params, client, scopes, self.catalogue)
        details = check_details(params, client, self.detail_types, pushed=pushed)
        levels = check_acr(params, client, asked, self.namespace)
        return AuthorizationRequest(
            client_id=client.client_id,
            address=address,
            scopes=scopes,
            claims=asked.claims,
            details=details,
            code_challenge=check_challenge(params, client),
            resources=check_resource(params, client, self.find_resource),
            nonce=params.get("nonce"),
            prompts=check_prompt(params),
            max_age=check_max_age(params, client),
            wished_levels=levels.wished,
            required_levels=raised(levels, details, self.detail_types),
            login_hint=check_hint(params),
            hinted_subject=check_subject(asked, check_id_token_hint(params, client, self.recognise)),
            ui_locales=check_locales(params),
        )
