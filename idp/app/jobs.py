"""The jobs, on their neighbours."""

from datetime import timedelta

import structlog

from idp.app.neighbours import Neighbours
from idp.app.sessions import open_closing, open_sessions
from idp.app.tools import open_audit_chain
from idp.domain.claims.subject import Pseudonyms
from idp.jobs.deliver_logouts import DeliverLogouts
from idp.jobs.erase_people import ErasePeople
from idp.jobs.expire_sessions import ExpireSessions
from idp.jobs.loop import Jobs, Turn
from idp.jobs.purge import Purge
from idp.logs import describe_error
from idp.protocol.jose.keyring import Keyring
from idp.protocol.logout.back_channel import LogoutTokens
from idp.secret_files import Secrets
from idp.services.keys import KeyLife
from idp.settings import Settings

MINUTE = timedelta(minutes=1)
# For so long an event stands in the log before a change of it is noticed.
CHAINED = timedelta(seconds=5)


def open_jobs(settings: Settings, secrets: Secrets, neighbours: Neighbours, key_life: KeyLife) -> Jobs:
    """Return the jobs."""
    records, clock = neighbours.database, neighbours.clock
    pause = timedelta(seconds=settings.jobs.pause_seconds)
    keyring = Keyring(key_life.all, sealer=neighbours.wrapper, clock=clock)
    deliver = DeliverLogouts(
        records=records,
        outbound=neighbours.outbound,
        tokens=LogoutTokens(keyring=keyring, issuer=settings.issuer, clock=clock),
        clock=clock,
    )
    sessions = open_sessions(settings, neighbours, Pseudonyms(secrets.subject_key.key))
    return Jobs(
        turns={
            "expire_sessions": Turn(job=ExpireSessions(sessions), every=MINUTE),
            "deliver_logouts": Turn(job=deliver, every=pause),
            "erase_people": Turn(job=ErasePeople(open_closing(settings, neighbours, sessions)), every=MINUTE),
            "purge": Turn(job=Purge(records=records, clock=clock), every=MINUTE),
            "chain_audit": Turn(job=open_audit_chain(settings, neighbours, key_life), every=CHAINED),
        },
        pause=pause,
        clock=clock,
        report=_report,
    )


def _report(job: str, error: Exception) -> None:
    cause = error.__cause__ or error.__context__ or error
    structlog.get_logger().error(type(error).__name__, job=job, **describe_error(cause))
