"""What is counted when relying parties ask for transactions, as the settings want it."""

from idp.app.neighbours import Neighbours
from idp.app.tries import open_throttle
from idp.services.asking import Asking
from idp.services.proof_tries import ProofTries
from idp.settings import Settings


def open_asking(settings: Settings, neighbours: Neighbours) -> Asking:
    """Return what keeps relying parties from asking without end."""
    limits = settings.step_up
    return Asking(
        asks=open_throttle(neighbours, "asks", limits.asks),
        refusals=open_throttle(neighbours, "refusals", limits.refusals),
        quiet=open_throttle(neighbours, "quiet", f"1 per {limits.quiet_minutes} minutes"),
        once=neighbours.ephemeral.one_time,
        records=neighbours.database,
        clock=neighbours.clock,
    )


def open_proof_tries(settings: Settings, neighbours: Neighbours) -> ProofTries:
    """Return what keeps proofs from being guessed."""
    limits = settings.step_up
    return ProofTries(
        of_person=open_throttle(neighbours, "proof-person", limits.person),
        of_browser=open_throttle(neighbours, "proof-browser", limits.browser),
        of_client=open_throttle(neighbours, "proof-client", limits.client),
    )
