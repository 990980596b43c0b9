"""What a portal is told by its environment."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from examples.languages import Text

NEEDED = ("RP_ISSUER", "RP_CLIENT_ID", "RP_CLIENT_SECRET", "RP_URL", "RP_SECRET_KEY")


class SettingsError(Exception):
    """The environment does not say what it must; the message is one sentence for its reader."""


@dataclass(frozen=True, slots=True)
class Sibling:
    """Another portal, to which a person may roam."""

    name: Text
    url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Where the provider is, who this portal is there, and where the portal itself is."""

    issuer: str
    client_id: str
    client_secret: str
    url: str
    secret_key: str
    siblings: tuple[Sibling, ...] = ()

    @property
    def discovery_url(self) -> str:
        """Return where the provider describes itself: OpenID Connect Discovery 1.0 section 4."""
        return self.issuer.rstrip("/") + "/.well-known/openid-configuration"

    @property
    def redirect_uri(self) -> str:
        """Return where a person comes back after signing in, exactly as registered."""
        return f"{self.url}/callback"

    @property
    def post_logout_redirect_uri(self) -> str:
        """Return where a person comes back after signing out, exactly as registered."""
        return f"{self.url}/"

    @property
    def secure(self) -> bool:
        """Tell whether cookies may be restricted to https."""
        return self.url.startswith("https://")

    @property
    def port(self) -> int:
        """Return the port on which to serve."""
        return urlsplit(self.url).port or (443 if self.secure else 80)


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings, or raise SettingsError with everything that is missing."""
    if missing := [name for name in NEEDED if not environment.get(name)]:
        raise SettingsError(f"Set {', '.join(missing)} in the environment.")
    return Settings(
        issuer=_read_url(environment, "RP_ISSUER"),
        client_id=environment["RP_CLIENT_ID"],
        client_secret=environment["RP_CLIENT_SECRET"],
        # Our own address is never taken from a request: its Host header is the visitor's to choose.
        url=_read_url(environment, "RP_URL").rstrip("/"),
        secret_key=environment["RP_SECRET_KEY"],
        siblings=_read_siblings(environment.get("RP_SIBLINGS") or "[]"),
    )


def _read_url(environment: Mapping[str, str], name: str) -> str:
    url = environment[name]
    try:
        parts = urlsplit(url)
        port_is_possible = parts.port != 0
    except ValueError:
        port_is_possible = False
        parts = urlsplit("")
    if not port_is_possible or parts.scheme not in {"http", "https"} or not parts.hostname:
        raise SettingsError(f"{name} must be an address like http://localhost:8000.")
    return url


def _read_siblings(text: str) -> tuple[Sibling, ...]:
    try:
        return tuple(
            Sibling(
                name=Text(str(each["name"]), str(each.get("name_en", each["name"]))),
                url=_read_url(each, "url").rstrip("/"),
            )
            for each in json.loads(text)
        )
    except (ValueError, KeyError, TypeError, AttributeError, SettingsError) as error:
        raise SettingsError(
            'RP_SIBLINGS must be a JSON list like [{"name": "…", "url": "http://localhost:8002"}].'
        ) from error
