"""The authorization request after every rule was applied to it."""

from dataclasses import dataclass
from enum import StrEnum

from idp.domain.assurance import Level
from idp.domain.authorization_details.types import Detail
from idp.domain.claims.request import NO_CLAIMS, ClaimsRequest
from idp.domain.ids import ClientId


class ResponseMode(StrEnum):
    """How an answer travels back to the relying party."""

    QUERY = "query"
    FRAGMENT = "fragment"
    FORM_POST = "form_post"


@dataclass(frozen=True, slots=True)
class ReturnAddress:
    """Where an answer may go: a redirect URI that is registered, the state that came along, and how."""

    redirect_uri: str
    state: str | None
    mode: ResponseMode = ResponseMode.QUERY


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What a relying party asks for; no later page reads a protocol parameter again.

    *wished_levels* are a wish; of *required_levels* the sign-in must reach one, unless they are None.
    *details* are the transactions that it asks leave for.
    """

    client_id: ClientId
    address: ReturnAddress
    scopes: tuple[str, ...]
    code_challenge: str | None
    resources: tuple[str, ...] = ()
    claims: ClaimsRequest = NO_CLAIMS
    details: tuple[Detail, ...] = ()
    nonce: str | None = None
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None
    wished_levels: tuple[Level, ...] = ()
    required_levels: tuple[Level, ...] | None = None
    login_hint: str | None = None
    hinted_subject: str | None = None
    ui_locales: tuple[str, ...] = ()

    @property
    def asked(self) -> tuple[str, ...]:
        """Return what the person has to answer for: the scopes, single claims beside them, who may be called.

        The address of a resource server cannot be the name of a scope or claim.
        """
        claims = (wish.consent for wish in self.claims.all)
        return tuple(dict.fromkeys((*self.scopes, *claims, *self.resources)))
