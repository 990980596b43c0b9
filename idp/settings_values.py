"""What single settings may hold: each check returns the value, or says in a few words what it must be."""

import re
import ssl
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from limits import parse as parse_limit
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_settings import NoDecode

from idp.domain.redirect_uris import LOOPBACK, origin_of

ROOT = Path(__file__).resolve().parent.parent
MODEL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
PLACE = re.compile(r"([a-z0-9.-]+|\[[0-9a-f:.]+\]):\d{1,5}", re.ASCII)
MIN_KEY = 32


class Section(BaseModel):
    """A table of the settings file; a misspelt name is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def rooted(path: Path) -> Path:
    """Return *path*, which starts at the project's folder when it is relative."""
    return path if path.is_absolute() else ROOT / path


def _issuer(value: str) -> str:
    parts = urlsplit(value)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not secure or not parts.netloc or parts.query or parts.fragment or value.endswith("/"):
        raise ValueError("must be https (http only on loopback), without query or final slash")
    if parts.path:
        raise ValueError("must not have a path")
    return value


def _limit(value: str) -> str:
    try:
        parse_limit(value)
    except ValueError:
        raise ValueError('must read like "5 per 15 minutes"') from None
    return value


def _split(value: Any) -> Any:
    # In the environment a list is written with commas.
    return [each.strip() for each in value.split(",") if each.strip()] if isinstance(value, str) else value


def _places(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(PLACE.fullmatch(value) for value in values):
        raise ValueError("must name each place as host:port")
    return values


def _origins(values: tuple[str, ...]) -> tuple[str, ...]:
    if any(origin_of(value) != value or not value.startswith("https://") for value in values):
        raise ValueError("must name each origin as https://host")
    return values


def _authorities(value: str) -> str:
    try:
        if value:
            ssl.create_default_context(cafile=rooted(Path(value)))
    except (OSError, ssl.SSLError):
        raise ValueError("must be a file of certificates in PEM") from None
    return value


def _namespace(value: str) -> str:
    if not value.startswith("https://") or not value.endswith("/"):
        raise ValueError("must begin with https:// and end with a slash")
    return value


def _models(values: tuple[str, ...]) -> tuple[str, ...]:
    if not all(MODEL.fullmatch(value) for value in values):
        raise ValueError("must name each model by its AAGUID, in lower case with dashes")
    return values


Count = Annotated[int, Field(ge=1)]
Limit = Annotated[str, AfterValidator(_limit)]


def _register(value: str) -> str:
    return _issuer(value) if value else value


def _key_file(text: str) -> str:
    if not text:
        return text
    try:
        key = rooted(Path(text)).read_bytes().strip()
    except OSError:
        raise ValueError("must be a file that can be read") from None
    if len(key) < MIN_KEY:
        raise ValueError("must hold 32 characters or more")
    return text


Issuer = Annotated[str, AfterValidator(_issuer)]
Namespace = Annotated[str, AfterValidator(_namespace)]
Authorities = Annotated[str, AfterValidator(_authorities)]
RegisterUrl = Annotated[str, AfterValidator(_register)]
KeyFile = Annotated[str, AfterValidator(_key_file)]
Places = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_places)]
Origins = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_origins)]
Models = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split), AfterValidator(_models)]
Words = Annotated[frozenset[str], NoDecode, BeforeValidator(_split)]
