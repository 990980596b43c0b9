"""Cross-origin calls: pages of any site may call the endpoints that read no cookie, and no others."""

from flask import Flask, Response, request

from idp.protocol import discovery, engine
from idp.protocol.endpoints import revocation, userinfo
from idp.protocol.jose import history, keyring

# What a portal that runs in the browser calls by itself; it has tokens of its own, or needs none.
PUBLIC = frozenset(
    {
        discovery.PATH,
        discovery.OAUTH_PATH,
        keyring.PATH,
        history.PATH,
        userinfo.PATH,
        engine.PATH,
        revocation.PATH,
    }
)
PREFLIGHT_SECONDS = "3600"


def install_cors(app: Flask) -> None:
    """Let every answer of the public endpoints of *app*, errors too, be read by any page.

    Credentials are never allowed, so a page learns nothing that its server could not ask as well.
    """

    def add(response: Response) -> Response:
        if request.path in PUBLIC:
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Access-Control-Expose-Headers"] = "WWW-Authenticate"
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = response.headers["Allow"]
                response.headers["Access-Control-Allow-Headers"] = "Authorization, Content-Type"
                response.headers["Access-Control-Max-Age"] = PREFLIGHT_SECONDS
        return response

    app.after_request(add)
