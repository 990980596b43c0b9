"""A device that makes and uses passkeys, in software: it does what it is asked, right or wrong."""

import hashlib
import json
import secrets
import struct
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from idp.domain.clock import SystemClock

ORIGIN = "https://idp.test"
AAGUID = bytes.fromhex("00112233445566778899aabbccddeeff")
PRESENT, VERIFIED, ELIGIBLE, BACKED_UP, MADE = 0x01, 0x04, 0x08, 0x10, 0x40
# Where Apple's certificates carry the nonce, and the structure around it.
NONCE, AROUND_NONCE = x509.ObjectIdentifier("1.2.840.113635.100.8.2"), bytes.fromhex("3024a1220420")


def b64(octets: bytes) -> str:
    """Encode as browsers do."""
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def unb64(text: str) -> bytes:
    """Decode what browsers send."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey, and how the device behaves: *count* steps up at each use unless *step* is 0."""

    is_synced: bool = False
    origin: str = ORIGIN
    relying_party: str = "idp.test"
    is_verified: bool = True
    cross_origin: bool = False
    count: int = 0
    step: int = 1
    maker: "Maker | None" = None
    signs_for_itself: bool = False
    like_apple: bool = False
    handle: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    def create(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer the options of a registration."""
        self.handle = options["user"]["id"]
        client_data = self._client_data("webauthn.create", options["challenge"])
        data = self._data(MADE) + AAGUID + struct.pack(">H", len(self.id)) + self.id + self._public_key()
        statement = {"fmt": "none", "attStmt": {}, "authData": data}
        signed = data + hashlib.sha256(client_data).digest()
        if self.maker and self.like_apple:
            certificate = self.maker.vouch_for(self.key.public_key(), hashlib.sha256(signed).digest())
            statement |= {"fmt": "apple", "attStmt": {"x5c": [certificate]}}
        elif self.maker or self.signs_for_itself:
            vouched = self.maker.vouch() if self.maker else None
            key = vouched[0] if vouched else self.key
            packed = {"alg": -7, "sig": key.sign(signed, ec.ECDSA(hashes.SHA256()))}
            if vouched:
                packed["x5c"] = [vouched[1]]
            statement |= {"fmt": "packed", "attStmt": packed}
        return self._answer(client_data, attestationObject=cbor2.dumps(statement))

    def get(self, options: dict[str, Any], **changes: str) -> dict[str, Any]:
        """Answer the options of a sign-in; *changes* replace members of the response."""
        self.count += self.step
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._data(0)
        signed = data + hashlib.sha256(client_data).digest()
        made = self._answer(
            client_data,
            authenticatorData=data,
            signature=self.key.sign(signed, ec.ECDSA(hashes.SHA256())),
            userHandle=unb64(self.handle),
        )
        made["response"] |= changes
        return made

    def _answer(self, client_data: bytes, **response: bytes) -> dict[str, Any]:
        parts = {"clientDataJSON": client_data, **response}
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {name: b64(value) for name, value in parts.items()}
            | {"transports": ["internal", "x"]},
        }

    def _client_data(self, kind: str, challenge: str) -> bytes:
        said = {
            "type": kind,
            "challenge": challenge,
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        }
        return json.dumps(said).encode()

    def _data(self, flags: int) -> bytes:
        flags |= PRESENT | (VERIFIED if self.is_verified else 0)
        flags |= ELIGIBLE | BACKED_UP if self.is_synced else 0
        return hashlib.sha256(self.relying_party.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _public_key(self) -> bytes:
        numbers = self.key.public_key().public_numbers()
        point = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return cbor2.dumps({1: 2, 3: -7, -1: 1, **point})


class Maker:
    """A maker of devices with a certificate of its own, which vouches for them."""

    def __init__(self, called: str = "Maker of tests") -> None:
        """Make the root."""
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(called)
        self.root = self._certificate(self._key.public_key(), self._name, is_root=True)

    @property
    def pem(self) -> bytes:
        """Return the root certificate."""
        return self.root.public_bytes(Encoding.PEM)

    def vouch(self) -> tuple[ec.EllipticCurvePrivateKey, bytes]:
        """Return a key for attestations and its certificate (DER)."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = _name("Device", unit="Authenticator Attestation")
        return key, self._certificate(key.public_key(), name, is_root=False).public_bytes(Encoding.DER)

    def vouch_for(self, key: ec.EllipticCurvePublicKey, nonce: bytes) -> bytes:
        """Return a certificate (DER) of the passkey's own *key* for one ceremony, as Apple does."""
        extension = x509.UnrecognizedExtension(NONCE, AROUND_NONCE + nonce)
        made = self._certificate(key, _name("Device"), is_root=False, extension=extension)
        return made.public_bytes(Encoding.DER)

    def _certificate(
        self, key: Any, name: x509.Name, *, is_root: bool, extension: x509.ExtensionType | None = None
    ) -> x509.Certificate:
        now = SystemClock().now()
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=is_root, path_length=None), critical=True)
        )
        if extension:
            builder = builder.add_extension(extension, critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _name(common: str, unit: str = "Tests") -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Tests"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, unit),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )
