"""Typed settings: TOML files, then IDP_ environment variables, one clear sentence for each mistake."""

import os
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from idp.domain.claims.catalogue import Catalogue
from idp.settings_step_up import Faces, Pictures, StepUp
from idp.settings_values import (
    ROOT,
    Authorities,
    Count,
    Issuer,
    Limit,
    Models,
    Namespace,
    Origins,
    Places,
    Section,
    Words,
)

CONFIG = ROOT / "config"
PREFIX = "IDP_"
EXTRA_FILE = "IDP_CONFIG"


class SettingsError(Exception):
    """The settings are wrong; *sentences* say where, one a mistake, without the values."""

    def __init__(self, sentences: list[str]) -> None:
        """Keep the sentences."""
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class Database(Section):
    """Where facts that must survive are kept: SQLite or PostgreSQL."""

    url: Annotated[str, Field(pattern=r"^(sqlite|postgresql|postgresql\+psycopg)://")]
    pool_size: Count


class Store(Section):
    """Where values that must die are kept: in process or on Redis."""

    url: Annotated[str, Field(pattern=r"^(memory:|rediss?://)")]

    @property
    def is_in_process(self) -> bool:
        """Say whether only one process can use it."""
        return self.url.startswith("memory:")


class Server(Section):
    """The WSGI server."""

    workers: Count
    threads: Count
    pin_workers: bool
    proxies: Annotated[int, Field(ge=0, le=5)]


class Session(Section):
    """How long single sign-on lasts."""

    idle_minutes: Count
    absolute_hours: Count
    touch_seconds: Count
    interaction_minutes: Count


class Authorization(Section):
    """What the authorization endpoint asks of relying parties, and the folder of its transactions' types."""

    pushed_required: bool
    signed_request_required: bool
    pushed_seconds: Annotated[int, Field(ge=5, le=600)]
    details: Path


class Tokens(Section):
    """How long codes and tokens last."""

    code_seconds: Annotated[int, Field(ge=1, le=600)]
    access_token_seconds: Count
    id_token_seconds: Count
    refresh_grace_seconds: Annotated[int, Field(ge=0, le=60)]
    offline_days: Count


class Http(Section):
    """How programs of relying parties are reached."""

    allow: Places
    ca_file: Authorities
    timeout_seconds: Annotated[float, Field(gt=0, le=30)]
    max_kib: Annotated[int, Field(ge=1, le=10_240)]


class Passwords(Section):
    """The cost of argon2id (RFC 9106), and how many hashes one process makes at once."""

    memory_kib: Annotated[int, Field(ge=8)]
    iterations: Count
    lanes: Count
    at_once: Annotated[int, Field(ge=0)]


class Throttle(Section):
    """How many tries a sign-in name and an address have, registrations an address, copies a person."""

    account: Limit
    address: Limit
    registration: Limit
    copies: Limit


class Registration(Section):
    """Whether clients may register themselves, and what such a client gets."""

    mode: Literal["closed", "token", "open"]
    pkce: Literal["required", "optional"]
    scopes: Words


class Account(Section):
    """What people may do to their accounts, and when."""

    recent_minutes: Count
    # At its default it is over before 15 working days are, within which closing is expected to be done.
    closing_days: Annotated[int, Field(ge=15, le=30)]


class Passkeys(Section):
    """At which origins beside the issuer passkeys are good, and whose devices are taken."""

    related_origins: Origins
    attestation_roots: Authorities
    aaguids: Models


class Messages(Section):
    """How people are told of what happened to their accounts: on standard output, or kept to be sent."""

    adapter: Literal["console", "outbox"]


class Jobs(Section):
    """What time calls: logout notices, expired sessions, old rows."""

    embedded: bool
    pause_seconds: Annotated[int, Field(ge=1, le=3600)]


class Log(Section):
    """The operators' log."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"]


class Settings(BaseSettings):
    """Everything an operator can set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    issuer: Issuer
    namespace: Namespace
    secrets_dir: Path
    test_identities: bool | None = None
    database: Database
    store: Store
    server: Server
    session: Session
    authorization: Authorization
    tokens: Tokens
    http: Http
    passwords: Passwords
    throttle: Throttle
    registration: Registration
    account: Account
    passkeys: Passkeys
    step_up: StepUp
    faces: Faces
    pictures: Pictures
    messages: Messages
    jobs: Jobs
    log: Log

    @property
    def is_secure(self) -> bool:
        """Say whether the issuer is https, and so cookies are Secure."""
        return self.issuer.startswith("https://")

    @property
    def takes_test_identities(self) -> bool:
        """Say whether made-up document numbers may be entered."""
        return not self.is_secure if self.test_identities is None else self.test_identities

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over IDP_CONFIG's file, and that over config/default.toml."""
        del dotenv_settings, file_secret_settings
        files = [CONFIG / "default.toml"]
        if extra := os.environ.get(EXTRA_FILE):
            files.append(Path(extra))
        toml = TomlConfigSettingsSource(settings_cls, files, deep_merge=True)
        return init_settings, env_settings, toml


def load_settings(**overrides: Any) -> Settings:
    """Return the settings in force, or raise SettingsError with every mistake found."""
    extra = os.environ.get(EXTRA_FILE)
    if extra and not Path(extra).is_file():
        raise SettingsError([f"{EXTRA_FILE} names a file that does not exist."])
    mistakes = [f"{name} is not a setting." for name in _unknown_variables()]
    try:
        settings = Settings(**overrides)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError([f"A settings file is not TOML: {error}."]) from None
    except ValidationError as error:
        raise SettingsError(mistakes + [_sentence(each) for each in error.errors()]) from None
    if mistakes:
        raise SettingsError(mistakes)
    return settings


def check_together(settings: Settings, catalogue: Catalogue) -> None:
    """Raise SettingsError with every mistake that only shows when settings are seen together."""
    mistakes = []
    # A scope with a colon is a resource server's own.
    if any(scope not in catalogue.scopes and ":" not in scope for scope in settings.registration.scopes):
        mistakes.append("Setting registration.scopes: must name scopes that there are.")
    if settings.server.workers > 1 and settings.store.is_in_process:
        mistakes.append("Setting store.url: must be a Redis address for several workers to share.")
    if settings.passkeys.aaguids and not settings.passkeys.attestation_roots:
        mistakes.append("Setting passkeys.aaguids: needs attestation_roots, else devices say what they like.")
    if settings.session.idle_minutes > settings.session.absolute_hours * 60:
        mistakes.append("Setting session.idle_minutes: must not be longer than absolute_hours.")
    if settings.session.interaction_minutes > settings.session.absolute_hours * 60:
        mistakes.append("Setting session.interaction_minutes: must not be longer than absolute_hours.")
    if settings.pictures.url and not settings.pictures.key_file:
        mistakes.append("Setting pictures.key_file: must name the key that the register holds too.")
    if mistakes:
        raise SettingsError(mistakes)


def _unknown_variables() -> Iterator[str]:
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name != EXTRA_FILE:
            section, _, field = name.removeprefix(PREFIX).lower().partition("__")
            known = Settings.model_fields.get(section)
            inner = getattr(known.annotation, "model_fields", {}) if known else {}
            if known is None or bool(inner) != bool(field) or (field and field not in inner):
                yield name


def _sentence(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    says = error["msg"].removeprefix("Value error, ")
    return f"Setting {name}: {says[0].lower()}{says[1:]}."
