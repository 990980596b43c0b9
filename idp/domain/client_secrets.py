"""Secrets of clients: made here, kept as a digest, or sealed for clients that sign with theirs."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

from idp.domain.clients import AuthMethod, Client, secret_digest
from idp.domain.ids import ClientId, random_secret
from idp.domain.sealing import Sealer


def give_secret(client: Client, sealer: Sealer) -> tuple[Client, str | None]:
    """Return the client with a new secret, if its way of authentication needs one, and the secret."""
    if not client.auth_method.has_secret:
        return replace(client, secret_digest=None, sealed_secret=None), None
    secret = random_secret()
    if client.auth_method is not AuthMethod.SECRET_JWT:
        return replace(client, secret_digest=secret_digest(secret), sealed_secret=None), secret
    sealed = sealer.seal(secret.encode(), context=_context(client.client_id))
    kept = urlsafe_b64encode(sealed).decode("ascii")
    return replace(client, secret_digest=None, sealed_secret=kept), secret


def unseal_secret(client: Client, sealer: Sealer) -> bytes | None:
    """Return the secret of a client that signs with it."""
    if client.sealed_secret is None:
        return None
    return sealer.open(urlsafe_b64decode(client.sealed_secret), context=_context(client.client_id))


def _context(client_id: ClientId) -> str:
    return f"client-secret:{client_id}"
