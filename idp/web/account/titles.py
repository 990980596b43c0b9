"""What a consent or a transaction is about, in the words of the tables."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from idp.domain.authorization_details.types import DetailTypes
from idp.domain.claims.catalogue import Catalogue
from idp.domain.claims.request import SEPARATOR
from idp.domain.clients import Client
from idp.domain.grants import OPENID
from idp.web.party import party_of
from idp.web.words import language


@dataclass(frozen=True, slots=True)
class Named:
    """Titles of what is told and names of services that may be called, in the page's language."""

    data: list[str]
    services: list[str]


@dataclass(frozen=True, slots=True)
class Titles:
    """Names scopes, single claims, types of transactions, and services that *find_resource* knows."""

    catalogue: Catalogue
    find_resource: Callable[[str], Client | None]
    kinds: DetailTypes

    def __call__(self, names: Iterable[str]) -> Named:
        """Return what *names* are called, data in the catalogue's order.

        That a portal knows who signs in goes without saying.
        """
        asked, here = frozenset(names), language()
        found: list[str] = []
        for rule in self.catalogue.scopes.values():
            if rule.name in asked and rule.name != OPENID:
                found.append(rule.title[here])
            claims = {**rule.claims, **rule.on_request}
            found += [
                self.catalogue.labels[source][here]
                for claim, source in claims.items()
                if f"{rule.name}{SEPARATOR}{claim}" in asked
            ]
        found += [kind.title[here] for uri, kind in self.kinds.by_uri.items() if uri in asked]
        called = (self.find_resource(name) for name in sorted(asked) if "://" in name)
        services = [party_of(each).name for each in called if each]
        return Named(list(dict.fromkeys(found)), list(dict.fromkeys(services)))
