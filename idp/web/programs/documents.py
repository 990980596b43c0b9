"""Discovery and keys: public documents that caches may keep, made once and sent as they are."""

import hashlib
import json
from collections.abc import Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from werkzeug.http import parse_etags

from idp.protocol import discovery
from idp.protocol.jose import history, keyring
from idp.web.programs.call import Call
from idp.web.programs.desk import Place
from idp.web.programs.reply import JSON, Reply

# A key is published long before it signs, so relying parties may keep the set for a while.
CACHE = ("Cache-Control", "public, max-age=300")
TAG_LENGTH = 32


def document_places(
    metadata: dict[str, Any], jwks: Callable[[], dict[str, Any]], key_history: Callable[[], str]
) -> dict[str, Place]:
    """Return the documents at their well-known addresses."""
    described = json.dumps(metadata, indent=2)

    def describe(call: Call) -> Reply:
        return _public(call, described)

    def keys(call: Call) -> Reply:
        return _public(call, json.dumps(jwks()))

    def keys_of_all_times(call: Call) -> Reply:
        return _public(call, key_history(), history.MEDIA_TYPE)

    return {
        path: Place(answers={"GET": answer}, shared=True)
        for path, answer in (
            (discovery.PATH, describe),
            (discovery.OAUTH_PATH, describe),
            (keyring.PATH, keys),
            (history.PATH, keys_of_all_times),
        )
    }


def _public(call: Call, document: str, media_type: str = JSON) -> Reply:
    body, tag = _tagged(document)
    headers = (CACHE, ("ETag", f'"{tag}"'))
    if call.known_tag and parse_etags(call.known_tag).contains_weak(tag):
        return Reply(HTTPStatus.NOT_MODIFIED, b"", media_type, headers)
    return Reply(HTTPStatus.OK, body, media_type, headers)


@lru_cache(maxsize=16)
def _tagged(document: str) -> tuple[bytes, str]:
    body = document.encode()
    return body, hashlib.sha256(body).hexdigest()[:TAG_LENGTH]
