"""Two axes: how well a person was proved, and how well this sign-in was."""

from dataclasses import dataclass
from enum import StrEnum

from idp.domain.errors import Refusal

# Values of RFC 8176.
PASSWORD = "pwd"  # noqa: S105 - not a password
DEVICE_BOUND, SYNCED = "hwk", "swk"
PRESENCE, SEVERAL = "user", "mfa"
LIVE_FACE = "face"
ONE_TIME_CODE = "otp"


class Level(StrEnum):
    """Real-name levels, lowest first; the values of the claim ``cn_realname_level``."""

    L1 = "l1"
    L2 = "l2"
    L3 = "l3"
    L4 = "l4"


@dataclass(frozen=True, slots=True)
class Factors:
    """How a sign-in was proved: the methods (``amr``), and the level above which they do not carry."""

    amr: tuple[str, ...]
    ceiling: Level


# One factor never carries more than l2, however well the person was proved.
PASSWORD_ALONE = Factors((PASSWORD,), Level.L2)
# A face that was seen live and is the person's; what is behind a camera is never quite certain.
FACE = Factors((LIVE_FACE,), Level.L3)
# A code can be read out to a swindler, as a password can.
CODE_ALONE = Factors((ONE_TIME_CODE,), Level.L2)


def passkey_factors(*, is_synced: bool, is_attested: bool) -> Factors:
    """Return what a passkey proves that has verified its user: possession, and the person at the device.

    For l4 the key must be bound to a device that its maker vouches for.
    """
    kind = SYNCED if is_synced else DEVICE_BOUND
    ceiling = Level.L4 if is_attested and not is_synced else Level.L3
    return Factors((kind, PRESENCE, SEVERAL), ceiling)


def authentication_context(level: Level, factors: Factors) -> Level:
    """Return the level that this sign-in may assert: the person's own, held down by the factors used.

    Raises Refusal when no method was proved at all; nothing is assumed.
    """
    if not factors.amr:
        raise Refusal("login_required", "Nobody has signed in.")
    return min(level, factors.ceiling)


def reached_level(own: Level, required: tuple[Level, ...]) -> Level | None:
    """Return the best of the *required* levels that a sign-in at level *own* may assert, if any."""
    return max((level for level in required if level <= own), default=None)


def acr_uri(namespace: str, level: Level) -> str:
    """Return the ``acr`` value of *level* under the project's *namespace*."""
    return f"{namespace}acr/{level}"


def transaction_acr(namespace: str, level: Level) -> str:
    """Return the ``acr`` value of *level* where it was proved for one transaction."""
    return f"{acr_uri(namespace, level)}-tx"


def levels_of(namespace: str, acrs: tuple[str, ...]) -> tuple[Level, ...]:
    """Return the levels that the ``acr`` values mean, in their order; unknown ones are left out."""
    known = {acr_uri(namespace, level): level for level in Level}
    return tuple(known[acr] for acr in dict.fromkeys(acrs) if acr in known)
