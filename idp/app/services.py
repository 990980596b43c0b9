"""The protocol and the use cases, on their neighbours."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from idp.app.change_password import open_change_password
from idp.app.code_apps import open_own_code_app
from idp.app.faces import FaceNeighbours, open_faces, open_own_references
from idp.app.neighbours import Neighbours
from idp.app.passkeys import open_passkeys, reachable_level
from idp.app.registration import open_registration
from idp.app.sessions import open_closing, open_sessions
from idp.app.step_up import open_asking
from idp.app.tokens import open_token_sets
from idp.app.tries import open_confirm, open_throttle
from idp.cli.tools import Tools
from idp.domain.authorization_details.types import DetailTypes
from idp.domain.claims.catalogue import Catalogue
from idp.domain.claims.subject import Pseudonyms
from idp.protocol.authorize.request import RequestRules
from idp.protocol.authorize.request_object import RequestObjects
from idp.protocol.client_auth.assertion import Assertions
from idp.protocol.discovery import describe
from idp.protocol.endpoints.introspection import Introspection
from idp.protocol.endpoints.issued import IssuedTokens
from idp.protocol.endpoints.pushed_authorization import PushedAuthorization
from idp.protocol.endpoints.revocation import Revocation
from idp.protocol.endpoints.userinfo import UserInfo
from idp.protocol.engine import PATH as TOKEN_PATH
from idp.protocol.engine import Engine
from idp.protocol.jose.client_keys import ClientKeys
from idp.protocol.jose.history import KeyHistory
from idp.protocol.jose.keyring import Keyring
from idp.protocol.jose.single_use import SingleUse
from idp.protocol.logout.rp_initiated import EndSession
from idp.protocol.tokens.personal_data import PersonalData
from idp.protocol.tokens.receipt import ReceiptWriter
from idp.secret_files import Secrets
from idp.services.account import Account
from idp.services.authorize.advance import Advance
from idp.services.authorize.finish import Finish
from idp.services.authorize.visits import Visits
from idp.services.clients import ClientRegistry
from idp.services.closing import Closing
from idp.services.code_apps import OwnCodeApp
from idp.services.consent import Consenting
from idp.services.data_copy import CopyData
from idp.services.disowning import Disowning
from idp.services.face_references import OwnReferences
from idp.services.faces import Faces
from idp.services.history import History
from idp.services.logout import Logout
from idp.services.passkeys import OwnPasskeys
from idp.services.password_change import ChangePassword
from idp.services.proving import Proving
from idp.services.registration import SelfRegistration
from idp.services.sessions import SessionKeeper
from idp.services.sign_in.passkey import PasskeySignIn
from idp.services.sign_in.password import PasswordSignIn
from idp.services.transactions import Confirming
from idp.settings import Settings
from idp.storage.ephemeral.kept import (
    KeptCodes,
    KeptInteractions,
    KeptPushedRequests,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What endpoints and pages are given."""

    metadata: dict[str, Any]
    jwks: Callable[[], dict[str, Any]]
    key_history: Callable[[], str]
    clients: ClientRegistry
    engine: Engine
    userinfo: UserInfo
    visits: Visits
    sessions: SessionKeeper
    sign_in: PasswordSignIn
    by_passkey: PasskeySignIn
    passkeys: OwnPasskeys
    code_apps: OwnCodeApp
    proving: Proving
    faces: Faces | None
    references: OwnReferences
    consenting: Consenting
    confirming: Confirming
    account: Account
    history: History
    disowning: Disowning
    change_password: ChangePassword
    copy_data: CopyData
    closing: Closing
    logout: Logout
    registration: SelfRegistration
    catalogue: Catalogue


def open_services(
    settings: Settings,
    secrets: Secrets,
    neighbours: Neighbours,
    tools: Tools,
    catalogue: Catalogue,
    *,
    detail_types: DetailTypes,
    faces: FaceNeighbours | None,
) -> Services:
    """Return the services."""
    records, clock = neighbours.database, neighbours.clock
    interactions = KeptInteractions(neighbours.ephemeral.expiring)
    codes = KeptCodes(neighbours.ephemeral.one_time)
    clients = ClientRegistry(records, clock)
    pseudonyms = Pseudonyms(secrets.subject_key.key)
    keyring = Keyring(tools.key_life.all, sealer=neighbours.wrapper, clock=clock)
    token_sets = open_token_sets(settings, secrets, neighbours, keyring, catalogue)
    client_keys = ClientKeys(outbound=neighbours.outbound, clock=clock)
    engine = Engine(
        issuer=settings.issuer,
        find_client=clients.find,
        find_resource=clients.find_resource,
        records=records,
        codes=codes,
        token_sets=token_sets,
        catalogue=catalogue,
        clock=clock,
        refresh_grace=timedelta(seconds=settings.tokens.refresh_grace_seconds),
        assertions=Assertions(
            audiences=frozenset({settings.issuer, settings.issuer + TOKEN_PATH}),
            keys=client_keys,
            sealer=neighbours.wrapper,
            used=SingleUse("client-assertion", neighbours.ephemeral.one_time),
            clock=clock,
        ),
        receipts=ReceiptWriter(keyring=keyring, issuer=settings.issuer, clock=clock),
    )
    issued = IssuedTokens(token_sets=token_sets, records=records, clock=clock, find_client=clients.find)
    for endpoint in (EndSession(token_sets.id_tokens), Revocation(issued), Introspection(issued)):
        engine.register_endpoint(endpoint)
    rules = RequestRules(
        find=clients.find,
        find_resource=clients.find_resource,
        known_scopes=frozenset(catalogue.scopes),
        catalogue=catalogue,
        detail_types=detail_types,
        namespace=settings.namespace,
        recognise=token_sets.id_tokens.recognise,
        pushed=KeptPushedRequests(neighbours.ephemeral.one_time),
        pushed_required=settings.authorization.pushed_required,
        request_objects=RequestObjects(
            issuer=settings.issuer,
            keys=client_keys,
            outbound=neighbours.outbound,
            used=SingleUse("request-object", neighbours.ephemeral.one_time),
            clock=clock,
            required=settings.authorization.signed_request_required,
        ),
    )
    engine.register_endpoint(
        PushedAuthorization(rules, timedelta(seconds=settings.authorization.pushed_seconds))
    )
    sessions = open_sessions(settings, neighbours, pseudonyms)
    confirm, code_apps = open_confirm(settings, neighbours), open_own_code_app(settings, neighbours)
    by_passkey, passkeys, proving = open_passkeys(
        settings,
        neighbours,
        pseudonyms=pseudonyms,
        sessions=sessions,
        failures=open_throttle(neighbours, "address", settings.throttle.address),
        confirm=confirm,
    )
    asking = open_asking(settings, neighbours)
    finish = Finish(
        records=records,
        codes=codes,
        pseudonyms=pseudonyms,
        clock=clock,
        issuer=settings.issuer,
        namespace=settings.namespace,
        code_lifetime=timedelta(seconds=settings.tokens.code_seconds),
        offline_lifetime=timedelta(days=settings.tokens.offline_days),
    )
    return Services(
        metadata=describe(
            issuer=settings.issuer,
            namespace=settings.namespace,
            catalogue=catalogue,
            detail_types=detail_types,
            pushed_required=settings.authorization.pushed_required,
            signed_request_required=settings.authorization.signed_request_required,
            takes_registrations=settings.registration.mode != "closed",
            reachable=reachable_level(settings),
        ),
        jwks=keyring.jwks,
        key_history=KeyHistory(tools.key_life.all, keyring=keyring, issuer=settings.issuer, clock=clock),
        clients=clients,
        engine=engine,
        userinfo=UserInfo(
            access_tokens=token_sets.access_tokens,
            records=records,
            catalogue=catalogue,
            clock=clock,
            find_client=clients.find,
        ),
        visits=Visits(
            interactions=interactions,
            advance=Advance(
                records=records,
                find_client=clients.find,
                interactions=interactions,
                detail_types=detail_types,
                finish=finish,
                asking=asking,
                reachable=reachable_level(settings),
            ),
            clock=clock,
            rules=rules,
            lifetime=timedelta(minutes=settings.session.interaction_minutes),
            longest=timedelta(hours=settings.session.absolute_hours),
        ),
        sessions=sessions,
        sign_in=PasswordSignIn(
            records=records,
            hasher=neighbours.hasher,
            index=neighbours.index,
            phones=neighbours.phones,
            tries_of_account=open_throttle(neighbours, "account", settings.throttle.account),
            failures_of_address=open_throttle(neighbours, "address", settings.throttle.address),
            sessions=sessions,
            clock=clock,
        ),
        by_passkey=by_passkey,
        passkeys=passkeys,
        code_apps=code_apps,
        proving=proving,
        references=open_own_references(settings, neighbours),
        faces=open_faces(settings, neighbours, faces, proving=proving),
        consenting=Consenting(
            records=records,
            interactions=interactions,
            catalogue=catalogue,
            find_resource=clients.find_resource,
            clock=clock,
        ),
        confirming=Confirming(
            records=records, interactions=interactions, types=detail_types, asking=asking, clock=clock
        ),
        account=Account(records=records, sessions=sessions, clock=clock),
        history=History(records=records),
        disowning=Disowning(
            records=records, sessions=sessions, passkeys=passkeys, code_apps=code_apps, clock=clock
        ),
        change_password=open_change_password(settings, neighbours, sessions, confirm),
        copy_data=CopyData(
            records=records,
            personal_data=PersonalData(
                keyring=keyring,
                issuer=settings.issuer,
                audience=f"{settings.namespace}personal-data",
                clock=clock,
            ),
            find_client=clients.known,
            copies=open_throttle(neighbours, "copies", settings.throttle.copies),
            clock=clock,
        ),
        closing=open_closing(settings, neighbours, sessions),
        logout=Logout(engine=engine, records=records, find_client=clients.known, pseudonyms=pseudonyms),
        registration=open_registration(settings, neighbours, tools),
        catalogue=catalogue,
    )
