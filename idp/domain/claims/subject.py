"""Pseudonyms: subjects and session ids that no two sectors can compare."""

import hashlib
import hmac

from idp.domain.clients import Client, SubjectType
from idp.domain.ids import PersonId, base64url


class Pseudonyms:
    """Subjects that only the provider can link: a keyed function of the person and the sector."""

    def __init__(self, key: bytes) -> None:
        """Take a key of 32 random bytes; another key makes everybody a stranger everywhere."""
        self._key = key

    def subject(self, person_id: PersonId, client: Client) -> str:
        """Return ``sub``: the same within a sector, unrelated between sectors."""
        public = client.subject_type is SubjectType.PUBLIC
        return self._derive("sub", "public" if public else client.sector, person_id)

    def session(self, session_id: str, client: Client) -> str:
        """Return ``sid``: differs from client to client, since a shared one would link the pseudonyms."""
        return self._derive("sid", client.client_id, session_id)

    def handle(self, person_id: PersonId) -> str:
        """Return what the person's devices call the account: like a pseudonym, known to nobody else."""
        return self._derive("passkey", person_id)

    def _derive(self, *parts: str) -> str:
        # Length prefixes keep ("a", "bc") and ("ab", "c") apart.
        message = b"".join(len(p.encode()).to_bytes(4, "big") + p.encode() for p in parts)
        return base64url(hmac.digest(self._key, message, hashlib.sha256))
