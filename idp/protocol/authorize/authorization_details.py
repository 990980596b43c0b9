"""Rich authorization requests: transactions of registered types, for those who may ask, never widened."""

from collections.abc import Mapping

from idp.domain.assurance import Level
from idp.domain.authorization_details.canonical import canonical
from idp.domain.authorization_details.types import TYPE, Detail, DetailTypes, refuse
from idp.domain.clients import Client
from idp.protocol.authorize.acr import AskedLevels
from idp.protocol.authorize.strict_json import StrictJson

SPEC = "RFC 9396"
PARAMETER = "authorization_details"
MAX_LENGTH = 4096
MAX_DETAILS = 5
READER = StrictJson(
    subject="The authorization_details parameter",
    error="invalid_authorization_details",
    max_depth=5,
    max_values=200,
)


def check_details(
    params: Mapping[str, str], client: Client, types: DetailTypes, *, pushed: bool
) -> tuple[Detail, ...]:
    """Return the transactions that *params* ask leave for, each once; *pushed* says how they came.

    What a type or the client's registration does not know is refused (section 5).
    """
    details = read_details(params)
    must_be_pushed = [types.check(detail).pushed for detail in details]
    check_allowed(details, client)
    if any(must_be_pushed) and not pushed:
        raise refuse("Authorization details of this type must be in a pushed request.")
    return details


def check_allowed(details: tuple[Detail, ...], client: Client) -> None:
    """Refuse *details* of a type that no operator allowed the client."""
    if not client.authorization_details_types.issuperset(detail[TYPE] for detail in details):
        raise refuse("The client may not ask for authorization details of this type.")


def read_details(params: Mapping[str, str]) -> tuple[Detail, ...]:
    """Return the objects of the parameter, none without it; what they hold is not looked at yet."""
    text = params.get(PARAMETER)
    if text is None:
        return ()
    if len(text) > MAX_LENGTH:
        raise READER.refuse("is too long")
    details = READER.read(text)
    if not isinstance(details, list) or not all(isinstance(each, dict) for each in details):
        raise READER.refuse("is no list of objects")
    if not 1 <= len(details) <= MAX_DETAILS:
        raise READER.refuse("holds no object, or too many")
    if len(set(map(_canonical, details))) < len(details):
        raise READER.refuse("holds an object twice")
    return tuple(details)


def narrowed_details(
    granted: tuple[Detail, ...], params: Mapping[str, str], client: Client
) -> tuple[Detail, ...]:
    """Return those of the *granted* that *params* name, all where they name none (section 6).

    One that is not granted to the letter is refused: a smaller amount is another transaction. What the
    client is not allowed any more is left out.
    """
    named = {_canonical(each) for each in read_details(params)}
    allowed = client.authorization_details_types
    held = {_canonical(each): each for each in granted if each[TYPE] in allowed}
    if named - held.keys():
        raise refuse("An authorization detail was not granted.")
    return tuple(each for text, each in held.items() if text in named or not named)


def raised(levels: AskedLevels, details: tuple[Detail, ...], types: DetailTypes) -> tuple[Level, ...] | None:
    """Return the levels of which a sign-in must reach one: of those required, what the *details* need.

    Where these want a proof it is the proof that reaches the level, also one that was required.
    """
    need, required = types.need_of(details), levels.required
    if need is None:
        return required
    if need.wants_proof:
        return None if required is None or need.level in levels.proved else required
    return tuple(level for level in (Level if required is None else required) if level >= need.level)


def _canonical(detail: Detail) -> bytes:
    try:
        return canonical(detail)
    except ValueError:
        raise READER.refuse("holds a number that no type knows") from None
