"""The outside programs that tests start: where they are, and which version."""

import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

NAMES = {
    "postgresql": ("postgres",),
    "redis": ("redis-server",),
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
}
# Debian keeps PostgreSQL's server programs off the PATH.
DEBIAN_POSTGRESQL = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Found:
    """A program, what it says about its version, and where it is."""

    path: Path
    version: str


@cache
def find(program: str) -> Found | None:
    """Return *program* (a key of NAMES), or None when this machine does not have it."""
    for name in NAMES[program]:
        candidates = [shutil.which(name)]
        if program == "postgresql":
            candidates += sorted(map(str, DEBIAN_POSTGRESQL.glob(f"*/bin/{name}")), reverse=True)
        for path in filter(None, candidates):
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
            if said.returncode == 0:
                return Found(Path(path), said.stdout.strip())
    return None


def missing() -> list[str]:
    """Return the programs that this machine does not have."""
    return [program for program in NAMES if find(program) is None]


def require(program: str) -> Path:
    """Return the path of *program*, or skip the test that needs it."""
    found = find(program)
    if found is None:
        pytest.skip(f"{program} is not on this machine")
    return found.path


def report() -> list[str]:
    """Return a line a program."""
    versions = {program: find(program) for program in NAMES}
    return [f"{name}: {found.version if found else 'not found'}" for name, found in versions.items()]
