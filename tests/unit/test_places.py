"""Where programs of relying parties may be reached."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.domain.places import find_place, is_public

NOWHERE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("url", "authority", "target"),
    [
        ("https://rp.example/jwks", "rp.example", "/jwks"),
        ("https://rp.example", "rp.example", "/"),
        ("https://rp.example:8443/a/b?c=d&e=%2F", "rp.example:8443", "/a/b?c=d&e=%2F"),
        ("https://rp.example:443/x", "rp.example", "/x"),
        ("https://[2606:4700::1111]/x", "[2606:4700::1111]", "/x"),
    ],
)
def test_an_https_address_is_a_place(url, authority, target):
    place = find_place(url, allowed=NOWHERE)

    assert (place.authority, place.target, place.is_trusted) == (authority, target, False)


@pytest.mark.parametrize(
    "url",
    [
        "http://rp.example/jwks",
        "ftp://rp.example/",
        "file:///etc/passwd",
        "gopher://rp.example/",
        "//rp.example/",
        "/jwks",
        "",
        "https://",
        "https:///x",
        "https://user@rp.example/",
        "https://user:secret@rp.example/",
        "https://rp.example@evil.example/",
        "https://rp.example/#fragment",
        "https://rp.example:0/",
        "https://rp.example:65536/",
        "https://rp.example:port/",
        "https://rp.example:/",
        "https://rp example/",
        "https://rp.example/a b",
        "https://rp.example/\r\nHost: evil.example",
        "https://中国.example/",
        "https://rp.example/中",
        "https://rp.example\\@evil.example/",
        "https://[::1/",
        "https://%6c%6f%63alhost/",
        "https://[::1]evil.example/",
        "https://a;sandbox;[::1]/",
        "https://" + "a" * 3000,
    ],
)
def test_anything_else_is_none(url):
    assert find_place(url, allowed=NOWHERE) is None


def test_what_an_operator_named_may_be_asked_by_http_at_that_port_alone():
    allowed = frozenset({"127.0.0.1:9460", "[::1]:80"})

    assert find_place("http://127.0.0.1:9460/x", allowed=allowed).is_trusted
    assert find_place("http://[::1]/x", allowed=allowed).is_trusted
    assert find_place("https://127.0.0.1:9460/x", allowed=allowed).is_trusted
    assert find_place("http://127.0.0.1:9461/x", allowed=allowed) is None
    assert find_place("http://127.0.0.2:9460/x", allowed=allowed) is None
    assert not find_place("https://127.0.0.1/x", allowed=allowed).is_trusted


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "64:ff9b::101:101"])
def test_a_public_address_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - is not bound to
        "192.0.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "ff02::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:169.254.169.254",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::1",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "fe80::1%eth0",
        "fec0::1",
        "3fff::1",
        "192.88.99.1",
        "0x7f.1",
        "2130706433",
        "0177.0.0.1",
        "127.1",
        "rp.example",
        "",
    ],
)
def test_any_other_address_is_not(address):
    assert not is_public(address)


@given(st.ip_addresses(v=4) | st.ip_addresses(v=6))
def test_what_is_not_global_is_never_public(address):
    if not address.is_global:
        inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None)
        assert not is_public(str(address)) or (inner is not None and inner.is_global)


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_by_itself(inner):
    for outer in (f"::ffff:{inner}", f"64:ff9b::{inner}"):
        assert is_public(str(ip_address(outer))) == is_public(str(inner))
