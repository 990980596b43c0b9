"""What the commands work with."""

from datetime import timedelta

from flask import Flask

from idp.app.neighbours import Neighbours
from idp.cli.tools import Serving, Tools
from idp.domain.authorization_details.types import DetailTypes
from idp.domain.claims.catalogue import Catalogue
from idp.domain.registration.metadata import MetadataRules
from idp.jobs.loop import Jobs
from idp.protocol.jose.client_keys import check_public_keys
from idp.protocol.jose.keyring import Keyring, new_signing_key
from idp.protocol.tokens.audit_head import AuditHeads
from idp.services.audit_chain import AuditChain
from idp.services.client_upkeep import ClientUpkeep
from idp.services.clients import RegisterClient
from idp.services.keys import KeyLife
from idp.services.people import CreatePerson
from idp.settings import Settings
from idp.storage.migrate import current, head, upgrade


def open_key_life(settings: Settings, neighbours: Neighbours) -> KeyLife:
    """Return what moves signing keys on."""
    return KeyLife(
        records=neighbours.database,
        make=lambda algorithm: new_signing_key(algorithm, sealer=neighbours.wrapper, clock=neighbours.clock),
        clock=neighbours.clock,
        verified_for=_verified_for(settings),
    )


def open_audit_chain(settings: Settings, neighbours: Neighbours, key_life: KeyLife) -> AuditChain:
    """Return what binds the events of the audit log, and checks them."""
    keyring = Keyring(key_life.all, sealer=neighbours.wrapper, clock=neighbours.clock)
    return AuditChain(
        records=neighbours.database,
        heads=AuditHeads(keyring=keyring, issuer=settings.issuer),
        clock=neighbours.clock,
    )


def open_tools(
    app: Flask,
    settings: Settings,
    neighbours: Neighbours,
    catalogue: Catalogue,
    *,
    detail_types: DetailTypes,
    key_life: KeyLife,
    jobs: Jobs,
    serving: Serving,
) -> Tools:
    """Return the services behind the commands."""
    records, clock = neighbours.database, neighbours.clock
    return Tools(
        settings=settings,
        records=records,
        outbound=neighbours.outbound,
        register_client=RegisterClient(
            records=records,
            clock=clock,
            rules=MetadataRules(
                known_scopes=frozenset(catalogue.scopes),
                known_details=frozenset(detail_types.by_uri),
                check_keys=check_public_keys,
            ),
            sealer=neighbours.wrapper,
        ),
        client_upkeep=ClientUpkeep(
            records=records,
            clock=clock,
            sealer=neighbours.wrapper,
            known_details=frozenset(detail_types.by_uri),
        ),
        create_person=CreatePerson(
            records=records,
            hasher=neighbours.hasher,
            phones=neighbours.phones,
            clock=clock,
            takes_test_identities=settings.takes_test_identities,
        ),
        key_life=key_life,
        audit_chain=open_audit_chain(settings, neighbours, key_life),
        jobs=jobs,
        serving=serving,
        hasher=neighbours.hasher,
        clock=clock,
        upgrade_database=lambda: upgrade(app),
        database_revision=lambda: current(app),
        newest_revision=head(),
    )


def _verified_for(settings: Settings) -> timedelta:
    # Access tokens are judged by their expiry; ID tokens come back as logout hints while the
    # session they belong to lasts.
    tokens = timedelta(seconds=settings.tokens.access_token_seconds)
    return max(tokens, timedelta(hours=settings.session.absolute_hours))
