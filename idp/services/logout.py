"""Signing out because a relying party asks for it."""

import hmac
from dataclasses import dataclass

from idp.domain.claims.subject import Pseudonyms
from idp.domain.params import Params
from idp.domain.sessions import Session
from idp.protocol.engine import Engine
from idp.protocol.logout.rp_initiated import LogoutRequest, read_logout


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """Reads logout requests and says whether the person must be asked first."""

    engine: Engine
    pseudonyms: Pseudonyms

    def read(self, params: Params) -> LogoutRequest:
        """Return the checked request, or refuse."""
        return read_logout(self.engine, params)

    def is_certain(self, request: LogoutRequest, session: Session) -> bool:
        """Say whether an ID token of this very session came along.

        Any other request could be forged by a page that the person merely looks at, so it is
        confirmed first (RP-Initiated Logout section 6).
        """
        if request.sid is None or request.client is None:
            return False
        own = self.pseudonyms.session(session.id, request.client)
        return hmac.compare_digest(own.encode(), request.sid.encode())
