"""Relying parties."""

import json
from pathlib import Path
from typing import Any

import click

from idp.cli.client_upkeep import (
    allow_details,
    allow_resource,
    disable,
    enable,
    lawful_basis,
    logo,
    registration_token,
    rotate_secret,
)
from idp.cli.tools import ToolBox, as_json, fail, show, values
from idp.domain.algorithms import Algorithm
from idp.domain.clients import AccessTokenFormat, ApplicationType, AuthMethod, SubjectType
from idp.domain.deliveries import LogoutDelivery
from idp.domain.ids import ClientId
from idp.domain.lawful_basis import LawfulBasis
from idp.domain.registration.description import describe_client
from idp.services.clients import delete_client

JSON_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
COLUMNS = ("client_id", "client_name", "sector", "redirect_uris", "scope")
DELIVERIES = ("id", "state", "attempts", "last_status", "created_at", "due_at", "done_at")
MOST_DELIVERIES = 100


@click.group()
def client() -> None:
    """Look after the relying parties."""


@client.command()
@click.option("--name", required=True, help="What people read.")
@click.option("--redirect-uri", "redirect_uris", multiple=True)
@click.option("--resource", "resources", multiple=True, help="Where it is called as a resource server.")
@click.option(
    "--allow-resource", "allowed_resources", multiple=True, help="A resource server that it may call."
)
@click.option(
    "--authorization-details-type", "details_types", multiple=True, help="A transaction it may ask leave for."
)
@click.option("--auth-method", type=click.Choice(values(AuthMethod)), help="How it authenticates.")
@click.option("--scope", help="The scopes it may ask for, in one argument.")
@click.option("--public", is_flag=True, help="It cannot keep a secret (same as --auth-method none).")
@click.option("--subject-type", type=click.Choice(values(SubjectType)), default="pairwise")
@click.option("--sector", help="The legal entity whose clients share pseudonyms.")
@click.option("--post-logout-redirect-uri", "post_logout_redirect_uris", multiple=True)
@click.option("--grant-type", "grant_types", multiple=True, help="Only these grants.")
@click.option("--jwks", type=JSON_FILE, help="A JSON file with its public keys.")
@click.option("--jwks-uri", help="Where it shows its public keys.")
@click.option("--pkce", type=click.Choice(["required", "optional"]), default="required", show_default=True)
@click.option("--native", is_flag=True, help="It runs on people's devices.")
@click.option("--access-token-format", type=click.Choice(values(AccessTokenFormat)))
@click.option("--id-token-alg", type=click.Choice(values(Algorithm)), help="How its ID tokens are signed.")
@click.option("--backchannel-logout-uri", help="Where it is told that a session ended.")
@click.option("--frontchannel-logout-uri", help="The page of it that is loaded when a session ends.")
@click.option("--initiate-login-uri", help="Where it begins a sign-in by itself.")
@click.option(
    "--lawful-basis", type=click.Choice(values(LawfulBasis)), help="Why it may learn what it asks for."
)
@click.option("--statute", help="The law it rests on where that is not consent, as people read it.")
@click.option("--statute-en", help="The same in English.")
@as_json
@click.pass_obj
def create(box: ToolBox, /, machine: bool, public: bool, **given: object) -> None:  # noqa: FBT001
    """Register a relying party or a resource server; its secret is shown this once."""
    if public and given["auth_method"] not in {None, AuthMethod.NONE}:
        fail("A public client has no secret: leave --auth-method out.", 2)
    method = AuthMethod.NONE if public else given["auth_method"] or AuthMethod.BASIC
    metadata = {
        "client_name": given["name"],
        "redirect_uris": _listed(given["redirect_uris"]),
        "token_endpoint_auth_method": method,
        "scope": given["scope"],
        "subject_type": given["subject_type"],
        "sector": given["sector"],
        "post_logout_redirect_uris": _listed(given["post_logout_redirect_uris"]),
        "grant_types": _listed(given["grant_types"]),
        "jwks": _read(given["jwks"]) if isinstance(given["jwks"], Path) else None,
        "jwks_uri": given["jwks_uri"],
        "resources": _listed(given["resources"]),
        "allowed_resources": _listed(given["allowed_resources"]),
        "authorization_details_types": _listed(given["details_types"]),
        "require_pkce": given["pkce"] == "required",
        "application_type": ApplicationType.NATIVE if given["native"] else None,
        "access_token_format": given["access_token_format"],
        "id_token_signed_response_alg": given["id_token_alg"],
        "backchannel_logout_uri": given["backchannel_logout_uri"],
        "frontchannel_logout_uri": given["frontchannel_logout_uri"],
        "initiate_login_uri": given["initiate_login_uri"],
        "lawful_basis": given["lawful_basis"],
        "statute": given["statute"],
        "statute#en": given["statute_en"],
    }
    registered, secret = box().register_client.register(metadata)
    show(describe_client(registered, secret), machine=machine)


@client.command("import")
@click.argument("file", type=JSON_FILE)
@as_json
@click.pass_obj
def import_(box: ToolBox, file: Path, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Register a relying party from RFC 7591 metadata in a JSON FILE."""
    metadata = _read(file)
    if not isinstance(metadata, dict):
        fail(f"{file.name} holds no client metadata.", 2)
    registered, secret = box().register_client.register(metadata)
    show(describe_client(registered, secret), machine=machine)


@client.command("list")
@as_json
@click.pass_obj
def list_clients(box: ToolBox, machine: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Show every relying party."""
    with box().records.read() as work:
        rows = [describe_client(each) for each in work.clients.all()]
    show(rows, machine=machine, columns=COLUMNS)


@client.command("show")
@click.argument("client_id")
@as_json
@click.pass_obj
def show_client(box: ToolBox, client_id: str, machine: bool) -> None:  # noqa: FBT001
    """Show one relying party."""
    with box().records.read() as work:
        found = work.clients.get(ClientId(client_id))
    if found is None:
        fail("There is no such client.")
    show(describe_client(found), machine=machine)


@client.command()
@click.argument("client_id")
@click.pass_obj
def delete(box: ToolBox, client_id: str) -> None:
    """Remove a relying party; what it holds stops working."""
    tools = box()
    if not delete_client(tools.records, ClientId(client_id), tools.clock):
        fail("There is no such client.")
    click.echo("The client is removed.")


@client.command()
@click.argument("client_id")
@as_json
@click.pass_obj
def deliveries(box: ToolBox, client_id: str, machine: bool) -> None:  # noqa: FBT001
    """Show what became of the newest logout notices to a relying party."""
    with box().records.read() as work:
        found = work.deliveries.of_client(ClientId(client_id), limit=MOST_DELIVERIES)
    show([_described(each) for each in found], machine=machine, columns=DELIVERIES)


def _described(delivery: LogoutDelivery) -> dict[str, object]:
    done_at = delivery.delivered_at or delivery.given_up_at
    return {
        "id": delivery.id,
        "state": delivery.state,
        "attempts": delivery.attempts,
        "last_status": delivery.last_status,
        "created_at": delivery.created_at.isoformat(),
        "due_at": delivery.due_at.isoformat() if delivery.due_at else None,
        "done_at": done_at.isoformat() if done_at else None,
    }


for each in (
    allow_details,
    allow_resource,
    disable,
    enable,
    lawful_basis,
    logo,
    rotate_secret,
    registration_token,
):
    client.add_command(each)


def _listed(values: object) -> list[str]:
    return list(values) if isinstance(values, tuple) else []


def _read(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except ValueError:
        fail(f"{file.name} is not JSON.", 2)
