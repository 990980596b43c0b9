"""What a consent is about, in the words of the catalogue."""

from collections.abc import Iterable

from idp.domain.claims.catalogue import Catalogue
from idp.domain.claims.request import SEPARATOR
from idp.domain.grants import OPENID
from idp.web.words import language


def titles(names: Iterable[str], catalogue: Catalogue) -> list[str]:
    """Return the titles of scopes, and of single claims, in the catalogue's order.

    That a portal knows who signs in goes without saying.
    """
    asked, here = frozenset(names), language()
    found: list[str] = []
    for rule in catalogue.scopes.values():
        if rule.name in asked and rule.name != OPENID:
            found.append(rule.title[here])
        claims = {**rule.claims, **rule.on_request}
        found += [
            catalogue.labels[source][here]
            for claim, source in claims.items()
            if f"{rule.name}{SEPARATOR}{claim}" in asked
        ]
    return list(dict.fromkeys(found))
