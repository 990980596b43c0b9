"""What makes one portal differ from the next: its names, its services, and what it asks for."""

from dataclasses import dataclass

from examples.languages import Text


@dataclass(frozen=True, slots=True)
class Service:
    """A tile on the front page; *icon* is a name of ``templates/icons.html``."""

    icon: str
    name: Text
    hint: Text


@dataclass(frozen=True, slots=True)
class Withheld:
    """Something this portal does not learn, and why not."""

    what: Text
    why: Text


@dataclass(frozen=True, slots=True)
class Portal:
    """One relying party.

    *key* begins the names of its cookies and picks its colours and emblem: cookies do not tell the
    ports of one host apart, so two portals on ``localhost`` would overwrite each other's.
    """

    key: str
    name: Text
    region: Text
    motto: Text
    scope: str
    services: tuple[Service, ...]
    withheld: tuple[Withheld, ...]
