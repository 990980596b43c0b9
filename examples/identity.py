"""What makes one portal differ from the next: its names, its services, and what it asks for."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from examples.languages import Text

if TYPE_CHECKING:
    from flask import Blueprint

    from examples.relying_party import RelyingParty
    from examples.sessions import Sessions
    from examples.settings import Settings

Rooms = Callable[["RelyingParty", "Sessions", "Settings"], tuple["Blueprint", ...]]


@dataclass(frozen=True, slots=True)
class Service:
    """A tile on the front page; *icon* is a name of ``templates/icons.html``.

    *path* is where it leads whoever is signed in; without one it is for show.
    """

    icon: str
    name: Text
    hint: Text
    path: str = ""


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
    *api* is the path of an API that the portal calls for its people, and *rooms* are pages of its own.
    """

    key: str
    name: Text
    region: Text
    motto: Text
    scope: str
    services: tuple[Service, ...]
    withheld: tuple[Withheld, ...]
    api: str | None = None
    rooms: Rooms = lambda *_: ()
