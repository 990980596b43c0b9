"""The server alone: granian as ``idp serve`` runs it, with an application that does nothing."""

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels

from idp.settings import load_settings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment


def app(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer an empty JSON object."""
    del environ
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


def main(port: int, workers: int) -> None:
    """Serve until told to stop."""
    Granian(
        "bench.floor:app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=load_settings().server.threads,
        http=HTTPModes.http1,
        websockets=False,
        log_level=LogLevels.error,
    ).serve()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
