"""The demo's people and relying parties, entered once and found again at each start."""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from idp.cli.tools import Tools
from idp.domain.assurance import Level
from idp.domain.documents import DocumentType
from idp.domain.names import fold
from idp.services.mock_evidence import mock_proofs
from idp.services.people import NewPerson

WORDS = [
    *("amber", "bamboo", "bridge", "canal", "cedar", "cloud", "coral", "crane", "dawn", "delta", "ferry"),
    *("garden", "harbor", "island", "jade", "lake", "lantern", "lotus", "maple", "meadow", "moon"),
    *("orchid", "pearl", "pine", "plum", "river", "silk", "spring", "stone", "summit", "tea", "willow"),
]


@dataclass(frozen=True, slots=True)
class Account:
    """How to sign in as one of the demo's people."""

    username: str
    password: str
    name: str
    level: str

    def as_dict(self) -> dict[str, str]:
        """Return the account for var/demo.json."""
        return asdict(self)


def load_accounts(tools: Tools, people: list[dict[str, Any]], remembered: Path) -> list[Account]:
    """Enter the people who are missing; return all with their passwords.

    Passwords are kept in *remembered* alone; one that was lost from there is made anew.
    """
    passwords = _passwords(remembered)
    accounts = []
    for entry in people:
        username = entry["username"]
        with tools.records.read() as work:
            credential = work.persons.credential((fold(username),))
        password = passwords.get(username) or _new_password()
        if credential is None:
            tools.create_person.create(_new_person(entry, password, tools.settings.namespace))
        elif username not in passwords:
            with tools.records.begin() as work:
                work.persons.set_password(credential.person_id, tools.hasher.hash(password))
        accounts.append(Account(username, password, entry["name"], entry["level"]))
    return accounts


def load_party(tools: Tools, entry: dict[str, Any], url: str) -> str:
    """Register the relying party at *url* anew, so that no secret of it is kept; return its secret.

    It may call an API of its own, which is registered too, and ask for the transactions that it names.
    """
    resources = _load_api(tools, entry["api"], url) if "api" in entry else []
    metadata = {
        **entry,
        "redirect_uris": [f"{url}{path}" for path in entry.get("callbacks", ["/callback"])],
        "allowed_resources": resources,
        "authorization_details_types": [
            f"{tools.settings.namespace}authorization/{name}" for name in entry.get("details", ())
        ],
        "post_logout_redirect_uris": [f"{url}/"],
        "initiate_login_uri": f"{url}/login",
        "backchannel_logout_uri": f"{url}/ended",
    }
    _, secret = tools.register_client.register(metadata, make_way=True)
    if secret is None:
        raise ValueError("A demo relying party is confidential.")
    return secret


def _load_api(tools: Tools, api: dict[str, str], url: str) -> list[str]:
    resources = [url + api["path"]]
    tools.register_client.register({**api, "redirect_uris": [], "resources": resources}, make_way=True)
    return resources


def _new_person(entry: dict[str, Any], password: str, namespace: str) -> NewPerson:
    level, document_type = Level(entry["level"]), DocumentType(entry["document_type"])
    proved_at: datetime | None = entry.get("proved_at")
    return NewPerson(
        name=entry["name"],
        document_type=document_type,
        document_number=entry["document_number"],
        password=password,
        level=level,
        phone=entry.get("phone"),
        username=entry["username"],
        proofs=mock_proofs(level, document_type, namespace=namespace, at=proved_at) if proved_at else (),
    )


def _passwords(remembered: Path) -> dict[str, str]:
    try:
        accounts = json.loads(remembered.read_text("utf-8"))["accounts"]
    except (OSError, ValueError, KeyError):
        return {}
    return {each["username"]: each["password"] for each in accounts}


def _new_password() -> str:
    words = "-".join(secrets.choice(WORDS) for _ in range(3))
    return f"{words}-{secrets.randbelow(10_000):04}"
