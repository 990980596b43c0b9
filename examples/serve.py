"""Start a portal: settings, a server, and a clean end."""

import logging
import os
import signal
import sys
from contextlib import suppress

from werkzeug.serving import make_server

from examples.identity import Portal
from examples.portal import create_portal
from examples.settings import SettingsError, read_settings


def serve(portal: Portal) -> None:
    """Serve *portal* on the port of its address until the process is told to stop.

    Werkzeug's threaded server suits a demo: one process, as the sessions live in it, on the loopback
    address alone. A real portal stands behind a production server and https.
    """
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    # The server ends cleanly on KeyboardInterrupt. A shell that starts a program in the background
    # lets it ignore SIGINT, hence both.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        server = make_server("127.0.0.1", settings.port, create_portal(portal, settings), threaded=True)
        sys.stderr.write(f"{portal.name.en}: {settings.url}\n")
        server.serve_forever()
