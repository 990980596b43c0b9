"""The discovery document: joined from the rooms' METADATA, so what is advertised is what is there."""

from typing import Any

from idp.domain.assurance import Level, acr_uri
from idp.domain.authorization_details.types import DetailTypes
from idp.domain.claims.catalogue import Catalogue
from idp.protocol import engine
from idp.protocol.authorize import (
    claims,
    pkce,
    prompt,
    request,
    request_object,
    response_type,
    verified_claims,
)
from idp.protocol.client_auth import assertion, secret
from idp.protocol.endpoints import introspection, pushed_authorization, registration, revocation, userinfo
from idp.protocol.jose import history, keyring
from idp.protocol.logout import back_channel, front_channel, rp_initiated, session_management
from idp.protocol.respond import answer
from idp.protocol.tokens import id_token

SPEC = "OpenID Connect Discovery 1.0"
PATH = "/.well-known/openid-configuration"
# RFC 8414 section 3: the same document for clients that know OAuth alone.
OAUTH_PATH = "/.well-known/oauth-authorization-server"
ROOMS = (
    request,
    pushed_authorization,
    request_object,
    response_type,
    pkce,
    prompt,
    claims,
    verified_claims,
    answer,
    engine,
    secret,
    assertion,
    id_token,
    keyring,
    history,
    userinfo,
    introspection,
    revocation,
    rp_initiated,
    registration,
    back_channel,
    front_channel,
    session_management,
)
PROTOCOL_CLAIMS = ("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "sid")


def describe(
    *,
    issuer: str,
    namespace: str,
    catalogue: Catalogue,
    detail_types: DetailTypes,
    pushed_required: bool,
    signed_request_required: bool,
    takes_registrations: bool,
    reachable: Level,
) -> dict[str, Any]:
    """Return the provider's metadata; paths become addresses under *issuer*.

    *reachable* is the highest level that a sign-in carries.
    """
    joined: dict[str, Any] = {"issuer": issuer}
    for room in ROOMS:
        if room is registration and not takes_registrations:
            continue
        for name, value in room.METADATA.items():
            is_path = isinstance(value, str) and value.startswith("/")
            joined[name] = issuer + value if is_path else value
    return joined | {
        "require_pushed_authorization_requests": pushed_required,
        "require_signed_request_object": signed_request_required,
        "scopes_supported": list(catalogue.scopes),
        "claims_supported": [*PROTOCOL_CLAIMS, *catalogue.claims, "verified_claims"],
        "claims_in_verified_claims_supported": list(catalogue.verifiable),
        # RFC 9396 section 10.
        "authorization_details_types_supported": list(detail_types.by_uri),
        "acr_values_supported": [acr_uri(namespace, level) for level in Level if level <= reachable],
    }
