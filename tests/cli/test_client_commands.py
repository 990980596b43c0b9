"""What an operator does about clients: every option, changes, and leave to register."""

import click
import pytest

from idp.cli.client_upkeep import Span
from tests.support.pictures import square_png

CREATE = ("client", "create", "--name", "门户")
PORTAL = (*CREATE, "--redirect-uri", "https://rp.example/cb")


def test_every_option_of_a_client_is_registered(idp):
    made = idp.json(
        *PORTAL,
        *("--pkce", "optional", "--access-token-format", "opaque", "--id-token-alg", "ES256"),
        *("--backchannel-logout-uri", "https://rp.example/ended"),
        *("--frontchannel-logout-uri", "https://rp.example/ended-page"),
        *("--initiate-login-uri", "https://rp.example/login"),
    )

    assert made["require_pkce"] is False
    assert made["access_token_format"] == "opaque"
    assert made["id_token_signed_response_alg"] == "ES256"
    assert made["backchannel_logout_uri"] == "https://rp.example/ended"
    assert made["frontchannel_logout_uri"] == "https://rp.example/ended-page"
    assert made["initiate_login_uri"] == "https://rp.example/login"


def test_pkce_is_required_unless_an_operator_exempts_a_client(idp):
    assert "require_pkce" not in idp.json(*PORTAL)


def test_a_public_client_cannot_be_exempted_from_pkce(idp):
    done = idp(*PORTAL, "--public", "--pkce", "optional")

    assert (done.returncode, done.stderr) == (1, "A public client cannot do without PKCE.\n")


def test_an_app_may_have_a_secret_of_its_own(idp):
    made = idp.json(*CREATE, "--native", "--redirect-uri", "cn.example.app:/cb")

    assert made["application_type"] == "native"
    assert len(made["client_secret"]) == 43


def test_a_resource_server_needs_no_redirect_uri(idp):
    made = idp.json(
        *CREATE, "--resource", "https://api.example/fund", "--resource", "https://api.example/tax"
    )

    assert made["resources"] == ["https://api.example/fund", "https://api.example/tax"]
    assert made["redirect_uris"] == []
    assert made["grant_types"] == ["client_credentials"]
    assert len(made["client_secret"]) == 43


def test_a_resource_belongs_to_one_server(idp):
    idp.json(*CREATE, "--resource", "https://api.example/")

    done = idp(*CREATE, "--resource", "https://api.example/")

    assert (done.returncode, done.stderr) == (1, "A resource of the client is taken.\n")


def test_a_portal_still_needs_a_redirect_uri(idp):
    done = idp(*CREATE)

    assert (done.returncode, done.stderr) == (1, "At least one redirect URI is needed.\n")


def test_a_client_is_disabled_and_enabled(idp):
    client_id = idp.json(*PORTAL)["client_id"]

    assert idp("client", "disable", client_id).stdout == "The client is disabled.\n"
    assert idp.json("client", "show", client_id)["disabled"] is True
    assert idp("client", "disable", client_id).returncode == 0
    assert idp("client", "enable", client_id).stdout == "The client is enabled.\n"
    assert "disabled" not in idp.json("client", "show", client_id)


def test_a_new_secret_is_shown_once(idp):
    made = idp.json(*PORTAL)

    changed = idp.json("client", "rotate-secret", made["client_id"])

    assert len(changed["client_secret"]) == 43
    assert changed["client_secret"] != made["client_secret"]
    assert "client_secret" not in idp.json("client", "show", made["client_id"])


def test_a_public_client_has_no_secret_to_change(idp):
    client_id = idp.json(*PORTAL, "--public")["client_id"]

    done = idp("client", "rotate-secret", client_id)

    assert (done.returncode, done.stderr) == (1, "This client has no secret.\n")


@pytest.mark.parametrize("command", ["disable", "enable", "rotate-secret"])
def test_a_client_that_is_not_there_is_one_plain_sentence(idp, command):
    done = idp("client", command, "nobody")

    assert (done.returncode, done.stderr) == (1, "There is no such client.\n")


def test_an_initial_access_token_is_printed_once(idp, tmp_path):
    issued = idp.json("client", "registration-token", "--uses", "5", "--valid-for", "12h")

    assert len(issued["initial_access_token"]) == 43
    assert issued["uses"] == 5
    assert issued["initial_access_token"].encode() not in (tmp_path / "idp.db").read_bytes()
    assert "initial_access_token: " in idp("client", "registration-token").stdout


@pytest.mark.parametrize("span", ["7", "0d", "7w", "-1d", "d", "1.5h", "99999d", "٣d"])
def test_a_span_of_time_that_is_none_is_said_so(span):
    with pytest.raises(click.BadParameter, match="7d, 12h or 30m"):
        Span().convert(span, None, None)


@pytest.mark.parametrize(
    ("span", "seconds"), [("7d", 604_800), ("12h", 43_200), ("30m", 1800), ("9999d", 863_913_600)]
)
def test_a_span_of_time_is_days_hours_or_minutes(span, seconds):
    assert Span().convert(span, None, None).total_seconds() == seconds


def test_a_setting_that_names_an_unknown_scope_is_one_plain_sentence(idp):
    idp.environment["IDP_REGISTRATION__SCOPES"] = '["openid", "nonsense"]'

    done = idp("client", "list")

    assert (done.returncode, "registration.scopes" in done.stderr) == (2, True)
    assert "Traceback" not in done.stderr


def test_an_operator_names_the_law_that_a_client_rests_on(idp):
    law = ("--statute", "《条例》第五条", "--statute-en", "Act")
    made = idp.json(*PORTAL, "--lawful-basis", "statutory_duty", *law)
    bare = idp(*PORTAL, "--lawful-basis", "statutory_duty")

    found = (made["lawful_basis"], made["statute"], made["statute#en"])
    assert found == ("statutory_duty", "《条例》第五条", "Act")
    assert bare.stderr == "A statute is named where the lawful basis is not consent, and only there.\n"
    assert bare.returncode == 1


def test_a_client_that_is_there_comes_to_rest_on_a_law_and_on_consent_again(idp):
    portal = idp.json(*PORTAL)["client_id"]

    bare = idp("client", "lawful-basis", portal, "statutory_duty")
    duty = idp.json("client", "lawful-basis", portal, "statutory_duty", "--statute", "《条例》第五条")
    consent = idp.json("client", "lawful-basis", portal, "consent")
    nobody = idp("client", "lawful-basis", "nobody", "consent")

    assert bare.stderr == "A statute is named where the lawful basis is not consent, and only there.\n"
    assert (duty["lawful_basis"], duty["statute"]) == ("statutory_duty", "《条例》第五条")
    assert not {"lawful_basis", "statute"} & consent.keys()
    assert (nobody.returncode, nobody.stderr) == (1, "There is no such client.\n")


def test_a_client_that_is_there_is_allowed_to_call_a_resource_server_and_forbidden_again(idp):
    address = "https://fund.example/api"
    idp.json("client", "create", "--name", "公积金接口", "--resource", address)
    portal = idp.json(*PORTAL)["client_id"]

    unknown = idp("client", "allow-resource", portal, "https://other.example/api")
    allowed = idp.json("client", "allow-resource", portal, address)
    forbidden = idp.json("client", "allow-resource", portal, address, "--undo")
    again = idp("client", "allow-resource", portal, address, "--undo")

    assert (unknown.returncode, unknown.stderr) == (1, "No resource server here has this address.\n")
    assert allowed["allowed_resources"] == [address]
    assert "allowed_resources" not in forbidden
    assert (again.returncode, again.stderr) == (1, "The client is not allowed to call this address.\n")


def test_a_logo_is_shown_beside_the_name_and_taken_away_again(idp, tmp_path):
    portal = idp.json(*PORTAL)["client_id"]
    picture, other = tmp_path / "logo.png", tmp_path / "other.png"
    picture.write_bytes(square_png(64))
    other.write_bytes(square_png(20))

    shown = idp("client", "logo", portal, str(picture))
    refused = idp("client", "logo", portal, str(other))
    gone = idp("client", "logo", portal)

    assert (shown.returncode, shown.stdout) == (0, "The logo is shown.\n")
    assert refused.returncode == 1
    assert refused.stderr == (
        "A logo is a square PNG of 48 to 256 pixels and 6,000 bytes at most, and does not move.\n"
    )
    assert (gone.returncode, gone.stdout) == (0, "No logo is shown.\n")


def test_transactions_are_allowed_by_their_type_and_forbidden_again(idp):
    kind = "https://tongxing.example/ns/authorization/housing-fund-withdrawal/v1"
    made = idp.json(*PORTAL, "--authorization-details-type", kind)
    portal = idp.json(*PORTAL)["client_id"]

    unknown = idp("client", "allow-details", portal, "https://tongxing.example/ns/authorization/gift/v1")
    allowed = idp.json("client", "allow-details", portal, kind)
    forbidden = idp.json("client", "allow-details", portal, kind, "--undo")
    again = idp("client", "allow-details", portal, kind, "--undo")

    assert made["authorization_details_types"] == [kind]
    assert (unknown.returncode, unknown.stderr) == (1, "There is no such type of transactions here.\n")
    assert allowed["authorization_details_types"] == [kind]
    assert "authorization_details_types" not in forbidden
    assert (again.returncode, again.stderr) == (1, "The client is not allowed this type.\n")


def test_a_provider_whose_types_are_wrong_says_which_file_and_does_not_start(idp, tmp_path):
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "gift.toml").write_text('name = "gift/v1"\n', "utf-8")
    idp.environment["IDP_AUTHORIZATION__DETAILS"] = str(tmp_path / "types")

    done = idp("client", "list")

    assert done.returncode == 2
    assert "gift.toml: The type lacks acr, confirm, members, title, warning." in done.stderr
