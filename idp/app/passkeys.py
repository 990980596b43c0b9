"""Passkeys as the settings want them."""

from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from idp.adapters.passkeys import WebAuthnCeremonies
from idp.domain.assurance import Level
from idp.settings import Settings
from idp.settings_values import rooted

TITLE = "统一身份认证"


def open_ceremonies(settings: Settings) -> WebAuthnCeremonies:
    """Return the ceremonies at the issuer and the origins related to it."""
    return WebAuthnCeremonies(origins=origins_of(settings), title=TITLE, roots=_roots(settings))


def origins_of(settings: Settings) -> tuple[str, ...]:
    """Return where passkeys are good, the issuer first."""
    return (settings.issuer, *settings.passkeys.related_origins)


def reachable_level(settings: Settings) -> Level:
    """Return the highest level that a sign-in carries here: l4 needs devices whose makers vouch for them."""
    return Level.L4 if settings.passkeys.attestation_roots else Level.L3


def _roots(settings: Settings) -> tuple[bytes, ...]:
    if not settings.passkeys.attestation_roots:
        return ()
    pem = rooted(Path(settings.passkeys.attestation_roots)).read_bytes()
    return tuple(each.public_bytes(Encoding.PEM) for each in load_pem_x509_certificates(pem))
