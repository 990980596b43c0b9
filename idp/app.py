"""Where every room is known: settings become neighbours, neighbours become services, services an app."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from time import perf_counter

import structlog
from flask import Flask, Response, g, request
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from idp.adapters.hashing import Argon2Hasher
from idp.adapters.phones import NumberingPlan
from idp.adapters.sealing import AesGcmSealer
from idp.adapters.throttle import WindowThrottle, open_tries
from idp.cli.main import run
from idp.cli.tools import Tools
from idp.domain.claims import Catalogue, Pseudonyms
from idp.domain.clock import Clock, SystemClock
from idp.domain.ids import random_id
from idp.domain.sealing import BlindIndex
from idp.domain.sessions import SessionLife
from idp.logs import describe_error, set_up_logs
from idp.protocol.discovery import describe
from idp.protocol.endpoints.userinfo import UserInfo
from idp.protocol.engine import Engine
from idp.protocol.jose.keyring import Keyring, new_signing_key
from idp.protocol.logout.rp_initiated import EndSession
from idp.protocol.tokens.access_token import AccessTokens
from idp.protocol.tokens.id_token import IdTokens
from idp.protocol.tokens.refresh_token import RefreshTokens
from idp.protocol.tokens.token_set import TokenSets
from idp.secret_files import Secrets, VersionedKey, load_secrets
from idp.services.account import Account
from idp.services.authorize.advance import Advance
from idp.services.authorize.finish import Finish
from idp.services.authorize.visits import Visits
from idp.services.clients import ClientRegistry, RegisterClient
from idp.services.consent import Consenting
from idp.services.keys import KeyLife
from idp.services.logout import Logout
from idp.services.people import CreatePerson
from idp.services.sessions import SessionKeeper
from idp.services.sign_in.password import PasswordSignIn
from idp.settings import ROOT, Settings, load_catalogue, load_regions, load_settings, rooted
from idp.storage.database import Database, open_database
from idp.storage.ephemeral.kept import KeptCodes, KeptHotSessions, KeptInteractions
from idp.storage.ephemeral.open import Ephemeral, open_ephemeral
from idp.storage.migrate import current, upgrade
from idp.web.account.home import account_pages
from idp.web.cookies import Cookies
from idp.web.errors import install_errors
from idp.web.headers import install_headers
from idp.web.health import health_endpoints
from idp.web.interaction.pages import interaction_pages
from idp.web.languages import Languages
from idp.web.oauth.authorize import authorize_endpoint
from idp.web.oauth.discovery import discovery_endpoints
from idp.web.oauth.logout import logout_endpoint
from idp.web.oauth.token import token_endpoint
from idp.web.oauth.userinfo import userinfo_endpoint
from idp.web.words import Words

MAX_BODY = 64 * 1024
MAX_FORM_PARTS = 100
STATIC_SECONDS = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """The application, and what the commands work with."""

    app: Flask
    tools: Tools
    database: Database
    clients: ClientRegistry
    phones: NumberingPlan


def create_app() -> Flask:
    """Return the WSGI application with the settings in force."""
    settings = load_settings()
    set_up_logs(settings.log.level)
    return build(settings, load_secrets(rooted(settings.secrets_dir))).app


def command() -> None:
    """Run the ``idp`` command."""

    def open_tools() -> Tools:
        settings = load_settings()
        set_up_logs("WARNING")
        return build(settings, load_secrets(rooted(settings.secrets_dir))).tools

    run(open_tools)


def build(settings: Settings, secrets: Secrets, clock: Clock | None = None) -> House:
    """Plug everything together."""
    clock = clock or SystemClock()
    app = Flask("idp", template_folder="web/templates", static_folder="web/static")
    index = BlindIndex(secrets.index_key.key)
    database = open_database(app, url=_database_url(settings), sealer=_sealer(secrets.data_key), index=index)
    catalogue = load_catalogue()
    wrapper = _sealer(secrets.wrapping_key)
    hasher, phones = _hasher(settings), NumberingPlan()
    tools = Tools(
        settings=settings,
        records=database,
        register_client=RegisterClient(
            records=database, clock=clock, known_scopes=frozenset(catalogue.scopes)
        ),
        create_person=CreatePerson(
            records=database,
            hasher=hasher,
            phones=phones,
            clock=clock,
            takes_test_identities=settings.takes_test_identities,
        ),
        key_life=KeyLife(
            records=database,
            make=lambda algorithm: new_signing_key(algorithm, sealer=wrapper, clock=clock),
            clock=clock,
            verified_for=_verified_for(settings),
        ),
        hasher=hasher,
        clock=clock,
        upgrade_database=lambda: upgrade(app),
        database_revision=lambda: current(app),
    )
    house = House(
        app=app,
        tools=tools,
        database=database,
        clients=ClientRegistry(database, clock),
        phones=phones,
    )
    _configure(app, settings, secrets)
    _furnish(house, catalogue, secrets, index)
    return house


def _furnish(house: House, catalogue: Catalogue, secrets: Secrets, index: BlindIndex) -> None:
    """Build the protocol, the services and the pages, and hang them into the application."""
    settings, clock, database = house.tools.settings, house.tools.clock, house.database
    ephemeral = open_ephemeral(settings.store.url, clock)
    interactions = KeptInteractions(ephemeral.expiring)
    codes = KeptCodes(ephemeral.one_time)
    pseudonyms = Pseudonyms(secrets.subject_key.key)
    wrapper = _sealer(secrets.wrapping_key)
    keyring = Keyring(house.tools.key_life.all, sealer=wrapper, clock=clock)
    token_sets = _token_sets(settings, keyring, catalogue, secrets, clock)
    engine = Engine(
        issuer=settings.issuer,
        find_client=house.clients.find,
        records=database,
        codes=codes,
        token_sets=token_sets,
        clock=clock,
    )
    engine.register_endpoint(EndSession(token_sets.id_tokens))
    userinfo = UserInfo(
        access_tokens=token_sets.access_tokens,
        records=database,
        catalogue=catalogue,
        clock=clock,
    )
    sessions = SessionKeeper(
        records=database,
        hot=KeptHotSessions(ephemeral.expiring),
        life=_session_life(settings),
        clock=clock,
    )
    finish = Finish(
        records=database,
        interactions=interactions,
        codes=codes,
        pseudonyms=pseudonyms,
        clock=clock,
        issuer=settings.issuer,
        namespace=settings.namespace,
        code_lifetime=timedelta(seconds=settings.tokens.code_seconds),
        offline_lifetime=timedelta(days=settings.tokens.offline_days),
    )
    visits = Visits(
        interactions=interactions,
        advance=Advance(records=database, find_client=house.clients.find, finish=finish, clock=clock),
        clock=clock,
        scopes=frozenset(catalogue.scopes),
        lifetime=timedelta(minutes=settings.session.interaction_minutes),
    )
    account = Account(records=database, sessions=sessions, clock=clock)
    cookies = Cookies(settings.is_secure)
    languages = Languages(cookies, clock)
    words = Words(load_regions())
    guard = CSRFProtect()
    app = house.app
    _log_requests(app)
    programs = (
        discovery_endpoints(
            describe(issuer=settings.issuer, namespace=settings.namespace, catalogue=catalogue),
            keyring.jwks,
        ),
        token_endpoint(engine),
        userinfo_endpoint(userinfo),
        authorize_endpoint(visits, sessions, cookies),
        health_endpoints(_check(database, ephemeral)),
    )
    for blueprint in programs:
        guard.exempt(blueprint)
        app.register_blueprint(blueprint)
    logout = logout_endpoint(
        Logout(engine=engine, pseudonyms=pseudonyms), account, sessions, cookies, house.clients.find
    )
    app.register_blueprint(logout)
    # Relying parties post here from their own pages; what follows is confirmed by a guarded form.
    guard.exempt("idp.web.oauth.logout.ask")
    app.register_blueprint(
        interaction_pages(
            visits=visits,
            sessions=sessions,
            sign_in=_password_sign_in(house, sessions, index),
            consenting=Consenting(
                records=database, interactions=interactions, catalogue=catalogue, clock=clock
            ),
            account=account,
            cookies=cookies,
            languages=languages,
            words=words,
        )
    )
    app.register_blueprint(
        account_pages(
            account=account,
            visits=visits,
            sessions=sessions,
            cookies=cookies,
            find_client=house.clients.find,
            scope_titles=lambda scope, language: catalogue.scopes[scope].title[language],
            words=words,
        )
    )
    cookies.install(app)
    languages.install(app)
    guard.init_app(app)
    Bootstrap5(app)
    install_headers(app, secure=settings.is_secure)
    install_errors(app, issuer=settings.issuer, report=_report)


def _configure(app: Flask, settings: Settings, secrets: Secrets) -> None:
    app.config.update(
        SECRET_KEY=secrets.cookie_key.key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        SEND_FILE_MAX_AGE_DEFAULT=STATIC_SECONDS,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=settings.session.interaction_minutes * 60,
    )
    if hops := settings.server.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def _token_sets(
    settings: Settings, keyring: Keyring, catalogue: Catalogue, secrets: Secrets, clock: Clock
) -> TokenSets:
    return TokenSets(
        access_tokens=AccessTokens(
            keyring=keyring,
            issuer=settings.issuer,
            clock=clock,
            lifetime=timedelta(seconds=settings.tokens.access_token_seconds),
        ),
        id_tokens=IdTokens(
            keyring=keyring,
            issuer=settings.issuer,
            clock=clock,
            lifetime=timedelta(seconds=settings.tokens.id_token_seconds),
        ),
        refresh_tokens=RefreshTokens(keys=secrets.refresh_key.versions, current=secrets.refresh_key.current),
        person_scopes=frozenset(catalogue.scopes),
    )


def _password_sign_in(house: House, sessions: SessionKeeper, index: BlindIndex) -> PasswordSignIn:
    settings = house.tools.settings
    tries = open_tries(settings.store.url)
    return PasswordSignIn(
        records=house.database,
        hasher=house.tools.hasher,
        index=index,
        phones=house.phones,
        tries_of_account=WindowThrottle(tries, name="account", limit=settings.throttle.account),
        failures_of_address=WindowThrottle(tries, name="address", limit=settings.throttle.address),
        sessions=sessions,
        clock=house.tools.clock,
    )


def _hasher(settings: Settings) -> Argon2Hasher:
    cost = settings.passwords
    return Argon2Hasher(memory_kib=cost.memory_kib, iterations=cost.iterations, lanes=cost.lanes)


def _session_life(settings: Settings) -> SessionLife:
    return SessionLife(
        idle=timedelta(minutes=settings.session.idle_minutes),
        absolute=timedelta(hours=settings.session.absolute_hours),
        touch=timedelta(seconds=settings.session.touch_seconds),
    )


def _verified_for(settings: Settings) -> timedelta:
    # Access tokens are judged by their expiry; ID tokens come back as logout hints while the
    # session they belong to lasts.
    tokens = timedelta(seconds=settings.tokens.access_token_seconds)
    return max(tokens, timedelta(hours=settings.session.absolute_hours))


def _sealer(keys: VersionedKey) -> AesGcmSealer:
    return AesGcmSealer(keys.versions, keys.current)


def _database_url(settings: Settings) -> str:
    scheme, separator, path = settings.database.url.partition(":///")
    if scheme == "sqlite" and separator and not path.startswith("/"):
        return f"sqlite:///{ROOT / path}"
    return settings.database.url


def _check(database: Database, ephemeral: Ephemeral) -> Callable[[], None]:
    def check() -> None:
        database.ping()
        ephemeral.ping()

    return check


def _report(error: Exception) -> None:
    log = structlog.get_logger()
    cause = error.__cause__ or error.__context__
    details = describe_error(cause or error)
    log.error(type(error).__name__, reference=g.get("reference", ""), **details)


def _log_requests(app: Flask) -> None:
    log = structlog.get_logger()

    @app.before_request
    def begin() -> None:
        g.reference = random_id()[:10]
        g.started = perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        log.info(
            "request",
            method=request.method,
            # The rule, not the path: paths hold the ids of visits.
            route=str(request.url_rule or "-"),
            status=response.status_code,
            milliseconds=round((perf_counter() - g.get("started", perf_counter())) * 1000, 1),
            reference=g.get("reference", ""),
        )
        return response
