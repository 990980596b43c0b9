"""Rules for registering relying parties."""

import pytest

from idp.domain.errors import Refusal
from idp.domain.redirect_uris import check_redirect_uri
from idp.domain.registration.metadata import check_client_name, sector_of


def sector(*redirect_uris, entity=None, **more):
    return sector_of(entity, redirect_uris, client_id="c-1", **more)


@pytest.mark.parametrize(
    "uri",
    [
        "https://portal.example/cb",
        "https://portal.example:8443/cb?tenant=zj",
        "http://localhost:8001/callback",
        "http://127.0.0.1/cb",
        "http://[::1]:9000/cb",
    ],
)
def test_a_sound_redirect_uri_is_taken(uri):
    assert check_redirect_uri(uri, native=False) == uri


@pytest.mark.parametrize(
    "uri",
    [
        "http://portal.example/cb",
        "https://portal.example/cb#fragment",
        "https://portal.example/cb#",
        "https://user@portal.example/cb",
        "https://portal.example@evil.example/cb",
        "https://*.example/cb",
        "https://portal.example/../cb",
        "https://portal.example/./cb",
        "https:///cb",
        "https://",
        "//portal.example/cb",
        "/cb",
        "javascript:alert(1)",
        "data:text/html,hi",
        "https://portal.example/c b",
        "https://portal.example/中",
        "https://portal.example/cb\n",
        "https://portal.example:port/cb",
        "https://[bad/cb",
        "https://evil.test;script-src/cb",
        "https://a,b.test/cb",
        "https://%00/cb",
        "https://a.test:/cb",
        "https://-a.test/cb",
        "http://localhost.evil.example/cb",
        "",
    ],
)
def test_a_redirect_uri_that_could_send_a_code_astray_is_refused(uri):
    with pytest.raises(Refusal):
        check_redirect_uri(uri, native=True)


def test_a_private_scheme_is_for_public_clients_with_a_reverse_domain_name():
    assert check_redirect_uri("cn.example.app:/cb", native=True) == "cn.example.app:/cb"
    with pytest.raises(Refusal):
        check_redirect_uri("cn.example.app:/cb", native=False)
    with pytest.raises(Refusal):
        check_redirect_uri("myapp:/cb", native=True)


def test_a_named_sector_wins_over_the_host_and_cannot_be_mistaken_for_one():
    assert sector("https://a.example/cb", entity="Zhejiang") == "entity:Zhejiang"
    assert sector("https://a.example/cb", "https://a.example/cb2") == "host:a.example"
    assert sector(entity="a.example") != sector("https://a.example/cb")


def test_two_hosts_without_a_sector_are_refused():
    with pytest.raises(Refusal):
        sector("https://a.example/cb", "https://b.example/cb")


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "a\u202eb", "a\x07b"])
def test_a_name_that_people_cannot_read_is_refused(name):
    with pytest.raises(Refusal):
        check_client_name(name)
