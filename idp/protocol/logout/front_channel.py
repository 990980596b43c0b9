"""Frames of relying parties in the signed-out page: each ends what its own cookies stand for."""

from idp.domain.clients import Client
from idp.protocol.respond.redirect import in_query

SPEC = "OpenID Connect Front-Channel Logout 1.0"
METADATA = {"frontchannel_logout_supported": True, "frontchannel_logout_session_supported": True}


def frame_uri(client: Client, *, issuer: str, sid: str) -> str | None:
    """Return the address of the client's frame, or None when it has none."""
    uri = client.logout.frontchannel_uri
    if uri is None or not client.logout.frontchannel_sid:
        return uri
    # Section 2: either both parameters or none.
    return in_query(uri, {"iss": issuer, "sid": sid})
