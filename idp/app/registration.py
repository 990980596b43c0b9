"""The registration of clients by themselves, as the settings want it."""

from idp.app.neighbours import Neighbours
from idp.app.tries import open_throttle
from idp.cli.tools import Tools
from idp.domain.registration.self_registered import SelfRegistrationRules
from idp.services.registration import SelfRegistration
from idp.settings import Settings


def open_registration(settings: Settings, neighbours: Neighbours, tools: Tools) -> SelfRegistration:
    """Return what takes registrations, or refuses them."""
    return SelfRegistration(
        records=neighbours.database,
        clock=neighbours.clock,
        mode=settings.registration.mode,
        rules=SelfRegistrationRules(
            rules=tools.register_client.rules,
            scopes=settings.registration.scopes,
            requires_pkce=settings.registration.pkce == "required",
            takes_loopback=not settings.is_secure,
        ),
        outbound=neighbours.outbound,
        tries_of_address=open_throttle(neighbours, "registration", settings.throttle.registration),
        sealer=neighbours.wrapper,
    )
