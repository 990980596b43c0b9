"""A small but real OpenID provider: the peer of the portals under test, not the product.

It signs everybody in at once. Its fields are read at each request, so that a test can make it lie.
"""

import base64
import hashlib
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import Flask, jsonify, redirect, request
from flask.typing import ResponseReturnValue
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import BaseWSGIServer, make_server

from tests.support.ports import free_port

CLIENT_ID, CLIENT_SECRET = "portal", "s3cret"
KEY = RSAKey.generate_key(2048, {"kid": "stub-1", "use": "sig", "alg": "RS256"})
OTHER_KEY = RSAKey.generate_key(2048, {"kid": "stub-1"})
ACCESS_TOKEN_CLAIMS = {"aud": "https://api.test", "scope": "openid profile"}


@dataclass
class Stub:
    """What the provider says, and what it was asked."""

    port: int = field(default_factory=free_port)
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str | None] = field(default_factory=dict)
    id_token: dict[str, Any] = field(default_factory=dict)
    signing_key: RSAKey = field(default_factory=lambda: KEY)
    token: dict[str, Any] = field(default_factory=dict)
    user_info: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    redeemed: int = 0
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)
    _server: BaseWSGIServer | None = None
    _thread: threading.Thread | None = None

    @property
    def issuer(self) -> str:
        """Return the issuer."""
        return f"http://localhost:{self.port}"

    def start(self) -> None:
        """Listen."""
        self._server = make_server("127.0.0.1", self.port, _program(self), threaded=True)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop listening."""
        if self._server and self._thread:
            self._server.shutdown()
            self._thread.join()
            self._server = self._thread = None

    def describe(self) -> dict[str, Any]:
        """Return the discovery document."""
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "jwks_uri": f"{self.issuer}/jwks.json",
            "end_session_endpoint": f"{self.issuer}/logout",
            "id_token_signing_alg_values_supported": ["RS256"],
            "authorization_response_iss_parameter_supported": True,
        } | self.metadata

    def authorize(self, asked: dict[str, str]) -> str:
        """Return where to send the browser."""
        self.asked.append(asked)
        code = secrets.token_urlsafe(16)
        self._codes[code] = asked
        usual = {"code": code, "state": asked["state"], "iss": self.issuer}
        answer = {name: value for name, value in (usual | self.answer).items() if value is not None}
        return f"{asked['redirect_uri']}?{urlencode(answer)}"

    def redeem(self, form: dict[str, str]) -> tuple[dict[str, Any], int]:
        """Exchange a code."""
        self.redeemed += 1
        asked = self._codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if not asked or challenge != asked["code_challenge"]:
            return {"error": "invalid_grant"}, 400
        now = int(time.time())  # noqa: TID251 - Authlib's client compares with the real clock
        claims = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": "person-at-portal",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "auth_time": 1_795_327_500,
            "acr": "https://schema.test/acr/l2",
            "amr": ["pwd"],
        } | self.id_token
        usual = {
            "access_token": self._sign(ACCESS_TOKEN_CLAIMS),
            "token_type": "Bearer",
            "expires_in": 300,
            "id_token": self._sign(claims),
        }
        token = {name: value for name, value in (usual | self.token).items() if value is not None}
        return token, 400 if "error" in token else 200

    def inform(self) -> dict[str, Any]:
        """Return the claims of UserInfo."""
        usual = {"sub": "person-at-portal", "name": "张三丰", "cn_realname_level": "l4"}
        return usual | {"cn_home_region": "330000"} | self.user_info

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": "RS256", "kid": "stub-1"}, claims, self.signing_key)


def _program(stub: Stub) -> Flask:
    app = Flask("stub")

    @app.get("/.well-known/openid-configuration")
    def discovery() -> ResponseReturnValue:
        return jsonify(stub.describe())

    @app.get("/jwks.json")
    def jwks() -> ResponseReturnValue:
        return jsonify(KeySet([KEY]).as_dict(private=False))

    @app.get("/authorize")
    def authorize() -> ResponseReturnValue:
        return redirect(stub.authorize(request.args.to_dict()), 303)

    @app.post("/token")
    def token() -> ResponseReturnValue:
        client = request.authorization
        if not client or (client.username, client.password) != (CLIENT_ID, CLIENT_SECRET):
            return jsonify(error="invalid_client"), 401
        body, status = stub.redeem(request.form.to_dict())
        return jsonify(body), status

    @app.get("/userinfo")
    def user_info() -> ResponseReturnValue:
        return jsonify(stub.inform())

    @app.get("/logout")
    def end_session() -> ResponseReturnValue:
        query = urlencode({"state": request.args["state"]})
        return redirect(f"{request.args['post_logout_redirect_uri']}?{query}", 303)

    return app
