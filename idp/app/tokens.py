"""The tokens of grants, as the settings want them."""

from datetime import timedelta

from idp.app.neighbours import Neighbours
from idp.domain.claims.catalogue import Catalogue
from idp.protocol.jose.keyring import Keyring
from idp.protocol.tokens.access_token import AccessTokens
from idp.protocol.tokens.id_token import IdTokens
from idp.protocol.tokens.refresh_token import RefreshTokens
from idp.protocol.tokens.token_set import TokenSets
from idp.secret_files import Secrets
from idp.settings import Settings
from idp.storage.ephemeral.kept import KeptOpaqueTokens


def open_token_sets(
    settings: Settings, secrets: Secrets, neighbours: Neighbours, keyring: Keyring, catalogue: Catalogue
) -> TokenSets:
    """Return what makes the tokens of a grant."""
    clock = neighbours.clock
    return TokenSets(
        access_tokens=AccessTokens(
            keyring=keyring,
            opaque=KeptOpaqueTokens(neighbours.ephemeral.expiring),
            issuer=settings.issuer,
            clock=clock,
            lifetime=timedelta(seconds=settings.tokens.access_token_seconds),
        ),
        id_tokens=IdTokens(
            keyring=keyring,
            issuer=settings.issuer,
            clock=clock,
            lifetime=timedelta(seconds=settings.tokens.id_token_seconds),
        ),
        refresh_tokens=RefreshTokens(keys=secrets.refresh_key.versions, current=secrets.refresh_key.current),
        person_scopes=frozenset(catalogue.scopes),
    )
