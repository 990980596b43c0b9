"""Authlib's own clients: in a Flask portal as the README shows it, and step by step."""

from urllib.parse import urlsplit

import pytest
import requests
from authlib.integrations.flask_client import OAuth
from authlib.integrations.requests_client import OAuth2Session
from flask import Flask, jsonify
from joserfc import jwt
from joserfc.jwk import KeySet

from tests.support.person import visit

PORTAL = "https://portal.example"
REDIRECT_URI = f"{PORTAL}/callback"


@pytest.fixture(scope="module", params=["client_secret_basic", "client_secret_post", "none"])
def client(request, served):
    """Return a client that authenticates in the given way."""
    return served.operator.register(
        "Portal",
        *("--auth-method", request.param, "--redirect-uri", REDIRECT_URI),
        *("--scope", "openid profile phone"),
    )


@pytest.fixture
def trusting(served, monkeypatch):
    """Let clients that are told nothing else trust the test's authority."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(served.tls.authority))


def test_a_flask_portal_signs_in(served, client, trusting, person):
    app = Flask("portal")
    app.secret_key = "made-for-this-test-alone"
    tongxing = OAuth(app).register(
        "tongxing",
        client_id=client["client_id"],
        client_secret=client.get("client_secret"),
        server_metadata_url=f"{served.issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": client["token_endpoint_auth_method"],
        },
    )

    @app.get("/login")
    def login():
        return tongxing.authorize_redirect(REDIRECT_URI)

    @app.get("/callback")
    def callback():
        return jsonify(tongxing.authorize_access_token()["userinfo"])

    browser = app.test_client()

    away = browser.get("/login", base_url=PORTAL).headers["Location"]
    back = urlsplit(visit(person, away, PORTAL))
    claims = browser.get(f"{back.path}?{back.query}", base_url=PORTAL).json

    assert (claims["iss"], claims["aud"]) == (served.issuer, client["client_id"])
    assert claims["nonce"]


def test_a_session_signs_in_refreshes_and_asks_userinfo(served, client, trusting, person):
    metadata = requests.get(f"{served.issuer}/.well-known/openid-configuration", timeout=10).json()
    with OAuth2Session(
        client["client_id"],
        client.get("client_secret"),
        token_endpoint_auth_method=client["token_endpoint_auth_method"],
        scope="openid profile phone",
        redirect_uri=REDIRECT_URI,
        code_challenge_method="S256",
    ) as session:
        verifier = "v" * 64
        url, state = session.create_authorization_url(
            metadata["authorization_endpoint"], code_verifier=verifier, nonce="n-1"
        )

        token = session.fetch_token(
            metadata["token_endpoint"],
            authorization_response=visit(person, url, REDIRECT_URI),
            code_verifier=verifier,
            state=state,
        )
        keys = KeySet.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
        id_token = jwt.decode(token["id_token"], keys, algorithms=["RS256"]).claims
        assert (id_token["iss"], id_token["aud"]) == (served.issuer, client["client_id"])
        assert id_token["nonce"] == "n-1"

        told = session.get(metadata["userinfo_endpoint"]).json()
        assert told["sub"] == id_token["sub"]
        assert told["phone_number"] == "+8610000000001"

        fresh = session.refresh_token(metadata["token_endpoint"])
        assert fresh["refresh_token"] != token["refresh_token"]
        assert session.get(metadata["userinfo_endpoint"]).json() == told
