"""Codes of RFC 6238, by the pyotp package."""

import pyotp


class PyotpCodes:
    """Implements Codes, with what every app knows: SHA-1, six digits, 30 seconds."""

    def __init__(self, title: str) -> None:
        """Take the *title* under which apps list the account."""
        self._title = title

    def new_secret(self) -> str:
        """Return 160 random bits in base32."""
        return pyotp.random_base32()

    def address(self, secret: str, *, name: str) -> str:
        """Return the ``otpauth`` address by which apps take the secret; *name* tells accounts apart."""
        return pyotp.TOTP(secret, name=name, issuer=self._title).provisioning_uri()

    def code(self, secret: str, step: int) -> str:
        """Return the code of the time *step*."""
        return pyotp.HOTP(secret).at(step)
