"""Authlib's own client runs the whole flow over real HTTP, knowing only the discovery address."""

import re
import threading
from urllib.parse import urlsplit

import pytest
import requests
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT
from joserfc import jwt
from joserfc.jwk import KeySet
from werkzeug.serving import make_server

from idp.domain.clients import AuthMethod
from idp.domain.clock import SystemClock
from tests.support.ports import free_port
from tests.support.provider import PASSWORD, open_provider
from tests.support.signing import a_key, jwks_of

REDIRECT_URI = "http://localhost:1/callback"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')


@pytest.fixture
def served(tmp_path):
    """Return a provider that listens on a loopback port."""
    port = free_port()
    provider = open_provider(
        tmp_path,
        database_url=f"sqlite:///{tmp_path}/idp.db",
        issuer=f"http://localhost:{port}",
    )
    provider.enter()
    server = make_server("127.0.0.1", port, provider.house.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield provider
    server.shutdown()
    thread.join()
    server.server_close()


def person_agrees(url):
    """Go through the pages as a person would; return the address that the portal is called at."""
    with requests.Session() as browser:
        reply = browser.get(url, allow_redirects=False)
        for _ in range(8):
            location = reply.headers.get("Location", "")
            if location.startswith(REDIRECT_URI):
                return location
            if location:
                reply = browser.get(f"http://{urlsplit(url).netloc}{location}", allow_redirects=False)
                continue
            form = dict(HIDDEN.findall(reply.text)) | {"decision": "allow"}
            form |= {"username": "zhangsanfeng", "password": PASSWORD}
            action = re.search(r'<form[^>]*action="([^"]+(?:sign-in|consent))"', reply.text).group(1)
            reply = browser.post(f"http://{urlsplit(url).netloc}{action}", data=form, allow_redirects=False)
    raise AssertionError("The visit does not end.")


def keep_time(served):
    """Let the provider's clock show the time that Authlib's client lives in."""
    served.clock.advance(SystemClock().now() - served.clock.now())


@pytest.mark.parametrize("method", list(AuthMethod))
def test_authlibs_client_signs_in_refreshes_and_asks_userinfo(served, method):
    keep_time(served)
    issuer = served.house.tools.settings.issuer
    client = served.register(
        redirect_uris=[REDIRECT_URI],
        post_logout_redirect_uris=[],
        token_endpoint_auth_method=method,
        jwks=jwks_of(a_key("RS256")),
    )
    metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=5).json()
    session = OAuth2Session(
        client.client_id,
        a_key("RS256") if method == "private_key_jwt" else client.secret,
        token_endpoint_auth_method=method,
        scope="openid profile phone",
        redirect_uri=REDIRECT_URI,
        code_challenge_method="S256",
    )
    for signs in (PrivateKeyJWT, ClientSecretJWT):
        session.register_client_auth_method(signs())
    with session:
        verifier = "v" * 64
        url, state = session.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce="n-1"
        )
        answered = person_agrees(url)

        keep_time(served)
        token = session.fetch_token(
            metadata["token_endpoint"],
            authorization_response=answered,
            code_verifier=verifier,
            state=state,
        )
        keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=5).json())
        id_token = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
        assert (id_token["iss"], id_token["aud"], id_token["nonce"]) == (issuer, client.client_id, "n-1")

        told = session.get(metadata["userinfo_endpoint"]).json()
        assert told["sub"] == id_token["sub"]
        assert told["phone_number"] == "+8610000000001"

        fresh = session.refresh_token(metadata["token_endpoint"])
        assert fresh["refresh_token"] != token["refresh_token"]
        assert session.get(metadata["userinfo_endpoint"]).json() == told
