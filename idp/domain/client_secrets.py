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
    sealed = None
    if client.auth_method is AuthMethod.SECRET_JWT:
        box = sealer.seal(secret.encode(), context=_context(client.client_id))
        sealed = urlsafe_b64encode(box).decode("ascii")
    return replace(client, secret_digest=secret_digest(secret), sealed_secret=sealed), secret


def keep_secret(old: Client, new: Client) -> Client | None:
    """Return *new* with the secret of *old*, or None when that does not serve it."""
    signs = new.auth_method is AuthMethod.SECRET_JWT
    if not new.auth_method.has_secret or old.secret_digest is None or (signs and old.sealed_secret is None):
        return None
    return replace(new, secret_digest=old.secret_digest, sealed_secret=old.sealed_secret if signs else None)


def unseal_secret(client: Client, sealer: Sealer) -> bytes | None:
    """Return the secret of a client that signs with it."""
    if client.sealed_secret is None:
        return None
    return sealer.open(urlsafe_b64decode(client.sealed_secret), context=_context(client.client_id))


def _context(client_id: ClientId) -> str:
    return f"client-secret:{client_id}"
