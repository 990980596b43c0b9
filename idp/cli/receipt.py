"""Receipts, checked offline."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any

import click

from idp.cli.tools import UNAVAILABLE, ToolBox, as_json, fail, show
from idp.domain.authorization_details.shown import transaction_of
from idp.domain.errors import Refusal, Unavailable
from idp.protocol.jose.history import MEDIA_TYPE, PATH, historical_keys
from idp.protocol.tokens.receipt import REFUSED, ReceiptRefusedError, read_history, verify_receipt
from idp.settings import Settings
from idp.settings_values import rooted
from idp.tables import load_detail_types

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
MOST_BYTES = 1 << 20


@click.group()
def receipt() -> None:
    """Check receipts of transactions."""


@receipt.command()
@click.argument("file", type=FILE)
@click.option("--keys", "saved", type=FILE, help="A saved copy of /jwks/history.")
@click.option("--issuer", help="The provider it must come from; its keys are fetched where none are given.")
@click.option("--client", "client_id", help="The relying party it must have been issued to.")
@click.option("--details", type=FILE, help="authorization_details (JSON) that it must be for.")
@as_json
@click.pass_obj
def verify(
    box: ToolBox,
    *,
    file: Path,
    saved: Path | None,
    issuer: str | None,
    client_id: str | None,
    details: Path | None,
    machine: bool,
) -> None:
    """Say what the receipt in FILE proves, or why it does not hold.

    Without --keys and --issuer it is checked with the keys of this provider. The end is 0 where it holds,
    1 where it does not, 3 where keys could not be fetched.
    """
    try:
        history = _history(box, saved, issuer)
        claims = verify_receipt(_text(file), history, client_id=client_id)
        if details is not None:
            _check_details(box().settings, claims, _text(details))
    except ReceiptRefusedError as refused:
        fail(str(refused))
    except Refusal as refusal:
        fail(refusal.description)
    known = {"keys as of": _moment(history["iat"])}
    show(claims if machine else _words(claims) | known, machine=machine)


def _history(box: ToolBox, saved: Path | None, issuer: str | None) -> dict[str, Any]:
    if saved is not None:
        history = read_history(_text(saved))
    elif issuer is not None:
        history = read_history(_fetched(box, issuer))
    else:
        return _own(box)
    # A document vouches for itself alone: whose it is, is known from who handed it over, or from here.
    if issuer is not None and history["iss"] != issuer:
        raise ReceiptRefusedError("issuer")
    return history


def _fetched(box: ToolBox, issuer: str) -> str:
    try:
        answer = box().outbound.get(issuer + PATH, accept=MEDIA_TYPE)
    except Unavailable:
        answer = None
    if answer is None or answer.status != HTTPStatus.OK or answer.media_type != MEDIA_TYPE:
        fail("The keys of this provider could not be fetched.", UNAVAILABLE)
    return answer.body.decode("ascii", errors="replace")


def _own(box: ToolBox) -> dict[str, Any]:
    tools = box()
    return historical_keys(tools.key_life.all(), issuer=tools.settings.issuer, at=tools.clock.now())


def _check_details(settings: Settings, claims: dict[str, Any], text: str) -> None:
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if not isinstance(told, list) or not all(isinstance(each, dict) for each in told):
        fail("The details are a JSON list of objects.")
    try:
        types = load_detail_types(rooted(settings.authorization.details), settings.namespace)
        transaction = transaction_of(tuple(told), types)
    except (Refusal, LookupError):
        transaction = None
    if transaction is None or claims["transaction"]["hash"] not in transaction.hashes:
        fail(REFUSED["details"])


def _words(claims: dict[str, Any]) -> dict[str, Any]:
    evidence = [" ".join(f"{name}={value}" for name, value in each.items()) for each in claims["evidence"]]
    return {
        "receipt": claims["jti"],
        "provider": claims["iss"],
        "relying party": claims["aud"],
        "person": claims["sub"],
        "transaction": claims["transaction"]["hash"],
        "types": ", ".join(claims["transaction"]["types"]),
        "level": claims["acr"],
        "proved by": "; ".join(evidence),
        "proved at": _moment(claims["auth_time"]),
        "issued at": _moment(claims["iat"]),
    }


def _moment(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()


def _text(path: Path) -> str:
    with path.open("rb") as file:
        return file.read(MOST_BYTES).decode("utf-8", errors="replace").strip()
