"""The ceremonies of Web Authentication, by py_webauthn."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_attestation_object,
    parse_client_data_json,
)
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AttestationFormat,
    AuthenticatorSelectionCriteria,
    CredentialDeviceType,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from idp.domain.errors import Refusal
from idp.domain.passkeys import Made, Passkey

# AuthenticatorTransport of the specification; what else a browser names is left out.
TRANSPORTS = ("ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb")
# Formats in which the named makers alone are believed: for others the library adds makers that it knows.
VOUCHED = (AttestationFormat.PACKED, AttestationFormat.TPM)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebAuthnCeremonies:
    """Implements Ceremonies at *origins*, the first of which names the relying party.

    Where *roots* are given (PEM), only devices are taken whose makers they vouch for; otherwise nobody is
    asked who made them. Where *models* (AAGUIDs) are named too, only these are taken.
    """

    origins: tuple[str, ...]
    title: str
    roots: tuple[bytes, ...] = ()
    models: frozenset[str] = frozenset()

    @property
    def relying_party(self) -> str:
        """Return the id that passkeys are bound to."""
        return urlsplit(self.origins[0]).hostname or ""

    def creation_options(
        self, *, challenge: str, handle: str, name: str, exclude: Sequence[Passkey]
    ) -> dict[str, Any]:
        """Return the options for a new passkey, discoverable, for the person with the random *handle*."""
        asked = AttestationConveyancePreference
        options = webauthn.generate_registration_options(
            rp_id=self.relying_party,
            rp_name=self.title,
            user_id=base64url_to_bytes(handle),
            user_name=name,
            user_display_name=name,
            challenge=base64url_to_bytes(challenge),
            attestation=asked.DIRECT if self.roots else asked.NONE,
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
            exclude_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.id)) for each in exclude
            ],
        )
        return _as_json(options)

    def request_options(self, *, challenge: str, allow: Sequence[Passkey] = ()) -> dict[str, Any]:
        """Return the options for the use of one of *allow*, or of any passkey that the device offers."""
        options = webauthn.generate_authentication_options(
            rp_id=self.relying_party,
            challenge=base64url_to_bytes(challenge),
            user_verification=UserVerificationRequirement.REQUIRED,
            allow_credentials=[
                PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.id)) for each in allow
            ],
        )
        return _as_json(options)

    def challenge_of(self, answer: Mapping[str, Any]) -> str:
        """Return which challenge the browser says it answers; nothing is proved by that."""
        return bytes_to_base64url(_reading(lambda: _client_data(answer).challenge))

    def credential_of(self, answer: Mapping[str, Any]) -> tuple[str, str]:
        """Return the credential and the handle that the browser names; nothing is proved by that."""
        # Web Authentication section 5.2.2: a device may leave the handle out where it was told whose passkey.
        credential, handle = _reading(lambda: (answer["id"], answer["response"].get("userHandle") or ""))
        if not all(isinstance(each, str) and each.isprintable() for each in (credential, handle)):
            raise _refuse()
        return credential, handle

    def check_new(self, answer: Mapping[str, Any], *, challenge: str) -> Made:
        """Return the passkey that was made."""
        made = _reading(
            lambda: webauthn.verify_registration_response(
                credential=_own_origin(answer),
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self.relying_party,
                expected_origin=list(self.origins),
                require_user_verification=True,
                pem_root_certs_bytes_by_fmt={each: list(self.roots) for each in VOUCHED},
            )
        )
        # A device that signs for itself has nobody who vouches for it.
        is_vouched = made.fmt in VOUCHED and _has_certificate(made.attestation_object)
        is_attested = bool(self.roots) and is_vouched
        if self.roots and not is_attested:
            raise _refuse()
        if self.models and made.aaguid not in self.models:
            raise _refuse()
        named = _reading(lambda: answer["response"].get("transports") or ())
        return Made(
            id=bytes_to_base64url(made.credential_id),
            public_key=bytes_to_base64url(made.credential_public_key),
            sign_count=made.sign_count,
            is_synced=made.credential_device_type is CredentialDeviceType.MULTI_DEVICE,
            is_attested=is_attested,
            aaguid=made.aaguid,
            transports=tuple(each for each in TRANSPORTS if each in named),
        )

    def check_use(self, answer: Mapping[str, Any], *, challenge: str, passkey: Passkey) -> int:
        """Return the device's new count after it signed the *challenge*."""
        used = _reading(
            lambda: webauthn.verify_authentication_response(
                credential=_own_origin(answer),
                expected_challenge=base64url_to_bytes(challenge),
                expected_rp_id=self.relying_party,
                expected_origin=list(self.origins),
                credential_public_key=base64url_to_bytes(passkey.public_key),
                # Whether it went up is decided where it is kept, at the moment it is written.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        )
        is_synced = used.credential_device_type is CredentialDeviceType.MULTI_DEVICE
        if bytes_to_base64url(used.credential_id) != passkey.id or is_synced is not passkey.is_synced:
            raise _refuse()
        return used.new_sign_count


def _own_origin(answer: Mapping[str, Any]) -> dict[str, Any]:
    # A page of ours that another site has put into a frame asks for nothing.
    if _client_data(answer).cross_origin:
        raise _refuse()
    return dict(answer)


def _client_data(answer: Mapping[str, Any]) -> Any:
    return parse_client_data_json(base64url_to_bytes(answer["response"]["clientDataJSON"]))


def _has_certificate(attestation_object: bytes) -> bool:
    return bool(parse_attestation_object(attestation_object).att_stmt.x5c)


def _as_json(options: Any) -> dict[str, Any]:
    return dict(json.loads(webauthn.options_to_json(options)))


def _reading(read: Callable[[], T]) -> T:
    """Return what *read* makes of a stranger's words; whatever the library stumbles over is refused."""
    try:
        return read()
    except Refusal:
        raise
    except Exception as error:
        raise _refuse() from error


def _refuse() -> Refusal:
    return Refusal("invalid_passkey", "The passkey was not used as asked.")
