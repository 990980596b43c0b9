"""A client shows its keys and its requests at addresses of its own, and rotates its keys there."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.provider import ISSUER, open_provider
from tests.support.relying_party import Visit, walk
from tests.support.signing import JWT_BEARER, a_key, claims_of_assertion, jwks_of, sign


@pytest.fixture
def shown():
    """Return the documents of a server on a loopback port, and its address."""
    documents: dict[str, tuple[str, bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            media_type, body = documents[self.path]
            self.send_response(200)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield documents, f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_keys_and_requests_are_fetched_where_the_client_shows_them(tmp_path, shown):
    documents, place = shown
    provider = open_provider(tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", http={"allow": [place]})
    provider.enter()
    browser = provider.browser()
    client = provider.register(
        token_endpoint_auth_method="private_key_jwt",
        jwks_uri=f"http://{place}/jwks",
        request_uris=[f"http://{place}/request"],
    )

    def show_keys(*keys):
        documents["/jwks"] = ("application/jwk-set+json", json.dumps(jwks_of(*keys)).encode())

    def present(key):
        form = {
            "grant_type": "client_credentials",
            "client_assertion_type": JWT_BEARER,
            "client_assertion": sign(claims_of_assertion(client.client_id, provider.clock), key),
        }
        return browser.post("/token", base_url=ISSUER, data=form).status_code

    old, new = a_key("ES256", "old"), a_key("ES256", "new")
    show_keys(old)
    assert present(old) == 200

    show_keys(new)
    provider.clock.advance(timedelta(minutes=1))
    assert (present(new), present(old)) == (200, 401)

    visit = Visit(client)
    now = int(provider.clock.now().timestamp())
    said = {"iss": client.client_id, "aud": ISSUER, "exp": now + 60, **visit.params()}
    documents["/request"] = ("application/oauth-authz-req+jwt", sign(said, new).encode())
    only = dict.fromkeys(visit.params()) | {"client_id": client.client_id}
    result = walk(browser, visit, **only, request_uri=f"http://{place}/request")
    assert (result["state"], "code" in result) == (visit.state, True)
