"""The application furnished: endpoints, pages, and what holds for every answer."""

from datetime import timedelta

from flask import Blueprint, Flask
from flask_bootstrap import Bootstrap5
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from idp.adapters.qr import draw_qr
from idp.app.neighbours import Neighbours
from idp.app.passkeys import origins_of
from idp.app.request_log import RequestLog
from idp.app.services import Services
from idp.domain.face_batch import MOST_BYTES as MAX_BATCH
from idp.secret_files import Secrets
from idp.settings import Settings
from idp.tables import load_regions
from idp.web.account.area import AccountArea, account_area
from idp.web.account.authorisations import authorisations_page
from idp.web.account.close import close_page
from idp.web.account.codes import codes_page
from idp.web.account.copy import copy_page
from idp.web.account.data import data_page
from idp.web.account.devices import devices_page
from idp.web.account.entrance import entrance_pages
from idp.web.account.happened import Telling
from idp.web.account.history import history_page
from idp.web.account.overview import overview_page
from idp.web.account.passkeys import passkeys_page
from idp.web.account.password import password_page
from idp.web.account.security import security_page
from idp.web.account.settings import settings_page
from idp.web.account.titles import Titles
from idp.web.assets import install_assets
from idp.web.bodies import BoundedBodies, refuse_if_busy
from idp.web.cookies import Cookies
from idp.web.errors import install_errors
from idp.web.headers import document_headers, install_headers
from idp.web.health import health_endpoints
from idp.web.interaction.face import face_pages, let_frames_in
from idp.web.interaction.pages import interaction_pages
from idp.web.languages import Languages
from idp.web.oauth.authorize import authorize_endpoint
from idp.web.oauth.check_session import check_session_page
from idp.web.oauth.logout import logout_endpoint
from idp.web.oauth.registration import registration_endpoint
from idp.web.passkey_origins import related_origins
from idp.web.preferences import Preferences
from idp.web.programs.desk import Desk, Place
from idp.web.programs.documents import document_places
from idp.web.programs.issued import issued_places
from idp.web.programs.token import token_places
from idp.web.programs.userinfo import userinfo_places
from idp.web.words import Words

MAX_BODY = 64 * 1024
MAX_FORM_PARTS = 100


def furnish(
    app: Flask, settings: Settings, secrets: Secrets, neighbours: Neighbours, services: Services
) -> None:
    """Hang everything into *app*."""
    cookies = Cookies(settings.is_secure)
    languages = Languages(cookies, neighbours.clock)
    log = RequestLog()
    _configure(app, settings, secrets)
    _stand_before(app, settings, services, log)
    log.install(app)
    app.before_request(refuse_if_busy)
    cookies.install(app)
    languages.install(app)
    Preferences(cookies).install(app)
    app.before_request(let_frames_in)
    guard = CSRFProtect(app)
    Bootstrap5(app)
    install_assets(app)
    install_headers(app, secure=settings.is_secure)
    install_errors(app, issuer=settings.issuer, report=log.report)
    _add_endpoints(app, guard, neighbours, services, cookies)
    _add_pages(app, guard, settings, services, cookies=cookies, languages=languages)


def _configure(app: Flask, settings: Settings, secrets: Secrets) -> None:
    app.config.update(
        SECRET_KEY=secrets.cookie_key.key,
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_PARTS=MAX_FORM_PARTS,
        BOOTSTRAP_SERVE_LOCAL=True,
        WTF_CSRF_TIME_LIMIT=settings.session.absolute_hours * 60 * 60,
    )


def _stand_before(app: Flask, settings: Settings, services: Services, log: RequestLog) -> None:
    app.wsgi_app = Desk(  # type: ignore[method-assign]
        app.wsgi_app,
        _places(services),
        headers=document_headers(secure=settings.is_secure).items(),
        most_bytes=MAX_BODY,
        log=log,
    )
    # Some threads always stay free for what has no body.
    readers = max(1, settings.server.threads - 3)
    app.wsgi_app = BoundedBodies(  # type: ignore[method-assign]
        app.wsgi_app, readers=readers, most_bytes=MAX_BATCH if settings.faces.enabled else MAX_BODY
    )
    if hops := settings.server.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops)  # type: ignore[method-assign]


def _places(services: Services) -> dict[str, Place]:
    return {
        **document_places(services.metadata, services.jwks, services.key_history),
        **token_places(services.engine),
        **userinfo_places(services.userinfo),
        **issued_places(services.engine),
    }


def _add_endpoints(
    app: Flask, guard: CSRFProtect, neighbours: Neighbours, services: Services, cookies: Cookies
) -> None:
    for endpoint in (
        registration_endpoint(services.registration, issuer=services.engine.issuer),
        authorize_endpoint(services.visits, services.sessions, cookies),
        health_endpoints(neighbours.check),
    ):
        # Other sites and programs post here; nothing happens in a person's name without a page.
        guard.exempt(endpoint)
        app.register_blueprint(endpoint)


def _add_pages(
    app: Flask,
    guard: CSRFProtect,
    settings: Settings,
    services: Services,
    *,
    cookies: Cookies,
    languages: Languages,
) -> None:
    words = Words(load_regions())
    if settings.passkeys.related_origins:
        app.register_blueprint(related_origins(origins_of(settings)))
    for pages in (
        logout_endpoint(services.logout, services.account, services.sessions, cookies, languages),
        check_session_page(cookies),
        interaction_pages(
            visits=services.visits,
            sessions=services.sessions,
            sign_in=services.sign_in,
            by_passkey=services.by_passkey,
            proving=services.proving,
            faces=services.faces,
            consenting=services.consenting,
            confirming=services.confirming,
            account=services.account,
            closing=services.closing,
            cookies=cookies,
            languages=languages,
            words=words,
        ),
        _account_area(settings, services, cookies, words),
    ):
        app.register_blueprint(pages)
    if services.faces:
        for pages in face_pages(
            visits=services.visits,
            sessions=services.sessions,
            account=services.account,
            faces=services.faces,
            cookies=cookies,
            languages=languages,
        ):
            app.register_blueprint(pages)
    # Relying parties post logout requests from their own pages; an uncertain one is confirmed by a
    # guarded form.
    guard.exempt("idp.web.oauth.logout.ask")


def _account_area(settings: Settings, services: Services, cookies: Cookies, words: Words) -> Blueprint:
    area = AccountArea(
        account=services.account,
        sessions=services.sessions,
        cookies=cookies,
        words=words,
        recent=timedelta(minutes=settings.account.recent_minutes),
    )
    known, titles = (
        services.clients.known,
        Titles(services.catalogue, services.clients.find_resource, services.confirming.types),
    )
    return account_area(
        entrance_pages(area, services.visits, services.logout),
        overview_page(area, services.history),
        devices_page(area, services.logout, known),
        authorisations_page(area, known, titles, services.engine.issuer),
        history_page(area, services.history, services.disowning, Telling(known, titles)),
        security_page(area, services.passkeys, services.code_apps, services.references),
        passkeys_page(area, services.passkeys),
        codes_page(area, services.code_apps, draw_qr),
        password_page(area, services.change_password),
        data_page(area),
        copy_page(area, services.copy_data),
        close_page(area, services.closing, services.logout),
        settings_page(area),
    )
