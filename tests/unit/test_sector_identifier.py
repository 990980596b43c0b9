"""The document of a sector: fetched in every bad shape (OpenID Connect Core section 8.1)."""

import json

import pytest

from idp.domain.errors import Refusal, Unavailable
from idp.domain.outbound import Fetched
from idp.protocol.endpoints.sector_identifier import check_sector
from tests.contract import values

URI = "https://sector.example/redirects.json"
CLIENT = values.client(
    redirect_uris=("https://a.example/cb", "https://b.example/cb"), sector_identifier_uri=URI
)


class Outside:
    """An Outbound with one document, or none."""

    def __init__(self, body=None, status=200):
        self.body, self.status, self.asked = body, status, []

    def get(self, url, *, accept="application/json"):
        self.asked.append((url, accept))
        if self.body is None:
            raise Unavailable("This place must not be reached.")
        return Fetched(status=self.status, media_type="application/json", body=self.body)

    def post(self, url, form):
        raise AssertionError(f"Nothing is posted: {url}, {form}.")


def test_a_document_that_names_every_redirect_uri_is_taken():
    outside = Outside(json.dumps([*CLIENT.redirect_uris, "https://c.example/cb"]).encode())

    check_sector(CLIENT, outside)

    assert outside.asked == [(URI, "application/json")]


def test_without_a_sector_identifier_nothing_is_fetched():
    outside = Outside()

    check_sector(values.client(), outside)

    assert outside.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (None, 200),
        (b'["https://a.example/cb","https://b.example/cb"]', 404),
        (b'["https://a.example/cb","https://b.example/cb"]', 302),
        (b'["https://a.example/cb"]', 200),
        (b'["https://a.example/cb","https://b.example/CB"]', 200),
        (b'["https://a.example/cb","https://b.example/cb",5]', 200),
        (b'{"https://a.example/cb":1,"https://b.example/cb":2}', 200),
        (b'"https://a.example/cb https://b.example/cb"', 200),
        (b"[]", 200),
        (b"null", 200),
        (b"", 200),
        (b"<html>", 200),
        (b"\xff\xfe", 200),
        (b"[" * 100_000, 200),
    ],
)
def test_any_other_document_is_refused(body, status):
    with pytest.raises(Refusal) as refused:
        check_sector(CLIENT, Outside(body, status))

    assert refused.value.error == "invalid_client_metadata"
