"""Commands as an operator calls them: processes on settings of their own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


class Shell:
    """Runs commands on settings of their own."""

    def __init__(self, folder, **settings):
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("IDP_")},
            "IDP_SECRETS_DIR": str(folder / "secrets"),
            "IDP_DATABASE__URL": f"sqlite:///{folder}/idp.db",
            **settings,
        }

    def __call__(self, *arguments, stdin=""):
        return subprocess.run(
            [sys.executable, "-m", "idp", *arguments],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def json(self, *arguments, stdin=""):
        done = self(*arguments, "--json", stdin=stdin)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def empty(tmp_path):
    """Return a shell in which nothing was set up."""
    return Shell(tmp_path)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory):
    """Return a folder with secrets and tables, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    shell = Shell(folder)
    assert shell("secrets", "create").returncode == 0
    assert shell("db", "upgrade").returncode == 0
    return folder


@pytest.fixture
def idp(empty, prepared, tmp_path):
    """Return a shell with secrets and tables."""
    shutil.copytree(prepared, tmp_path, dirs_exist_ok=True)
    return empty
