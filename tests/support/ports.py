"""Free ports on the loopback address."""

import socket
from secrets import randbelow

# Below the range from which the kernel takes ports for outgoing connections, so that a server can
# be stopped and started again on its port. `random` is seeded alike in every xdist worker.
FIRST, COUNT = 20_000, 10_000


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens."""
    while True:
        port = FIRST + randbelow(COUNT)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port
