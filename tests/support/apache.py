"""A real Apache of a test's own: its configuration, its pages, its port."""

import os
import shutil
import signal
import socket
from pathlib import Path

from tests.support.ports import free_port
from tests.support.servers import LOOPBACK, Server, new_folder

OWNER = "www-data"
MODULES = Path("/usr/lib/apache2/modules")
BASE = """
ServerName localhost
ServerRoot "{folder}"
DefaultRuntimeDir "{folder}"
PidFile "{folder}/pid"
ErrorLog "{folder}/log"
Mutex "file:{folder}"
Listen {address}:{port}
{modules}
"""


class Apache(Server):
    """Starts with *modules* and whatever configuration is written for it."""

    def __init__(self, apache: Path, modules: tuple[str, ...]) -> None:
        self._owner_of_files = OWNER if os.geteuid() == 0 else None  # Apache refuses to serve as root
        self.folder = new_folder(self._owner_of_files)
        port = free_port()
        loaded = [f"LoadModule {name}_module {MODULES}/mod_{name}.so" for name in modules]
        self._base = BASE.format(folder=self.folder, address=LOOPBACK, port=port, modules="\n".join(loaded))
        # Apache writes there under its own name, and what starts it under ours.
        self.write("log", b"")
        super().__init__(
            command=[str(apache), "-f", str(self.folder / "apache.conf"), "-DFOREGROUND"],
            folder=self.folder,
            port=port,
            answers=lambda: socket.create_connection((LOOPBACK, port), timeout=5).close(),
            stop_signal=signal.SIGTERM,
            owner=self._owner_of_files,
        )

    def configure(self, text: str) -> None:
        """Write the configuration; *text* comes after what every Apache here needs."""
        self.write("apache.conf", (self._base + text).encode())

    def write(self, name: str, content: bytes) -> Path:
        """Write a file that Apache can read, and nobody else; return its path."""
        path = self.folder / name
        path.parent.mkdir(exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(content)
        if self._owner_of_files:
            shutil.chown(path, self._owner_of_files)
            shutil.chown(path.parent, self._owner_of_files)
        return path
