"""What must hold for every file that is, or is about to be, in the repository."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = ("requirements/native.lock", "requirements/run.lock", "requirements/test.lock")
# Written in parts, so that this file passes too.
REGISTRIES = (
    ("pypi", "org"),
    ("python" + "hosted", "org"),
    ("npmjs", "org"),
    ("npmjs", "com"),
    ("crates", "io"),
    ("proxy", "golang", "org"),
    ("maven", "apache", "org"),
    ("deb", "debian", "org"),
    ("tuna", "tsinghua"),
    ("mirrors", "aliyun"),
)
REGISTRY = re.compile("|".join(r"\b" + r"\.".join(parts) for parts in REGISTRIES).encode())
MACHINE_PATH = re.compile(rb"(?<![\w./-])/(?:root|work)/\w")
IMPORTS_IDP = re.compile(rb"^\s*(?:from|import) idp\b", re.MULTILINE)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    """Return the content of each file by its path; ignored files are left out."""
    if shutil.which("git") is None:
        pytest.skip("git is not on this machine")
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip("not a git checkout")
    paths = [ROOT / os.fsdecode(name) for name in listing.stdout.split(b"\0") if name]
    return {str(path.relative_to(ROOT)): path.read_bytes() for path in paths if path.is_file()}


def test_no_file_names_a_package_registry(files: dict[str, bytes]) -> None:
    assert [name for name, content in files.items() if REGISTRY.search(content)] == []


def test_no_file_names_a_path_of_somebodys_machine(files: dict[str, bytes]) -> None:
    assert [name for name, content in files.items() if MACHINE_PATH.search(content)] == []


def test_python_and_shell_files_have_unix_line_ends(files: dict[str, bytes]) -> None:
    code = (".py", ".sh", "Makefile", ".ci/run")

    assert [name for name in files if name.endswith(code) and b"\r\n" in files[name]] == []


def test_examples_know_nothing_of_the_provider(files: dict[str, bytes]) -> None:
    examples = {name: files[name] for name in files if re.match(r"examples/.*\.py$", name)}

    assert [name for name, content in examples.items() if IMPORTS_IDP.search(content)] == []


def test_the_check_of_every_change_is_executable() -> None:
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_hold_no_address(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text("utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_has_a_version_and_a_hash(lock: str) -> None:
    entries = re.split(r"\n(?=\S)", (ROOT / lock).read_text("utf-8").strip())

    loose = [entry for entry in entries if not re.match(r"[\w.-]+==\S+", entry)]
    unhashed = [entry for entry in entries if "--hash=sha256:" not in entry]

    assert len(entries) > 5
    assert (loose, unhashed) == ([], [])


def test_every_locked_package_of_node_has_a_version_and_a_hash_and_no_address() -> None:
    lock = json.loads((ROOT / "tests/interop/package-lock.json").read_text("utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}

    loose = [name for name, entry in packages.items() if not entry["integrity"].startswith("sha512-")]
    addressed = [name for name, entry in packages.items() if "resolved" in entry]

    assert (loose, addressed) == ([], [])


def test_the_page_about_stock_clients_names_the_locked_versions() -> None:
    wanted = json.loads((ROOT / "tests/interop/package.json").read_text("utf-8"))["dependencies"]
    page = (ROOT / "docs/interop.md").read_text("utf-8")

    assert [name for name, version in wanted.items() if f"| {name} | {version} |" not in page] == []
