"""Free ports on the loopback address."""

import socket
from secrets import randbelow

# Below the range from which the kernel takes ports for outgoing connections, so that a server can
# be stopped and started again on its port. `random` is seeded alike in every xdist worker.
FIRST, COUNT = 20_000, 10_000


def free_port(row: int = 1) -> int:
    """Return the first of *row* ports of 127.0.0.1 in a row on which nothing listens."""
    while True:
        port = FIRST + randbelow(COUNT)
        if all(_is_free(each) for each in range(port, port + row)):
            return port


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
