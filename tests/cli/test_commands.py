"""The command ``idp``, as an operator calls it: a process, its output, its exit code."""

import json
import socket

import pytest

from tests.cli.conftest import Shell
from tests.support.signing import a_key, jwks_of

CREATE_PERSON = (
    *("person", "create", "--name", "张三丰", "--document-type", "resident_id"),
    *("--document-number", "330000199001010014", "--phone", "+8610000000001"),
    *("--username", "zhangsanfeng", "--level", "l4", "--password-stdin"),
)


def test_without_secrets_each_missing_file_is_one_sentence(empty):
    done = empty("keys", "list")

    assert done.returncode == 2
    assert "secret file wrapping_key is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_schema_is_brought_to_the_newest_revision(idp):
    assert idp.json("db", "current")["revision"]
    assert idp("db", "upgrade").returncode == 0


def test_serving_an_empty_database_says_what_to_do(empty):
    empty("secrets", "create")

    done = empty("serve")

    assert (done.returncode, done.stderr) == (1, "The database is empty: run `idp db upgrade` first.\n")


def test_several_workers_need_a_shared_store(idp):
    done = idp("serve", "--workers", "2")

    assert done.returncode == 1
    assert "IDP_STORE__URL" in done.stderr


def test_serving_without_a_signing_key_says_what_to_do(idp):
    done = idp("serve")

    assert (done.returncode, done.stderr) == (
        1,
        "There is no signing key for RS256, PS256, ES256, EdDSA: run `idp keys rotate` first.\n",
    )


def test_serving_on_a_taken_port_is_one_plain_sentence(idp):
    idp("keys", "rotate")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        done = idp("serve", "--port", str(port))

    assert done.returncode == 1
    assert done.stderr.startswith(f"Port {port} is taken")


def test_keys_are_made_published_and_rotated(idp):
    first = idp.json("keys", "generate")
    assert first["state"] == "pending"

    active = idp.json("keys", "rotate")

    assert (active["kid"], active["state"]) == (first["kid"], "active")
    keys = idp.json("keys", "list")
    assert {key["kid"]: key["state"] for key in keys}[first["kid"]] == "active"
    assert sorted((key["algorithm"], key["state"]) for key in keys) == [
        (algorithm, state)
        for algorithm in ("ES256", "EdDSA", "PS256", "RS256")
        for state in ("active", "pending")
    ]
    assert "private" not in idp("keys", "list", "--json").stdout


def test_the_key_of_one_algorithm_is_rotated_alone(idp):
    idp("keys", "rotate")
    before = {key["kid"] for key in idp.json("keys", "list") if key["state"] == "active"}

    active = idp.json("keys", "rotate", "--algorithm", "ES256")

    assert active["algorithm"] == "ES256"
    after = {key["kid"] for key in idp.json("keys", "list") if key["state"] == "active"}
    assert len(after & before) == 3


def test_a_client_is_created_listed_shown_and_deleted(idp):
    made = idp.json(
        *("client", "create", "--name", "门户", "--redirect-uri", "https://rp.example/cb"),
        *("--redirect-uri", "https://rp2.example/cb", "--sector", "rp", "--scope", "openid phone"),
        *("--auth-method", "client_secret_post", "--subject-type", "public"),
        *("--post-logout-redirect-uri", "https://rp.example/"),
    )

    assert len(made["client_secret"]) == 43
    shown = idp.json("client", "show", made["client_id"])
    assert "client_secret" not in shown
    assert shown["redirect_uris"] == ["https://rp.example/cb", "https://rp2.example/cb"]
    assert shown["scope"] == "openid phone"
    assert shown["token_endpoint_auth_method"] == "client_secret_post"
    assert [each["client_id"] for each in idp.json("client", "list")] == [made["client_id"]]
    assert idp("client", "delete", made["client_id"]).returncode == 0
    assert idp("client", "show", made["client_id"]).returncode == 1


def test_the_logout_notices_of_a_client_are_listed(idp):
    made = idp.json("client", "create", "--name", "门户", "--redirect-uri", "https://rp.example/cb")

    assert idp.json("client", "deliveries", made["client_id"]) == []
    assert "attempts" in idp("client", "deliveries", made["client_id"]).stdout


def test_the_jobs_do_what_there_is_to_do_and_say_how_much(idp):
    done = idp("jobs", "run", "--once")

    assert (done.returncode, done.stderr) == (0, "")
    assert (
        done.stdout == "expire sessions: 0\ndeliver logouts: 0\nerase people: 0\npurge: 0\nchain audit: 0\n"
    )


def test_the_jobs_need_a_database(empty):
    empty("secrets", "create")

    done = empty("jobs", "run", "--once")

    assert done.returncode == 1
    assert done.stderr == "The database is empty: run `idp db upgrade` first.\n"


def test_a_public_client_has_no_secret(idp):
    made = idp.json(
        *("client", "create", "--name", "App", "--redirect-uri", "cn.example.app:/cb", "--public")
    )

    assert made["token_endpoint_auth_method"] == "none"
    assert "client_secret" not in made


def test_a_client_that_signs_has_keys_and_no_secret(idp, tmp_path):
    file = tmp_path / "jwks.json"
    file.write_text(json.dumps(jwks_of(a_key())))
    common = ("client", "create", "--name", "门户", "--redirect-uri", "https://rp.example/cb")
    method = ("--auth-method", "private_key_jwt")

    made = idp.json(*common, *method, "--jwks", str(file))
    assert made["jwks"] == jwks_of(a_key())
    assert "client_secret" not in made
    made = idp.json(*common, *method, "--jwks-uri", "https://rp.example/jwks")
    assert made["jwks_uri"] == "https://rp.example/jwks"

    assert idp(*common, *method).returncode == 1
    file.write_text("no keys")
    assert idp(*common, *method, "--jwks", str(file)).returncode == 2


def test_metadata_is_imported_from_a_file(idp, tmp_path):
    file = tmp_path / "client.json"
    file.write_text(
        json.dumps({"client_name": "导入", "redirect_uris": ["https://rp.example/cb"], "software_id": "x"})
    )

    made = idp.json("client", "import", str(file))

    assert made["client_name"] == "导入"
    assert "software_id" not in made


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--redirect-uri", "http://rp.example/cb"), "https"),
        (("--redirect-uri", "https://rp.example/cb#x"), "fragment"),
        (("--redirect-uri", "https://a.example/", "--redirect-uri", "https://b.example/"), "sector"),
        (("--redirect-uri", "https://rp.example/cb", "--scope", "openid nonsense"), "scope"),
        (("--redirect-uri", "https://rp.example/cb", "--grant-type", "implicit"), "unsupported"),
    ],
)
def test_a_wrong_client_is_one_plain_sentence(idp, arguments, says):
    done = idp("client", "create", "--name", "x", *arguments)

    assert done.returncode == 1
    assert says in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["", "[]", "{", '{"redirect_uris": 5}', '{"client_name": 1}'])
def test_a_file_that_holds_no_metadata_is_refused(idp, tmp_path, text):
    file = tmp_path / "client.json"
    file.write_text(text)

    done = idp("client", "import", str(file))

    assert done.returncode in {1, 2}
    assert "Traceback" not in done.stderr


def test_a_person_is_entered_and_shown_masked(idp):
    made = idp.json(*CREATE_PERSON, stdin="correct horse battery\n")

    assert made["name"] == "张**"
    assert made["level"] == "l4"
    text = idp("person", "show", made["id"], "--json").stdout + idp("person", "list").stdout
    assert "张三丰" not in text
    assert "330000199001010014" not in text


def test_the_same_person_twice_is_refused(idp):
    idp(*CREATE_PERSON, stdin="correct horse battery\n")

    done = idp(*CREATE_PERSON, stdin="correct horse battery\n")

    assert done.returncode == 1
    assert "330000" not in done.stderr


@pytest.mark.parametrize(
    ("change", "stdin", "says"),
    [
        (("--document-number", "330000199001010015"), "long enough\n", "check digit"),
        (("--name", ""), "long enough\n", "name"),
        (("--phone", "12"), "long enough\n", "phone"),
        (("--username", "5"), "long enough\n", "user name"),
        ((), "short\n", "password"),
        ((), "", "password"),
    ],
)
def test_a_wrong_person_is_one_plain_sentence(idp, change, stdin, says):
    done = idp(*CREATE_PERSON, *change, stdin=stdin)

    assert done.returncode == 1
    assert says in done.stderr
    assert "3300001990" not in done.stderr


def test_made_up_people_are_refused_at_a_real_issuer(idp):
    idp.environment["IDP_ISSUER"] = "https://idp.example"

    done = idp(*CREATE_PERSON, stdin="correct horse battery\n")

    assert (done.returncode, "Made-up" in done.stderr) == (1, True)


def test_what_a_password_costs_is_measured_with_the_settings_in_force(empty):
    rows = json.loads(empty("settings", "tune", "--json").stdout)

    assert [row["iterations"] for row in rows] == [2, 3, 4]
    assert [row["in force"] for row in rows] == [True, False, False]
    assert all(row["milliseconds"] > 0 and row["a second and core"] > 0 for row in rows)
    assert "iterations" in empty("settings", "tune").stdout


def test_settings_are_checked_and_shown_without_passwords(empty, tmp_path):
    assert empty("settings", "check").returncode == 2
    empty("secrets", "create")
    assert empty("settings", "check").stdout == "The settings are right.\n"

    secret = Shell(tmp_path, IDP_DATABASE__URL="postgresql://idp:hunter2@db.example/idp")
    shown = secret("settings", "show")
    assert "hunter2" not in shown.stdout
    assert "db.example" in shown.stdout


def test_a_database_that_is_down_is_one_plain_sentence(tmp_path):
    idp = Shell(tmp_path, IDP_DATABASE__URL="postgresql://idp:hunter2@127.0.0.1:1/idp")
    idp("secrets", "create")

    done = idp("client", "list")

    assert done.returncode == 3
    assert done.stderr.startswith("Not available")
    assert "hunter2" not in done.stderr
    assert "Traceback" not in done.stderr


def test_files_are_readable_by_their_owner_only(idp, tmp_path):
    for path in (tmp_path / "idp.db", *(tmp_path / "secrets").iterdir()):
        assert path.stat().st_mode & 0o077 == 0, path.name


def test_the_version_is_said(empty):
    assert empty("--version").stdout.startswith("idp")
