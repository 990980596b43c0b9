"""How well the sign-in must be, as a wish or as a condition, and whose it must be."""

from dataclasses import dataclass

from idp.domain.assurance import Level, levels_of, transaction_acr
from idp.domain.clients import Client
from idp.domain.errors import Refusal
from idp.domain.params import Params
from idp.protocol.authorize.claims import AskedClaims

SPEC = "OpenID Connect Core 1.0 section 5.5.1, Unmet Authentication Requirements 1.0, RFC 9470 section 5"


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLevels:
    """*wished* is best effort; of *required* one must be reached, unless it is None.

    *proved* are those that may be reached by a proof for one transaction instead.
    """

    wished: tuple[Level, ...] = ()
    required: tuple[Level, ...] | None = None
    proved: tuple[Level, ...] = ()


def check_acr(params: Params, client: Client, asked: AskedClaims, namespace: str) -> AskedLevels:
    """Return the levels asked for; acr values that nobody knows can be wished for, never reached."""
    if asked.acr is not None and asked.acr_is_essential:
        by_proof = {transaction_acr(namespace, level): level for level in Level}
        return AskedLevels(
            required=levels_of(namespace, asked.acr),
            proved=tuple(by_proof[acr] for acr in asked.acr if acr in by_proof),
        )
    wished = asked.acr or tuple(params.get("acr_values", "").split()) or client.default_acr_values
    return AskedLevels(wished=levels_of(namespace, wished))


def check_subject(asked: AskedClaims, hinted: str | None) -> str | None:
    """Return the one subject that may sign in, or None when anybody may."""
    subjects = asked.subjects | ({hinted} if hinted is not None else frozenset())
    if len(subjects) > 1:
        raise Refusal("invalid_request", "The request names more than one subject.")
    return next(iter(subjects), None)
