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


def acr_uri(namespace: str, level: Level) -> str:
    """Return the ``acr`` value of *level* under the project's *namespace*."""
    return f"{namespace}acr/{level}"
