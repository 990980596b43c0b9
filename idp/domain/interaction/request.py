"""The authorization request after every rule was applied to it."""

from dataclasses import dataclass

from idp.domain.ids import ClientId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorizationRequest:
    """What a relying party asks for; no later page reads a protocol parameter again."""

    client_id: ClientId
    redirect_uri: str
    scopes: tuple[str, ...]
    code_challenge: str
    state: str | None = None
    nonce: str | None = None
    prompts: frozenset[str] = frozenset()
    max_age: int | None = None
    login_hint: str | None = None
    ui_locales: tuple[str, ...] = ()
