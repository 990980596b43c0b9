"""WSGI applications that listen on a port of this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from wsgiref.types import WSGIApplication

from werkzeug.serving import make_server


@contextmanager
def listening(app: WSGIApplication, port: int) -> Iterator[None]:
    """Serve *app* on *port* of the loopback address while the block lasts."""
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
