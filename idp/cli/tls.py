"""TLS by the server itself, for operators without a proxy in front."""

import ssl
from dataclasses import dataclass
from pathlib import Path

from idp.cli.tools import MISUSED, fail


@dataclass(frozen=True, slots=True)
class Certificate:
    """The files of a certificate chain and of its private key, proved to fit together."""

    chain: Path
    key: Path


def check_certificate(chain: Path | None, key: Path | None) -> Certificate | None:
    """Return the certificate to serve with, or None when none is named; unfit files end the command."""
    if chain is None and key is None:
        return None
    if chain is None or key is None:
        fail("TLS needs both --tls-cert and --tls-key.", MISUSED)
    for file in (chain, key):
        try:
            file.read_bytes()
        except OSError:
            fail(f"The file {file.name} cannot be read.")
    try:
        # With a password at hand, OpenSSL does not ask for one on the terminal.
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(chain, key, password="")
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            fail("The certificate and the key do not belong together.")
        fail("The certificate or the key cannot be used: both must be PEM, the key without a password.")
    return Certificate(chain.resolve(), key.resolve())
