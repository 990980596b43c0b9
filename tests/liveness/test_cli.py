"""The command says what it does, and refuses in one line."""

import pytest
from click.testing import CliRunner

from liveness.cli import command


def run(*arguments):
    return CliRunner().invoke(command, arguments)


def test_every_command_explains_itself():
    assert "models" in run("--help").output
    for name in ("models", "evaluate", "check"):
        said = run(name, "--help")
        assert (said.exit_code, "Usage:" in said.output) == (0, True)


def test_models_that_are_not_there_are_named_and_the_status_is_one(tmp_path):
    said = run("models", "verify", "--models", str(tmp_path))

    assert said.exit_code == 1
    assert "Missing or not the right file: " in said.output
    assert "landmarks" in said.output


def test_the_list_tells_what_is_there(tmp_path):
    said = run("models", "list", "--models", str(tmp_path))

    assert said.exit_code == 0
    assert "landmarks" in said.output


def test_a_wrong_table_is_refused_in_a_line(tmp_path):
    table = tmp_path / "MANIFEST.tsv"
    table.write_text("file\tlabel\n")

    said = run("evaluate", str(table), "--out", str(tmp_path / "report.html"))

    assert said.exit_code == 1
    assert said.output == ("Error: ManifestWrong: MANIFEST.tsv: the first line names no column identity.\n")


@pytest.mark.parametrize("actions", ["jump,blink,turn_left", "blink,nod,open_mouth", "turn_left"])
def test_a_challenge_that_cannot_be_is_refused_in_a_line(tmp_path, actions):
    video = tmp_path / "video.mp4"
    video.write_bytes(b"no video")

    said = run("check", str(video), "--challenge", actions, "--models", str(tmp_path))

    assert said.exit_code == 1
    assert said.output.count("\n") == 1
    assert said.output.startswith("Error: ")
