"""The folder of the model files: each is checked against the catalogue before it is used."""

import os
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from liveness.errors import ModelMissing
from liveness.models.catalogue import Model, catalogue

VARIABLE = "LIVENESS_MODELS"


def default_folder() -> Path:
    """Return the folder that the environment names, or the user's cache."""
    if named := os.environ.get(VARIABLE):
        return Path(named)
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "liveness-models"


class Store:
    """Model files in a folder. A file that is not what the catalogue says counts as missing."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or default_folder()
        self._right: dict[str, bool] = {}

    def path(self, name: str) -> Path:
        """Return where the model lies, or raise ModelMissing."""
        if not self.has(name):
            raise ModelMissing(name)
        return self._path(catalogue()[name])

    def has(self, name: str) -> bool:
        """Say whether the model is there and right; each is looked at once."""
        if name not in self._right:
            model = catalogue()[name]
            self._right[name] = _digest(self._path(model)) == model.sha256
        return self._right[name]

    def missing(self) -> tuple[str, ...]:
        """Return the names of the models that cannot be used."""
        return tuple(name for name in catalogue() if not self.has(name))

    def hashes(self) -> Mapping[str, str]:
        """Return the digests of the models that can be used."""
        return {name: model.sha256 for name, model in catalogue().items() if self.has(name)}

    def put(self, model: Model, data: bytes) -> None:
        """Keep *data*, which was checked, as the model."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._path(model)
        part = path.with_suffix(".part")
        part.write_bytes(data)
        part.replace(path)
        self._right.pop(model.name, None)

    def _path(self, model: Model) -> Path:
        return self.folder / model.file_name


def _digest(path: Path) -> str | None:
    try:
        return sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None
