"""The demo: the provider and three relying parties on this machine, filled with fictitious people."""

import json
import os
import signal
import sys
import tomllib
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.parse import urlsplit

import click
from rich.console import Console
from rich.table import Table

from idp.cli.demo_data import Account, load_accounts, load_party
from idp.cli.demo_faces import register_beside
from idp.cli.processes import Program, Programs, check_ports
from idp.cli.tools import ToolBox, Tools, fail
from idp.domain.ids import random_secret
from idp.secret_files import create_secrets
from idp.settings import CONFIG, load_settings
from idp.settings_values import rooted

PORT = 8000


@click.command()
@click.option("--port", default=PORT, show_default=True, type=click.IntRange(1024, 65531))
@click.pass_obj
def demo(box: ToolBox, port: int) -> None:
    """Run the provider on PORT, the demo relying parties on the three ports after it, and a register."""
    table = tomllib.loads((CONFIG / "demo.toml").read_text("utf-8"))
    check_ports(range(port, port + 2 + len(table["parties"])))
    os.environ["IDP_ISSUER"] = f"http://localhost:{port}"
    folder = _folder()
    tools = box()
    tools.upgrade_database()
    _provide_keys(tools)
    accounts = load_accounts(tools, table["people"], folder / "demo.json")
    parties = _parties(tools, table["parties"], port)
    portals = [
        {"name": each["client_name"], "url": _url(port + number)}
        for number, each in enumerate(table["parties"], start=1)
    ]
    _write(folder / "demo.json", tools.settings.issuer, portals, accounts)
    # Told to stop in either way, the demo stops its programs too; a shell that starts it in the
    # background would have it ignore Ctrl-C.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _stop)
    register = register_beside(tools.settings, folder, port + 1 + len(parties))
    provider = Program(
        name="the provider",
        command=(sys.executable, "-m", "idp", "serve", "--port", str(port)),
        url=f"{tools.settings.issuer}/health/ready",
        environment={
            # The portals are on this machine, where nobody else's may be reached.
            "IDP_HTTP__ALLOW": ",".join(
                [*tools.settings.http.allow, *(urlsplit(portal["url"]).netloc for portal in portals)]
            ),
        },
    )
    with Programs(folder / "demo.log") as programs:
        programs.start([provider, *parties, *([register] if register else [])])
        _welcome(tools.settings.issuer, portals, accounts)
        programs.wait()


def _folder() -> Path:
    folder = rooted(load_settings().secrets_dir)
    try:
        create_secrets(folder)
    except OSError:
        fail(f"The folder {folder.parent.name} cannot be written to.")
    return folder.parent


def _provide_keys(tools: Tools) -> None:
    for algorithm in tools.key_life.lacking():
        tools.key_life.rotate(algorithm)


def _parties(tools: Tools, entries: list[dict[str, Any]], port: int) -> list[Program]:
    programs = []
    for number, entry in enumerate(entries, start=1):
        url = _url(port + number)
        siblings = [
            {
                "name": other["client_name"],
                "name_en": other["client_name#en"],
                "url": _url(port + place),
            }
            for place, other in enumerate(entries, start=1)
            if place != number
        ]
        programs.append(
            Program(
                name=entry["client_name"],
                command=(sys.executable, "-m", entry["module"]),
                url=f"{url}/",
                environment={
                    "RP_ISSUER": tools.settings.issuer,
                    "RP_CLIENT_ID": entry["client_id"],
                    "RP_CLIENT_SECRET": load_party(tools, entry, url),
                    "RP_URL": url,
                    "RP_SIBLINGS": json.dumps(siblings, ensure_ascii=False),
                    "RP_SECRET_KEY": random_secret(),
                },
            )
        )
    return programs


def _url(port: int) -> str:
    return f"http://localhost:{port}"


def _write(path: Path, issuer: str, portals: list[dict[str, str]], accounts: list[Account]) -> None:
    document = {
        "issuer": issuer,
        "portals": portals,
        "accounts": [account.as_dict() for account in accounts],
    }
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        json.dump(document, out, ensure_ascii=False, indent=2)


def _welcome(issuer: str, portals: list[dict[str, str]], accounts: list[Account]) -> None:
    console = Console(highlight=False)
    places = Table("Open", "What it is", width=76)
    for portal in portals:
        places.add_row(portal["url"], portal["name"])
    places.add_row(issuer, "通行 Tongxing, the provider: your account")
    people = Table()
    for heading in ("User name", "Password", "Name", "Level"):
        # Nothing that is to be typed is cut short, however narrow the window is.
        people.add_column(heading, no_wrap=True, overflow="ignore")
    for each in accounts:
        people.add_row(each.username, each.password, each.name, each.level)
    console.print(places, people)
    first, second = portals[0]["url"], portals[1]["url"]
    console.print(f"Try first: open {first}, sign in, then open {second}: you are known there.")
    console.print("Stop with Ctrl-C. The programs write to var/demo.log.")


def _stop(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt
