"""Passkeys: key pairs of a person's devices that prove possession and the person's presence at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from idp.domain.assurance import Factors, passkey_factors
from idp.domain.ids import PersonId, SessionId

SPEC = "Web Authentication Level 3"
MOST = 20
MAX_NAME = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A credential: *id*, *public_key* (COSE) and *handle* are base64url.

    *is_synced* says that copies of it may be on other devices; *is_attested* that its maker vouches for
    the device. *aaguid* names the model, *sign_count* how often the device says it was used.
    *made_in* is the session in which it was made.
    """

    id: str
    person_id: PersonId
    public_key: str
    sign_count: int
    is_synced: bool
    is_attested: bool
    aaguid: str
    transports: tuple[str, ...]
    name: str
    made_in: SessionId
    created_at: datetime
    last_used_at: datetime | None = None

    @property
    def factors(self) -> Factors:
        """Return what a sign-in with it proves."""
        return passkey_factors(is_synced=self.is_synced, is_attested=self.is_attested)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a device made, checked: a passkey without its owner."""

    id: str
    public_key: str
    sign_count: int
    is_synced: bool
    is_attested: bool
    aaguid: str
    transports: tuple[str, ...]


class Ceremonies(Protocol):
    """The two ceremonies of Web Authentication, user verification required in both.

    Answers of browsers are JSON objects as ``PublicKeyCredential.toJSON`` makes them. What cannot be
    right is refused with Refusal ``invalid_passkey``.
    """

    def creation_options(
        self, *, challenge: str, handle: str, name: str, exclude: Sequence[Passkey]
    ) -> dict[str, Any]:
        """Return the options for a new passkey, discoverable, for the person with the random *handle*."""

    def request_options(self, *, challenge: str, allow: Sequence[Passkey] = ()) -> dict[str, Any]:
        """Return the options for the use of one of *allow*, or of any passkey that the device offers."""

    def challenge_of(self, answer: Mapping[str, Any]) -> str:
        """Return which challenge the browser says it answers; nothing is proved by that."""

    def credential_of(self, answer: Mapping[str, Any]) -> tuple[str, str]:
        """Return the credential and the handle that the browser names; nothing is proved by that.

        The handle is empty where the browser names none.
        """

    def check_new(self, answer: Mapping[str, Any], *, challenge: str) -> Made:
        """Return the passkey that was made."""

    def check_use(self, answer: Mapping[str, Any], *, challenge: str, passkey: Passkey) -> int:
        """Return the device's new count after it signed the *challenge*."""


class Passkeys(Protocol):
    """The passkeys, durable."""

    def add(self, passkey: Passkey) -> bool:
        """Store the passkey; say whether nobody has one of this id."""

    def get(self, passkey_id: str) -> Passkey | None:
        """Return the passkey."""

    def of_person(self, person_id: PersonId) -> tuple[Passkey, ...]:
        """Return the person's passkeys, oldest first."""

    def use(self, passkey_id: str, *, sign_count: int, at: datetime) -> bool:
        """Write down a use; False where the count did not go up, or the passkey is gone.

        Devices that do not count say zero each time.
        """

    def remove(self, person_id: PersonId, passkey_id: str) -> bool:
        """Forget the person's passkey; say whether it was there."""

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all passkeys of the person; return how many."""


def clean_name(typed: str) -> str:
    """Return what a person calls a passkey: printable, in one line, not too long."""
    shown = "".join(char for char in typed if char.isprintable() or char.isspace())
    return " ".join(shown.split())[:MAX_NAME].rstrip()
