"""The one way out, against real servers on this machine."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from idp.adapters.http import GuardedHttp
from idp.domain.errors import Unavailable
from tests.support.patience import wait_until

OK = b"HTTP/1.1 200 OK\r\nContent-Type: Application/JSON; charset=utf-8\r\nContent-Length: 2\r\n\r\n{}"


class Server:
    """A server that answers every connection with what it was told to."""

    def __init__(self, answer, context=None):
        self.answer = answer
        self.context = context
        self.heard = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.place = f"127.0.0.1:{self.port}"
        self.thread = threading.Thread(target=self.serve, daemon=True)

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                self.converse(connection)
            except OSError:
                self.heard.append(None)
            finally:
                connection.close()

    def converse(self, connection):
        connection.settimeout(5)
        if self.context:
            connection = self.context.wrap_socket(connection, server_side=True)
        heard = b""
        while b"\r\n\r\n" not in heard or (heard.startswith(b"POST") and heard.endswith(b"\r\n\r\n")):
            heard += connection.recv(65536)
        self.heard.append(heard)
        for part in [self.answer] if isinstance(self.answer, bytes) else self.answer():
            connection.sendall(part)
        connection.close()


@contextmanager
def serving(answer=OK, context=None):
    server = Server(answer, context)
    server.thread.start()
    try:
        yield server
    finally:
        # A blocked accept is only woken by a connection.
        server.listener.shutdown(socket.SHUT_RDWR)
        server.listener.close()
        server.thread.join(10)


def reach(*allowed, ca_file=None, seconds=5.0, max_bytes=1000, resolve=socket.getaddrinfo):
    return GuardedHttp(
        allowed=frozenset(allowed),
        ca_file=ca_file,
        seconds=seconds,
        max_bytes=max_bytes,
        most=2,
        resolve=resolve,
    )


def issue(name, folder, *, address=None):
    """Write a certificate for *name*, signed by itself, and return its file and a server's context."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)  # noqa: TID251 - TLS looks at the machine's clock
    names = [x509.IPAddress(ipaddress.ip_address(address))] if address else [x509.DNSName(name)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = Path(folder) / f"{name}.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return pem, context


def test_an_allowed_place_is_asked_by_http():
    with serving() as server:
        fetched = reach(server.place).get(f"http://{server.place}/jwks?a=b")

    assert (fetched.status, fetched.media_type, fetched.body) == (200, "application/json", b"{}")
    (heard,) = server.heard
    assert heard.startswith(b"GET /jwks?a=b HTTP/1.1\r\n")
    assert f"Host: {server.place}\r\n".encode() in heard
    assert b"User-Agent: Tongxing\r\n" in heard
    assert b"cookie" not in heard.lower()


def test_a_form_is_posted():
    with serving(b"HTTP/1.1 204 No Content\r\n\r\n") as server:
        fetched = reach(server.place).post(f"http://{server.place}/ended", {"logout_token": "a b&c"})

    assert (fetched.status, fetched.body) == (204, b"")
    assert server.heard[0].startswith(b"POST /ended HTTP/1.1\r\n")
    assert server.heard[0].endswith(b"\r\n\r\nlogout_token=a+b%26c")


def test_a_name_with_a_good_certificate_is_asked_by_https(tmp_path):
    pem, context = issue("rp.test", tmp_path)
    with serving(context=context) as server:
        place = f"rp.test:{server.port}"
        resolve = lambda *_, **__: [(0, 0, 0, "", ("127.0.0.1", server.port))]  # noqa: E731

        fetched = reach(place, ca_file=pem, resolve=resolve).get(f"https://{place}/")

    assert fetched.status == 200
    assert f"Host: {place}\r\n".encode() in server.heard[0]


@pytest.mark.parametrize("trusts", [True, False], ids=["another name", "an unknown authority"])
def test_a_certificate_that_does_not_fit_is_refused(tmp_path, trusts):
    pem, context = issue("rp.test", tmp_path)
    with serving(context=context) as server:
        name = "other.test" if trusts else "rp.test"
        place = f"{name}:{server.port}"
        resolve = lambda *_, **__: [(0, 0, 0, "", ("127.0.0.1", server.port))]  # noqa: E731
        outside = reach(place, ca_file=pem if trusts else None, resolve=resolve)

        with pytest.raises(Unavailable):
            outside.get(f"https://{place}/")

    assert [heard for heard in server.heard if heard] == []


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["10.1.2.3"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:127.0.0.1"],
        ["93.184.215.14", "127.0.0.1"],
        [],
    ],
)
def test_a_name_that_leads_inside_is_refused_before_any_connection(answers):
    with serving() as server:
        resolve = lambda *_, **__: [(0, 0, 0, "", (each, server.port)) for each in answers]  # noqa: E731

        with pytest.raises(Unavailable):
            reach(resolve=resolve).get(f"https://rp.test:{server.port}/")

    assert server.heard == []


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "0177.0.0.1", "127.1", "0"]
)
def test_this_machine_is_not_asked_however_it_is_written(host):
    with serving() as server:
        with pytest.raises(Unavailable):
            reach().get(f"https://{host}:{server.port}/")
        with pytest.raises(Unavailable):
            reach().get(f"http://{host}:{server.port}/")

    assert server.heard == []


def test_a_name_that_changes_its_answer_is_asked_once_and_used_as_it_was_judged():
    with serving() as server:
        answers = iter(["127.0.0.1", "10.0.0.1"])
        asked = []

        def resolve(host, port, **_):
            asked.append(host)
            return [(0, 0, 0, "", (next(answers), port))]

        place = f"rp.test:{server.port}"
        fetched = reach(place, resolve=resolve).get(f"http://{place}/")

    assert fetched.status == 200
    assert asked == ["rp.test"]


def test_an_address_that_nobody_listens_at_is_passed_over():
    with serving() as server:
        resolve = lambda *_, **__: [(0, 0, 0, "", (each, server.port)) for each in ("::1", "127.0.0.1")]  # noqa: E731
        place = f"localhost:{server.port}"

        assert reach(place, resolve=resolve).get(f"http://{place}/").status == 200


def test_a_redirect_is_an_answer_and_is_not_followed():
    with serving() as inside:
        moved = f"HTTP/1.1 302 Found\r\nLocation: http://{inside.place}/\r\nContent-Length: 0\r\n\r\n"
        with serving(moved.encode()) as server:
            fetched = reach(server.place, inside.place).get(f"http://{server.place}/")

    assert fetched.status == 302
    assert inside.heard == []


def endless():
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    for _ in range(2000):
        yield b"400\r\n" + b"x" * 1024 + b"\r\n"


def negative():
    yield b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"
    for _ in range(2000):
        yield b"x" * 1024


def dripping():
    yield b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n"
    for _ in range(40):
        time.sleep(0.1)
        yield b"x"


def dripping_headers():
    yield b"HTTP/1.1 200 OK\r\n"
    for number in range(40):
        time.sleep(0.1)
        yield f"X-{number}: x\r\n".encode()


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + b"x" * 1001,
        endless,
        negative,
        b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\nshort",
        b"not http at all\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000 + b"\r\n\r\n",
        b"",
    ],
    ids=["too long", "endless", "a negative size", "cut off", "not http", "a long header", "nothing"],
)
def test_an_answer_that_is_none_is_an_outage(answer):
    with serving(answer) as server, pytest.raises(Unavailable):
        reach(server.place).get(f"http://{server.place}/")


@pytest.mark.parametrize("answer", [dripping, dripping_headers])
def test_an_answer_that_drips_is_cut_off(answer):
    with serving(answer) as server:
        begun = time.monotonic()
        with pytest.raises(Unavailable):
            reach(server.place, seconds=0.5).get(f"http://{server.place}/")

        assert time.monotonic() - begun < 2.5


def test_a_packed_answer_is_not_unpacked():
    packed = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc"
    with serving(packed) as server:
        assert reach(server.place).get(f"http://{server.place}/").body == b"abc"
        assert b"Accept-Encoding: identity" in server.heard[0]


def test_a_lookup_that_hangs_is_not_waited_for():
    done = threading.Event()

    def resolve(host, port, **_):
        done.wait(5)
        return [(0, 0, 0, "", ("127.0.0.1", port))]

    begun = time.monotonic()
    with pytest.raises(Unavailable):
        reach("rp.test:1", seconds=0.3, resolve=resolve).get("http://rp.test:1/")

    assert time.monotonic() - begun < 2
    done.set()


def is_refused(outside, url):
    try:
        outside.get(url)
    except Unavailable:
        return True
    return False


def test_only_so_many_are_waited_for_at_once():
    go_on = threading.Event()

    def slow():
        go_on.wait(5)
        yield OK

    with serving(slow) as server, serving() as quick:
        outside = reach(server.place, quick.place)
        waiting = [
            threading.Thread(target=outside.get, args=(f"http://{server.place}/",), daemon=True)
            for _ in range(2)
        ]
        for thread in waiting:
            thread.start()

        wait_until(lambda: is_refused(outside, f"http://{quick.place}/"))

        go_on.set()
        for thread in waiting:
            thread.join(10)
        assert outside.get(f"http://{quick.place}/").status == 200


def test_a_proxy_in_the_environment_is_not_used(monkeypatch):
    with serving() as proxy, serving() as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.place}")

        reach(server.place).get(f"http://{server.place}/")

    assert proxy.heard == []
    assert len(server.heard) == 1


def test_what_goes_wrong_is_said_without_the_address():
    with pytest.raises(Unavailable) as caught:
        reach().get("https://user:secret@rp.test/path?token=x")

    assert "rp.test" not in str(caught.value)
    assert "secret" not in str(caught.value)
