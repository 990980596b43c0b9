"""Signing out because a relying party asks for it, and who else is told in the browser."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from idp.domain.claims.subject import Pseudonyms
from idp.domain.clients import Client
from idp.domain.ids import ClientId
from idp.domain.params import Params
from idp.domain.sessions import Session
from idp.domain.work import Records
from idp.protocol.engine import Engine
from idp.protocol.logout.front_channel import frame_uri
from idp.protocol.logout.rp_initiated import LogoutRequest, read_logout


@dataclass(frozen=True, slots=True, kw_only=True)
class Logout:
    """Reads logout requests and says whether the person must be asked first."""

    engine: Engine
    records: Records
    find_client: Callable[[ClientId], Client | None]
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

    def parties(self, session: Session) -> tuple[Client, ...]:
        """Return the clients that the session visited."""
        with self.records.read() as work:
            visited = work.grants.parties(session.id)
        return tuple(client for each in visited if (client := self.find_client(each)))

    def frames(self, session: Session) -> tuple[str, ...]:
        """Return the addresses that the signed-out page shows in frames."""
        issuer = self.engine.issuer
        found = (
            frame_uri(each, issuer=issuer, sid=self.pseudonyms.session(session.id, each))
            for each in self.parties(session)
        )
        return tuple(uri for uri in found if uri)
