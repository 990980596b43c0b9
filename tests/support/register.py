"""The register of pictures, run as it comes."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.operator import ROOT
from tests.support.ports import free_port

KEY = b"k" * 40


@contextmanager
def running_register(folder: Path, *options: str) -> Iterator[tuple[str, Path]]:
    """Yield its address, and the file of the key."""
    key = folder / "register.key"
    key.write_bytes(KEY + b"\n")
    port = free_port()
    command = [sys.executable, "-m", "examples.register", "--port", str(port), "--key-file", str(key)]
    with subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            assert "answers" in running.stdout.readline()
            yield f"http://127.0.0.1:{port}", key
        finally:
            running.terminate()
