"""A provider in this process, on fresh storage, with people and clients made to measure."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient

from idp.app.faces import FaceNeighbours
from idp.app.house import House, build
from idp.domain.assurance import Level
from idp.domain.documents import DocumentType
from idp.secret_files import create_secrets, load_secrets
from idp.services.mock_evidence import mock_proofs
from idp.services.people import NewPerson
from idp.settings import load_settings
from tests.support.clock import FakeClock

ISSUER = "https://idp.test"
PASSWORD = "correct horse battery"
REDIRECT_URI = "https://rp.test/cb"
FUND = "https://fund.test/api"
TAX = "https://tax.test/api"
LOGGED_OUT_URI = "https://rp.test/bye"


@dataclass
class Registered:
    """A client and the secret it was given."""

    client_id: str
    secret: str | None
    redirect_uri: str = REDIRECT_URI


@dataclass
class Provider:
    """The house under test, its clock, and short ways to fill it."""

    house: House
    clock: FakeClock
    people: dict[str, str] = field(default_factory=dict)

    def browser(self) -> FlaskClient:
        """Return a browser without cookies."""
        return self.house.app.test_client()

    def register(self, **metadata: Any) -> Registered:
        """Register a confidential client, changed by *metadata*."""
        usual: dict[str, Any] = {
            "client_name": "测试门户",
            "redirect_uris": [REDIRECT_URI],
            "post_logout_redirect_uris": [LOGGED_OUT_URI],
            "scope": "openid profile phone cn_realname cn_id_number offline_access fund:read",
            "allowed_resources": [FUND, TAX],
        }
        client, secret = self.house.tools.register_client.register(usual | metadata)
        return Registered(client.client_id, secret, *client.redirect_uris[:1])

    def enter(self, username: str = "zhangsanfeng", **details: Any) -> str:
        """Enter a person, proved to the level an hour ago, and return the id."""
        usual = NewPerson(
            name="张三丰",
            document_type=DocumentType.RESIDENT_ID,
            document_number="330000199001010014",
            password=PASSWORD,
            level=Level.L4,
            phone="+8610000000001",
            username=username,
        )
        new = replace(usual, **details)
        if "proofs" not in details:
            namespace, at = self.house.tools.settings.namespace, self.clock.now() - timedelta(hours=1)
            new = replace(new, proofs=mock_proofs(new.level, new.document_type, namespace=namespace, at=at))
        person = self.house.tools.create_person.create(new)
        self.people[username] = person.id
        return person.id

    def provide_keys(self) -> None:
        """Let the provider sign with every algorithm, not with RS256 alone."""
        for algorithm in self.house.tools.key_life.lacking():
            self.house.tools.key_life.rotate(algorithm)
        self.clock.advance(timedelta(seconds=2))

    def events(self) -> list[tuple[str, dict[str, Any]]]:
        """Return the audit log: kinds and details, oldest first."""
        return self.house.neighbours.database.audit_trail()


def open_provider(
    folder: Path,
    *,
    database_url: str,
    store_url: str = "memory:",
    judging: FaceNeighbours | None = None,
    clock: FakeClock | None = None,
    **settings: Any,
) -> Provider:
    """Build a provider with cheap password hashes on the given storage.

    With those who are *judging* faces, these may prove transactions.
    """
    create_secrets(folder / "secrets")
    limits = settings.pop("faces", {})
    loaded = load_settings(
        **({"issuer": ISSUER} | settings),
        secrets_dir=folder / "secrets",
        test_identities=True,
        database={"url": database_url, "pool_size": 20},
        store={"url": store_url},
        passwords={"memory_kib": 8, "iterations": 1, "lanes": 1},
        faces={"enabled": judging is not None, **limits},
    )
    clock = clock or FakeClock()
    house = build(loaded, load_secrets(folder / "secrets"), clock, faces=judging)
    house.app.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False)
    house.tools.upgrade_database()
    house.tools.key_life.rotate("RS256")
    clock.advance(timedelta(seconds=2))
    return Provider(house, clock)
