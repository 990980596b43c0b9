"""The outside programs that tests start: where they are, and which version."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

INTEROP = Path(__file__).resolve().parents[1] / "interop"
NAMES = {
    "postgresql": ("postgres",),
    "redis": ("redis-server",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "firefox": ("firefox-esr", "firefox"),
    "apache": ("apache2",),
    "node": ("node", "nodejs"),
}
FILES = {
    "mod_auth_openidc": Path("/usr/lib/apache2/modules/mod_auth_openidc.so"),
    # Written by npm when everything is installed (make interop).
    "node packages": INTEROP / "node_modules/.package-lock.json",
    "axe": INTEROP / "node_modules/axe-core/axe.min.js",
}
# Debian keeps servers' programs off the PATH.
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")
# What a run may go without, and then says so at its beginning.
SPARED = frozenset({"firefox"})
DEBIAN_APACHE = "/usr/sbin/apache2"
NO_SKIPS = "NO_SKIPS"


@dataclass(frozen=True, slots=True)
class Found:
    """A program or file, what it says about its version, and where it is."""

    path: Path
    version: str


@cache
def find(program: str) -> Found | None:
    """Return *program* (a key of NAMES or FILES), or None when this machine does not have it."""
    if program in FILES:
        return Found(FILES[program], "found") if FILES[program].exists() else None
    for name in NAMES[program]:
        candidates = [shutil.which(name)]
        if program == "postgresql":
            candidates += sorted(map(str, DEBIAN_POSTGRESQL.glob(f"*/bin/{name}")), reverse=True)
        if program == "apache":
            candidates.append(shutil.which(DEBIAN_APACHE))
        for path in filter(None, candidates):
            option = "-v" if program == "apache" else "--version"
            said = subprocess.run([path, option], capture_output=True, text=True, check=False)
            if said.returncode == 0:
                return Found(Path(path), said.stdout.strip().partition("\n")[0])
    return None


def missing() -> list[str]:
    """Return the programs and files that this machine must have and does not."""
    return [program for program in (*NAMES, *FILES) if program not in SPARED and find(program) is None]


def require(program: str) -> Path:
    """Return the path of *program*, or skip the test that needs it; with NO_SKIPS set, fail it."""
    found = find(program)
    if found is None:
        absent = f"{program} not found on this machine"
        pytest.fail(absent) if os.environ.get(NO_SKIPS) else pytest.skip(absent)
    return found.path


def report() -> list[str]:
    """Return a line a program or file."""
    versions = {program: find(program) for program in (*NAMES, *FILES)}
    return [f"{name}: {found.version if found else 'not found'}" for name, found in versions.items()]
