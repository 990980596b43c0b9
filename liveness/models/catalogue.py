"""The catalogue of the models, read from the file beside it."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("catalogue.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A package of a registry (``pypi`` or ``npm``) at one version; *sha256* in hexadecimal."""

    registry: str
    package: str
    version: str
    sha256: str
    licence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A file of an archive; *file_name* is how it is called in the store."""

    name: str
    archive: Archive
    member: str
    sha256: str
    use: str
    provenance: str

    @property
    def file_name(self) -> str:
        """The member's own last name, behind the model's."""
        return f"{self.name}{Path(self.member).suffix}"


@cache
def catalogue() -> Mapping[str, Model]:
    """Return every model by its name."""
    with FILE.open("rb") as file:
        table = tomllib.load(file)
    archives = {name: Archive(**each) for name, each in table["archives"].items()}
    return {
        name: Model(name=name, **each | {"archive": archives[each["archive"]]})
        for name, each in table["models"].items()
    }
