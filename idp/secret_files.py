"""Secrets: one file each, a line a version, the last line in force."""

import os
import secrets
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from idp.domain.ids import base64url
from idp.settings import SettingsError

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class VersionedKey:
    """Keys of 32 bytes by version, and the version in force."""

    versions: Mapping[str, bytes]
    current: str

    @property
    def key(self) -> bytes:
        """Return the key in force."""
        return self.versions[self.current]


@dataclass(frozen=True, slots=True, kw_only=True)
class Secrets:
    """What must never be in the database: each field is a file of that name."""

    wrapping_key: VersionedKey
    """Seals private signing keys."""
    data_key: VersionedKey
    """Seals people's data."""
    index_key: VersionedKey
    """Makes identifiers findable; changing it means indexing again."""
    subject_key: VersionedKey
    """Makes pseudonyms; changing it makes everybody a stranger everywhere."""
    refresh_key: VersionedKey
    """Makes refresh tokens."""
    cookie_key: VersionedKey
    """Signs the cookie that guards forms."""


NAMES = tuple(field.name for field in fields(Secrets))


def load_secrets(folder: Path) -> Secrets:
    """Read every secret, or raise SettingsError with a sentence for each that is missing or unreadable."""
    found, mistakes = {}, []
    for name in NAMES:
        try:
            found[name] = _read((folder / name).read_text("ascii"))
        except FileNotFoundError:
            mistakes.append(f"The secret file {name} is missing: {_remedy(folder)}.")
        except (OSError, ValueError):
            mistakes.append(f"The secret file {name} cannot be read.")
    if mistakes:
        raise SettingsError(mistakes)
    return Secrets(**found)


def create_secrets(folder: Path) -> tuple[str, ...]:
    """Make the secret files where there are none, readable by their owner only; return their names.

    Raises SettingsError when only some are missing: data sealed under a lost one needs that very file.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    missing = [name for name in NAMES if not (folder / name).exists()]
    if 0 < len(missing) < len(NAMES):
        raise SettingsError([f"The secret file {name} is missing: {_remedy(folder)}." for name in missing])
    made = []
    for name in missing:
        line = f"v1 {base64url(secrets.token_bytes(KEY_BYTES))}\n"
        try:
            file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            continue
        with os.fdopen(file, "w") as out:
            out.write(line)
        made.append(name)
    return tuple(made)


def _remedy(folder: Path) -> str:
    lost = any((folder / name).exists() for name in NAMES)
    return "restore it from a copy" if lost else "`idp secrets create` makes it"


def _read(text: str) -> VersionedKey:
    versions = {}
    for line in text.splitlines():
        version, encoded = line.split()
        key = urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        if len(key) != KEY_BYTES:
            raise ValueError("A key has 32 bytes.")
        versions[version] = key
    if not versions:
        raise ValueError("The file is empty.")
    return VersionedKey(versions, next(reversed(versions)))
