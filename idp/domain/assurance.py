"""Two axes: how well a person was proved, and how well this sign-in was."""

from enum import StrEnum

from idp.domain.errors import Refusal

PASSWORD = "pwd"  # noqa: S105 - the value of RFC 8176, not a password


class Level(StrEnum):
    """Real-name levels, lowest first; the values of the claim ``cn_realname_level``."""

    L1 = "l1"
    L2 = "l2"
    L3 = "l3"
    L4 = "l4"


# One factor never carries more than l2, however well the person was proved.
ONE_FACTOR_CEILING = Level.L2


def authentication_context(level: Level, amr: tuple[str, ...]) -> Level:
    """Return the level that this sign-in may assert: the person's own, held down by the factors used.

    Raises Refusal when no method was proved at all; nothing is assumed.
    """
    if not amr:
        raise Refusal("login_required", "Nobody has signed in.")
    return min(level, ONE_FACTOR_CEILING)


def reached_level(own: Level, required: tuple[Level, ...]) -> Level | None:
    """Return the best of the *required* levels that a sign-in at level *own* may assert, if any."""
    return max((level for level in required if level <= own), default=None)


def acr_uri(namespace: str, level: Level) -> str:
    """Return the ``acr`` value of *level* under the project's *namespace*."""
    return f"{namespace}acr/{level}"


def levels_of(namespace: str, acrs: tuple[str, ...]) -> tuple[Level, ...]:
    """Return the levels that the ``acr`` values mean, in their order; unknown ones are left out."""
    known = {acr_uri(namespace, level): level for level in Level}
    return tuple(known[acr] for acr in dict.fromkeys(acrs) if acr in known)
