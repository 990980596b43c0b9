"""Logout tokens: how the provider tells a relying party, program to program, that a session has ended."""

from dataclasses import dataclass
from datetime import timedelta

from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.deliveries import LogoutDelivery
from idp.protocol.jose.keyring import Keyring

SPEC = "OpenID Connect Back-Channel Logout 1.0"
METADATA = {"backchannel_logout_supported": True, "backchannel_logout_session_supported": True}
TYPE = "logout+jwt"
EVENT = "http://schemas.openid.net/event/backchannel-logout"
# Section 4: short, so that a token which leaks cannot sign people out much later.
LIFETIME = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogoutTokens:
    """Makes the token when it is sent: one that had waited in the queue would have expired there."""

    keyring: Keyring
    issuer: str
    clock: Clock

    def of_delivery(self, delivery: LogoutDelivery, client: Client) -> str:
        """Return the token for *client*; each try of a delivery has the same ``jti``."""
        issued = int(self.clock.now().timestamp())
        claims = {
            "iss": self.issuer,
            "aud": client.client_id,
            "iat": issued,
            "exp": issued + int(LIFETIME.total_seconds()),
            "jti": delivery.id,
            "sub": delivery.subject,
            "sid": delivery.sid,
            "events": {EVENT: {}},
        }
        return self.keyring.sign(claims, typ=TYPE, algorithm=client.signing.id_token)
