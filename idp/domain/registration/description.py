"""A client as metadata, for whoever registered it."""

from typing import Any

from idp.domain.clients import Client, GrantType

SPEC = "RFC 7591 section 3.2.1"


def describe_client(client: Client, secret: str | None = None) -> dict[str, Any]:
    """Return the client as metadata; *secret* only when it was just made. What is not set is left out."""
    signing, logout, pages = client.signing, client.logout, client.pages
    shown: dict[str, Any] = {
        "client_id": client.client_id,
        "client_secret": secret,
        "client_secret_expires_at": 0 if secret else None,
        "client_id_issued_at": int(client.created_at.timestamp()),
        "client_name": client.name,
        "client_name#en": client.name_en,
        "application_type": client.application_type,
        "sector": client.sector,
        "sector_identifier_uri": client.sector_identifier_uri,
        "redirect_uris": list(client.redirect_uris),
        "post_logout_redirect_uris": list(client.post_logout_redirect_uris),
        "request_uris": list(client.request_uris) or None,
        "token_endpoint_auth_method": client.auth_method,
        "token_endpoint_auth_signing_alg": signing.assertion,
        "jwks": client.keys.jwks,
        "jwks_uri": client.keys.jwks_uri,
        "grant_types": sorted(client.grant_types),
        "response_types": ["code"] if GrantType.AUTHORIZATION_CODE in client.grant_types else [],
        "scope": " ".join(sorted(client.scopes)),
        "resources": list(client.resources) or None,
        "allowed_resources": sorted(client.allowed_resources) or None,
        "authorization_details_types": sorted(client.authorization_details_types) or None,
        "subject_type": client.subject_type,
        "id_token_signed_response_alg": signing.id_token,
        "userinfo_signed_response_alg": signing.userinfo,
        "introspection_signed_response_alg": signing.introspection,
        "request_object_signing_alg": signing.request_object,
        "access_token_format": client.access_token_format,
        "require_pkce": None if client.requires_pkce else False,
        "require_pushed_authorization_requests": client.requires_pushed or None,
        "require_signed_request_object": client.requires_signed_request or None,
        "default_max_age": client.default_max_age,
        "default_acr_values": list(client.default_acr_values) or None,
        "require_auth_time": client.requires_auth_time or None,
        "backchannel_logout_uri": logout.backchannel_uri,
        "backchannel_logout_session_required": logout.backchannel_sid or None,
        "frontchannel_logout_uri": logout.frontchannel_uri,
        "frontchannel_logout_session_required": logout.frontchannel_sid or None,
        "client_uri": pages.client_uri,
        "logo_uri": pages.logo_uri,
        "policy_uri": pages.policy_uri,
        "tos_uri": pages.tos_uri,
        "initiate_login_uri": pages.initiate_login_uri,
        "lawful_basis": None if client.ground.is_consent else client.ground.basis,
        "statute": client.ground.statute,
        "statute#en": client.ground.statute_en,
        "contacts": list(client.contacts) or None,
        "disabled": True if client.disabled_at else None,
    }
    return {name: value for name, value in shown.items() if value is not None}
