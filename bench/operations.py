"""The operations that are measured: how many in a round, and what each cannot do without."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """*count* a round; *requests*, RS256 *signatures* and password *hashes* are those of one operation."""

    name: str
    count: int
    requests: int
    signatures: int = 0
    hashes: int = 0


# The access token and the ID token are signed each.
OPERATIONS = (
    Operation(name="sso", count=320, requests=3, signatures=2),
    Operation(name="cc", count=960, requests=1, signatures=1),
    Operation(name="userinfo", count=960, requests=1),
    Operation(name="introspect", count=960, requests=1),
    Operation(name="refresh", count=640, requests=1, signatures=2),
    Operation(name="par", count=960, requests=1),
    Operation(name="discovery", count=1920, requests=1),
    Operation(name="jwks", count=1920, requests=1),
    Operation(name="login", count=96, requests=6, signatures=2, hashes=1),
)
# What granian asks for a request that does nothing.
FLOOR = Operation(name="floor", count=3840, requests=1)
