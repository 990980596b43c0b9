"""Settings and secret files: where they come from, and one clear sentence for each mistake."""

import os
import stat

import pytest

from idp.secret_files import NAMES, create_secrets, load_secrets
from idp.settings import SettingsError, check_together, load_settings
from idp.tables import load_catalogue


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch):
    for name in list(os.environ):
        if name.startswith("IDP_"):
            monkeypatch.delenv(name)


def test_the_defaults_are_right():
    settings = load_settings()

    assert settings.issuer == "http://localhost:8000"
    assert settings.takes_test_identities


def test_the_environment_wins_over_the_file_and_the_file_over_the_defaults(monkeypatch, tmp_path):
    file = tmp_path / "site.toml"
    file.write_text('[session]\nidle_minutes = 7\nabsolute_hours = 3\n[log]\nlevel = "ERROR"\n')
    monkeypatch.setenv("IDP_CONFIG", str(file))
    monkeypatch.setenv("IDP_SESSION__IDLE_MINUTES", "9")

    session = load_settings().session

    assert (session.idle_minutes, session.absolute_hours, session.touch_seconds) == (9, 3, 60)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("IDP_ISSUER", "http://idp.example", "issuer"),
        ("IDP_ISSUER", "https://idp.example/", "issuer"),
        ("IDP_ISSUER", "https://idp.example?x=1", "issuer"),
        ("IDP_DATABASE__URL", "mysql://hunter2@x/y", "database.url"),
        ("IDP_STORE__URL", "memcached://x", "store.url"),
        ("IDP_SESSION__IDLE_MINUTES", "soon", "session.idle_minutes"),
        ("IDP_SESSION__IDLE_MINUTES", "0", "session.idle_minutes"),
        ("IDP_THROTTLE__ACCOUNT", "often", "throttle.account"),
        ("IDP_THROTTLE__REGISTRATION", "20", "throttle.registration"),
        ("IDP_REGISTRATION__MODE", "ajar", "registration.mode"),
        ("IDP_REGISTRATION__PKCE", "plain", "registration.pkce"),
        ("IDP_HTTP__ALLOW", "localhost", "http.allow"),
        ("IDP_HTTP__ALLOW", "localhost:80,http://x", "http.allow"),
        ("IDP_HTTP__CA_FILE", "README.md", "http.ca_file"),
        ("IDP_HTTP__CA_FILE", "no-such-file.pem", "http.ca_file"),
        ("IDP_HTTP__TIMEOUT_SECONDS", "31", "http.timeout_seconds"),
        ("IDP_PASSKEYS__ATTESTATION_ROOTS", "README.md", "passkeys.attestation_roots"),
        ("IDP_PASSKEYS__RELATED_ORIGINS", "http://id.example", "passkeys.related_origins"),
        ("IDP_PASSKEYS__RELATED_ORIGINS", "https://id.example/", "passkeys.related_origins"),
        ("IDP_PASSKEYS__RELATED_ORIGINS", "https://id.example,*", "passkeys.related_origins"),
        ("IDP_PASSKEYS__AAGUIDS", "any", "passkeys.aaguids"),
        ("IDP_PASSKEYS__AAGUIDS", "EE882879-721C-4913-9775-3DFCCE97072A", "passkeys.aaguids"),
        ("IDP_STEP_UP__ASKS", "often", "step_up.asks"),
        ("IDP_STEP_UP__QUIET_MINUTES", "0", "step_up.quiet_minutes"),
        ("IDP_NAMESPACE", "urn:x", "namespace"),
        ("IDP_SESION__IDLE_MINUTES", "5", "IDP_SESION__IDLE_MINUTES"),
        ("IDP_SESSION__IDEL_MINUTES", "5", "IDEL_MINUTES"),
        ("IDP_SESSION", "5", "session"),
        ("IDP_CONFIG", "/no/such/file.toml", "IDP_CONFIG"),
    ],
)
def test_a_mistake_is_one_sentence_without_the_value(monkeypatch, name, value, says):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError) as error:
        load_settings()

    assert any(says in sentence for sentence in error.value.sentences)
    assert "hunter2" not in str(error.value)


def test_made_up_people_are_not_taken_at_a_real_issuer(monkeypatch):
    monkeypatch.setenv("IDP_ISSUER", "https://idp.example")

    assert not load_settings().takes_test_identities


def test_secret_files_are_made_once_and_only_their_owner_reads_them(tmp_path):
    assert set(create_secrets(tmp_path / "secrets")) == set(NAMES)
    first = load_secrets(tmp_path / "secrets")

    assert create_secrets(tmp_path / "secrets") == ()
    assert load_secrets(tmp_path / "secrets") == first
    for name in NAMES:
        assert stat.S_IMODE((tmp_path / "secrets" / name).stat().st_mode) == 0o600


def test_the_last_line_of_a_secret_file_is_in_force(tmp_path):
    create_secrets(tmp_path)
    with (tmp_path / "data_key").open("a") as file:
        file.write("v2 " + "A" * 43 + "\n")

    key = load_secrets(tmp_path).data_key

    assert (key.current, key.key) == ("v2", bytes(32))
    assert set(key.versions) == {"v1", "v2"}


@pytest.mark.parametrize("text", ["", "v1", "v1 short", "v1 !!!", "\xff", "v1 " + "A" * 43 + " x"])
def test_a_broken_secret_file_is_named_without_its_content(tmp_path, text):
    create_secrets(tmp_path)
    (tmp_path / "data_key").write_text(text, "latin-1")

    with pytest.raises(SettingsError) as error:
        load_secrets(tmp_path)

    assert error.value.sentences == ["The secret file data_key cannot be read."]


def test_missing_secret_files_are_named(tmp_path):
    with pytest.raises(SettingsError) as error:
        load_secrets(tmp_path)

    assert len(error.value.sentences) == len(NAMES)


def test_a_lost_secret_is_never_replaced_by_another(tmp_path):
    create_secrets(tmp_path)
    (tmp_path / "data_key").unlink()

    for act in (create_secrets, load_secrets):
        with pytest.raises(SettingsError) as error:
            act(tmp_path)
        assert error.value.sentences == ["The secret file data_key is missing: restore it from a copy."]
    assert not (tmp_path / "data_key").exists()


def test_lists_are_written_with_commas_in_the_environment(monkeypatch):
    monkeypatch.setenv("IDP_HTTP__ALLOW", "127.0.0.1:9460, [::1]:80")
    monkeypatch.setenv("IDP_REGISTRATION__SCOPES", "openid,profile")

    settings = load_settings()

    assert settings.http.allow == ("127.0.0.1:9460", "[::1]:80")
    assert settings.registration.scopes == {"openid", "profile"}


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("IDP_REGISTRATION__SCOPES", "openid,no_such_scope", "registration.scopes"),
        ("IDP_SERVER__WORKERS", "2", "store.url"),
        ("IDP_SESSION__IDLE_MINUTES", "721", "session.idle_minutes"),
        ("IDP_SESSION__INTERACTION_MINUTES", "721", "session.interaction_minutes"),
        ("IDP_PASSKEYS__AAGUIDS", "ee882879-721c-4913-9775-3dfcce97072a", "passkeys.aaguids"),
    ],
)
def test_settings_that_contradict_each_other_are_a_mistake(monkeypatch, name, value, says):
    monkeypatch.setenv(name, value)

    with pytest.raises(SettingsError, match=says):
        check_together(load_settings(), load_catalogue())
