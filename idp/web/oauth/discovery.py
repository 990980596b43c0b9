"""Discovery and JWKS: public documents that caches may keep."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from idp.protocol import discovery
from idp.protocol.jose import history, keyring

# A key is published long before it signs, so relying parties may keep the set for a while.
CACHE = "public, max-age=300"


def discovery_endpoints(
    metadata: dict[str, Any], jwks: Callable[[], dict[str, Any]], key_history: Callable[[], str]
) -> Blueprint:
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

    @endpoints.get(history.PATH)
    def keys_of_all_times() -> ResponseReturnValue:
        return _public(key_history().encode(), history.MEDIA_TYPE)

    return endpoints


def _public(document: bytes, media_type: str = "application/json") -> ResponseReturnValue:
    response = Response(document, mimetype=media_type)
    response.headers["Cache-Control"] = CACHE
    response.set_etag(hashlib.sha256(document).hexdigest()[:32])
    return response.make_conditional(request)
