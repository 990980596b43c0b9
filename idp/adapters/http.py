"""The one way out: programs of relying parties, reached at addresses that were judged before."""

import socket
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import BoundedSemaphore, Event, Timer
from typing import Any
from urllib.parse import urlencode

from idp.domain.errors import Unavailable
from idp.domain.outbound import Fetched
from idp.domain.places import Place, find_place, is_public

# Notices that jobs post at the same time.
POSTING = 16
FORM = "application/x-www-form-urlencoded"
Resolve = Callable[..., list[tuple[Any, ...]]]


class GuardedHttp:
    """Implements Outbound.

    A name is resolved once, every address it has is judged, and the connection goes to one of those:
    a name that changes its answer afterwards gains nothing. Nothing is sent twice, no redirect is
    followed, no proxy and no cookie is known.
    """

    def __init__(
        self,
        *,
        allowed: frozenset[str],
        ca_file: Path | None,
        seconds: float,
        max_bytes: int,
        most: int,
        resolve: Resolve = socket.getaddrinfo,
    ) -> None:
        """Take the places that are *allowed* whatever their address is, and the limits of one answer.

        At *most* so many answers are waited for at the same time.
        """
        self._allowed = allowed
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._resolve = resolve
        self._fetching = BoundedSemaphore(most)
        # A resolver may take longer than we wait.
        self._resolvers = ThreadPoolExecutor(most + POSTING, "resolver")
        self._tls = ssl.create_default_context()
        self._tls.minimum_version = ssl.TLSVersion.TLSv1_2
        if ca_file is not None:
            self._tls.load_verify_locations(ca_file)

    def get(self, url: str, *, accept: str = "application/json") -> Fetched:
        """Fetch what is at *url*, unless so many others are being waited for already."""
        if not self._fetching.acquire(blocking=False):
            raise Unavailable("Too many programs of relying parties are being waited for.")
        try:
            return self._ask("GET", url, {"Accept": accept}, None)
        finally:
            self._fetching.release()

    def post(self, url: str, form: Mapping[str, str]) -> Fetched:
        """Post *form* to *url*."""
        return self._ask("POST", url, {"Content-Type": FORM}, urlencode(form).encode())

    def send(self, url: str, body: bytes) -> Fetched:
        """Post JSON to *url*."""
        return self._ask("POST", url, {"Content-Type": "application/json"}, body)

    def _ask(self, method: str, url: str, headers: dict[str, str], body: bytes | None) -> Fetched:
        deadline = time.monotonic() + self._seconds
        place = find_place(url, allowed=self._allowed)
        if place is None:
            raise Unavailable("A relying party's address is not one that may be asked.")
        addresses = self._addresses(place, deadline)
        usual = {"Host": place.authority, "User-Agent": "Tongxing", "Accept-Encoding": "identity"}
        try:
            with _connected(addresses, place.port, deadline) as raw, raw.dup() as guard:
                # A program that sends a byte now and then would never run into the socket's own time-out.
                is_late = Event()
                timer = Timer(_left(deadline), _cut, [guard, is_late])
                timer.start()
                try:
                    fetched = self._converse(raw, place, method, usual | headers, body)
                finally:
                    timer.cancel()
        except (HTTPException, OSError, ValueError) as error:
            raise Unavailable("A relying party's program does not answer.") from error
        if is_late.is_set():
            # Whatever was read until the end was cut off may look like a whole answer.
            raise Unavailable("A relying party's program takes too long.")
        return fetched

    def _addresses(self, place: Place, deadline: float) -> list[str]:
        asked = self._resolvers.submit(self._resolve, place.host, place.port, type=socket.SOCK_STREAM)
        try:
            found = asked.result(timeout=_left(deadline))
        except (OSError, UnicodeError):
            raise Unavailable("A relying party's host has no address.") from None
        addresses = [str(each[4][0]) for each in found]
        if not addresses or not (place.is_trusted or all(map(is_public, addresses))):
            raise Unavailable("A relying party's address is not one that may be asked.")
        return addresses

    def _converse(
        self, raw: socket.socket, place: Place, method: str, headers: dict[str, str], body: bytes | None
    ) -> Fetched:
        connection = HTTPConnection(place.host, place.port)
        # The name is for the certificate; the address was chosen before.
        is_https = place.scheme == "https"
        connection.sock = self._tls.wrap_socket(raw, server_hostname=place.host) if is_https else raw
        with closing(connection):
            connection.request(method, place.target, body, headers)
            response = connection.getresponse()
            response.fp = _Bounded(response.fp)  # type: ignore[assignment]  # looks like the file it wraps
            content = response.read(self._max_bytes + 1)
            if len(content) > self._max_bytes or response.length:
                raise ValueError("The answer is too long, or was cut off.")
            media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return Fetched(status=response.status, media_type=media_type, body=content)


class _Bounded:
    """A file that is never read to its end at once: http.client believes in chunks of negative size."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        """Read at most *size* bytes."""
        if size < 0:
            raise ValueError("Nothing is read without end.")
        return bytes(self._file.read(size))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)


def _connected(addresses: list[str], port: int, deadline: float) -> socket.socket:
    *others, last = addresses
    for address in others:
        # A name may have an address that nobody listens at, such as ::1 of localhost.
        with suppress(OSError):
            return socket.create_connection((address, port), _left(deadline))
    return socket.create_connection((last, port), _left(deadline))


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.001)


def _cut(connection: socket.socket, is_late: Event) -> None:
    is_late.set()
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
