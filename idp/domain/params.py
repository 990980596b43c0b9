"""The parameters of one protocol request: each name once, each value plain text."""

import re
from collections.abc import Iterable, Mapping

from idp.domain.errors import Refusal

MAX_LENGTH = 8192
# Characters that no OAuth parameter may hold (RFC 6749 appendix A), and halves of surrogate pairs.
FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

# The parameters that may be given more than once: addresses, kept with spaces between (RFC 8707 section 2).
REPEATED = frozenset({"resource"})

Params = Mapping[str, str]


def read_params(pairs: Iterable[tuple[str, str]]) -> Params:
    """Return *pairs* as a mapping, or refuse: a name twice, a value too long, a control character.

    A parameter without a value counts as absent (RFC 6749 section 3.1).
    """
    params: dict[str, str] = {}
    for name, value in pairs:
        if name in params and name not in REPEATED:
            raise Refusal("invalid_request", "A parameter is given twice.")
        if len(value) > MAX_LENGTH:
            raise Refusal("invalid_request", "A parameter is too long.")
        if FORBIDDEN.search(name) or FORBIDDEN.search(value):
            raise Refusal("invalid_request", "A parameter holds a forbidden character.")
        params[name] = f"{params[name]} {value}" if name in params else value
    return {name: value for name, value in params.items() if value}
