"""Discovery and JWKS: public documents that caches may keep."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from idp.protocol import discovery
from idp.protocol.jose import keyring

# A key is published long before it signs, so relying parties may keep the set for a while.
CACHE = "public, max-age=300"


def discovery_endpoints(metadata: dict[str, Any], jwks: Callable[[], dict[str, Any]]) -> Blueprint:
    """Build the documents at their well-known addresses."""
    endpoints = Blueprint("discovery", __name__)
    described = json.dumps(metadata, indent=2).encode()

    @endpoints.get(discovery.PATH)
    @endpoints.get(discovery.OAUTH_PATH)
    def describe() -> ResponseReturnValue:
        return _public(described)

    @endpoints.get(keyring.PATH)
    def keys() -> ResponseReturnValue:
        return _public(json.dumps(jwks()).encode())

    return endpoints


def _public(document: bytes) -> ResponseReturnValue:
    response = Response(document, mimetype="application/json")
    response.headers["Cache-Control"] = CACHE
    response.set_etag(hashlib.sha256(document).hexdigest()[:32])
    return response.make_conditional(request)
