"""How the person is to be asked: prompt, max_age, hints and languages."""

import re

from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.params import Params

SPEC = "OpenID Connect Core 1.0 section 3.1.2.1"
SUPPORTED = frozenset({"none", "login", "consent", "select_account"})
METADATA = {
    "prompt_values_supported": sorted(SUPPORTED),
    "ui_locales_supported": ["zh-CN", "en"],
    # The pages fit every screen, so display changes nothing. In a popup they would cut the window
    # off from the page that opened it (Cross-Origin-Opener-Policy), so that is not promised.
    "display_values_supported": ["page", "touch"],
}
SECONDS = re.compile(r"\d{1,9}", re.ASCII)
MAX_HINT = 200


def check_prompt(params: Params) -> frozenset[str]:
    """Return the prompts of *params*; ``none`` must stand alone."""
    prompts = frozenset(params.get("prompt", "").split())
    if prompts - SUPPORTED:
        raise Refusal("invalid_request", "The prompt has an unsupported value.")
    if "none" in prompts and len(prompts) > 1:
        raise Refusal("invalid_request", "The prompt none must stand alone.")
    return prompts


def check_max_age(params: Params, client: Client) -> int | None:
    """Return how many seconds ago the sign-in may have been; what *client* registered by default."""
    seconds = params.get("max_age")
    if seconds is None:
        return client.default_max_age
    if not SECONDS.fullmatch(seconds):
        raise Refusal("invalid_request", "The max_age is not a number of seconds.")
    return int(seconds)


def check_hint(params: Params) -> str | None:
    """Return the login hint, unless it is too long to be one."""
    hint = params.get("login_hint")
    return hint if hint and len(hint) <= MAX_HINT else None


def check_locales(params: Params) -> tuple[str, ...]:
    """Return the preferred languages, best first; unknown ones are no error."""
    return tuple(params.get("ui_locales", "").split()[:10])
