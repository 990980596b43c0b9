"""The claims parameter: single claims, for UserInfo or for the ID token."""

from dataclasses import dataclass
from typing import Any

from idp.domain.claims.catalogue import Catalogue
from idp.domain.claims.request import NO_CLAIMS, SEPARATOR, ClaimsRequest, Wish, Wishes
from idp.domain.clients import Client
from idp.domain.params import Params
from idp.protocol.authorize.claims_json import read_claims_json, refuse
from idp.protocol.authorize.verified_claims import check_max_age, read_verified

SPEC = "OpenID Connect Core 1.0 section 5.5"
METADATA = {
    "claims_parameter_supported": True,
    # Data is kept in the language of its register; claims_locales is taken, and changes nothing.
    "claims_locales_supported": ["zh-CN"],
}
MIN_PURPOSE = 3
MAX_PURPOSE = 300
# Claims of the token itself, which other rules read.
OF_THE_TOKEN = frozenset({"sub", "acr"})


@dataclass(frozen=True, slots=True)
class AskedClaims:
    """The claims that may be asked for, and what is asked of the token's own ``sub`` and ``acr``.

    *acr* are the values that count, None lets any count.
    """

    claims: ClaimsRequest
    subjects: frozenset[str]
    acr: tuple[str, ...] | None
    acr_is_essential: bool


NOTHING = AskedClaims(NO_CLAIMS, frozenset(), None, acr_is_essential=False)


def check_claims(
    params: Params, client: Client, scopes: tuple[str, ...], catalogue: Catalogue
) -> AskedClaims:
    """Return the claims asked for; those that no scope of *client* covers are left out."""
    text = params.get("claims")
    if text is None:
        return NOTHING
    members = read_claims_json(text)
    reader = _Reader(client, scopes, catalogue)
    places = {name: _place(members, name) for name in ("userinfo", "id_token")}
    subjects = [each for place in places.values() for each in _texts(place.get("sub")) or ()]
    acr = places["id_token"].get("acr")
    return AskedClaims(
        ClaimsRequest(userinfo=reader.wishes(places["userinfo"]), id_token=reader.wishes(places["id_token"])),
        frozenset(subjects),
        _texts(acr),
        acr_is_essential=acr is not None and acr.get("essential") is True,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    client: Client
    scopes: tuple[str, ...]
    catalogue: Catalogue

    def wishes(self, place: dict[str, Any]) -> Wishes:
        """Return what is asked for in one place."""
        verified = place.get("verified_claims")
        names = [name for name in place if name not in OF_THE_TOKEN | {"verified_claims"}]
        return Wishes(
            plain=self.single({name: place[name] for name in names}, verified=False),
            verified=read_verified(verified, lambda claims: self.single(claims, verified=True)),
            listed=isinstance(verified, list),
        )

    def single(self, asked: dict[str, Any], *, verified: bool) -> tuple[Wish, ...]:
        """Return the claims that a scope of the client covers."""
        found = (self._wish(name, details, verified=verified) for name, details in asked.items())
        return tuple(wish for wish in found if wish)

    def _wish(self, name: str, details: Any, *, verified: bool) -> Wish | None:
        details = _details(details)
        values, max_age, purpose = _values(details), _max_age(details), _purpose(details)
        rule = self.catalogue.covering(name, self.client.scopes, verified=verified)
        if rule is None:
            return None
        # A yes to a scope is no yes to the evidence behind it.
        with_scope = not verified and rule.name in self.scopes and name in rule.claims
        consent = rule.name if with_scope else f"{rule.name}{SEPARATOR}{name}"
        return Wish(name=name, consent=consent, values=values, max_age=max_age, purpose=purpose)


def _place(members: dict[str, Any], name: str) -> dict[str, Any]:
    place = members.get(name)
    if place is None:
        return {}
    if not isinstance(place, dict):
        raise refuse("The claims parameter has a place that is no object.")
    return {
        claim: _details(details) if claim in OF_THE_TOKEN else details for claim, details in place.items()
    }


def _details(details: Any) -> dict[str, Any]:
    if details is None:
        return {}
    if not isinstance(details, dict):
        raise refuse("A claim is asked for by null or by an object.")
    return details


def _values(details: dict[str, Any]) -> tuple[Any, ...] | None:
    values = details.get("values")
    if values is not None and (not isinstance(values, list) or not values):
        raise refuse("The values of a claim are no list.")
    if "value" in details:
        return (details["value"],)
    return tuple(values) if values is not None else None


def _purpose(details: dict[str, Any]) -> str | None:
    purpose = details.get("purpose")
    if purpose is None:
        return None
    # Shown to the person: one line that cannot be made to read otherwise by invisible characters.
    if not isinstance(purpose, str) or not purpose.isprintable():
        raise refuse("A purpose is no printable text.")
    if not MIN_PURPOSE <= len(purpose) <= MAX_PURPOSE:
        raise refuse("A purpose has 3 to 300 characters.")
    return purpose


def _texts(details: dict[str, Any] | None) -> tuple[str, ...] | None:
    values = _values(details or {})
    if values is not None and not all(isinstance(each, str) for each in values):
        raise refuse("The sub and the acr are texts.")
    return values


def _max_age(details: dict[str, Any]) -> float | None:
    return check_max_age(details["max_age"]) if "max_age" in details else None
