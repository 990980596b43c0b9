"""How tries are counted, and the password that is asked for once more, on the same counters."""

from idp.adapters.throttle import WindowThrottle
from idp.app.neighbours import Neighbours
from idp.services.sign_in.confirm import ConfirmPassword
from idp.settings import Settings


def open_confirm(settings: Settings, neighbours: Neighbours) -> ConfirmPassword:
    """Return what checks the password of somebody who is signed in."""
    return ConfirmPassword(
        records=neighbours.database,
        hasher=neighbours.hasher,
        index=neighbours.index,
        phones=neighbours.phones,
        # The counters of the sign-in: their names and limits are the same.
        tries_of_account=open_throttle(neighbours, "account", settings.throttle.account),
        failures_of_address=open_throttle(neighbours, "address", settings.throttle.address),
        clock=neighbours.clock,
    )


def open_throttle(neighbours: Neighbours, name: str, limit: str) -> WindowThrottle:
    """Return the counter of tries of that *name*, the same wherever it is asked for."""
    return WindowThrottle(neighbours.tries, name=name, limit=limit)
