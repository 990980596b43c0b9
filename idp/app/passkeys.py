"""Passkeys as the settings want them."""

from datetime import timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_pem_x509_certificates

from idp.adapters.passkeys import WebAuthnCeremonies
from idp.app.code_apps import TITLE, open_confirm_code
from idp.app.neighbours import Neighbours
from idp.app.notices import open_notices
from idp.app.step_up import open_proof_tries
from idp.app.tries import open_throttle
from idp.domain.assurance import Level
from idp.domain.claims.subject import Pseudonyms
from idp.domain.throttle import Throttle
from idp.services.challenges import Challenges
from idp.services.passkeys import OwnPasskeys
from idp.services.proving import Proving
from idp.services.sessions import SessionKeeper
from idp.services.sign_in.confirm import ConfirmPassword
from idp.services.sign_in.passkey import PasskeySignIn
from idp.settings import Settings
from idp.settings_values import rooted
from idp.storage.ephemeral.kept import KeptInteractions

# As long as browsers wait for a device.
CHALLENGES_LAST = timedelta(minutes=5)
# Messages to one person that a passkey may have been copied.
WARNINGS = "1 per hour"


def open_passkeys(
    settings: Settings,
    neighbours: Neighbours,
    *,
    pseudonyms: Pseudonyms,
    sessions: SessionKeeper,
    failures: Throttle,
    confirm: ConfirmPassword,
) -> tuple[PasskeySignIn, OwnPasskeys, Proving]:
    """Return the sign-in by passkey, what people do with their own, and how transactions are proved."""
    ceremonies = open_ceremonies(settings)
    challenges = Challenges(
        kept=neighbours.ephemeral.one_time, lifetime=CHALLENGES_LAST, clock=neighbours.clock
    )
    warnings = open_throttle(neighbours, "passkey-copied", WARNINGS)
    by_passkey = PasskeySignIn(
        records=neighbours.database,
        ceremonies=ceremonies,
        challenges=challenges,
        pseudonyms=pseudonyms,
        failures_of_address=failures,
        warnings=warnings,
        sessions=sessions,
        clock=neighbours.clock,
    )
    own = OwnPasskeys(
        records=neighbours.database,
        ceremonies=ceremonies,
        challenges=challenges,
        pseudonyms=pseudonyms,
        notices=open_notices(settings, neighbours),
        clock=neighbours.clock,
    )
    proving = Proving(
        records=neighbours.database,
        interactions=KeptInteractions(neighbours.ephemeral.expiring),
        ceremonies=ceremonies,
        challenges=challenges,
        confirm=confirm,
        tries=open_proof_tries(settings, neighbours),
        confirm_code=open_confirm_code(settings, neighbours),
        failures_of_address=failures,
        warnings=warnings,
        notices=open_notices(settings, neighbours),
        clock=neighbours.clock,
    )
    return by_passkey, own, proving


def open_ceremonies(settings: Settings) -> WebAuthnCeremonies:
    """Return the ceremonies at the issuer and the origins related to it."""
    return WebAuthnCeremonies(
        origins=origins_of(settings),
        title=TITLE,
        roots=_roots(settings),
        models=frozenset(settings.passkeys.aaguids),
    )


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
