"""Style sheets, pictures and the script: each at an address that names its content, packed once a process."""

import gzip
import mimetypes
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, abort, make_response, request

HASH_LENGTH = 16
LASTING = "public, max-age=31536000, immutable"
ASKED_EACH_TIME = "no-cache"
# Of Bootstrap's folder the pages use one file; nobody can make us pack the others.
BOOTSTRAP = "css/bootstrap.min.css"
NAMED = re.compile(rf"(?P<stem>.+)\.(?P<hash>[0-9a-f]{{{HASH_LENGTH}}})(?P<suffix>\.\w+)")
PICTURE = re.compile(rb'url\("([\w-]+\.svg)"\)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file as it is sent: *address* is its name with the *hash* of its *body*."""

    address: str
    hash: str
    media_type: str
    body: bytes
    packed: bytes


def install_assets(app: Flask) -> None:
    """Serve the assets of *app* and Bootstrap's style sheet; ``url_for`` names their content.

    Bootstrap must be installed before.
    """
    known = {
        "static": _read_own(Path(str(app.static_folder))),
        "bootstrap.static": _read_bootstrap(Path(str(app.blueprints["bootstrap"].static_folder))),
    }

    @app.url_defaults
    def name_content(endpoint: str, values: dict[str, Any]) -> None:
        if asset := known.get(endpoint, {}).get(values.get("filename", "")):
            values["filename"] = asset.address

    for endpoint, assets in known.items():
        app.view_functions[endpoint] = _serving(assets)


def _serving(assets: Mapping[str, Asset]) -> Callable[[str], Response]:
    def serve(filename: str) -> Response:
        named = NAMED.fullmatch(filename)
        asset = assets.get(f"{named['stem']}{named['suffix']}" if named else filename)
        if asset is None:
            abort(404)
        # While a new version starts, its pages may ask an old process: that answer must not stay.
        is_named = named is not None and named["hash"] == asset.hash
        return _answer(asset, LASTING if is_named else ASKED_EACH_TIME)

    return serve


def _answer(asset: Asset, keep: str) -> Response:
    packs = request.accept_encodings.quality("gzip") > 0
    response = make_response(asset.packed if packs else asset.body)
    response.mimetype = asset.media_type
    response.headers["Cache-Control"] = keep
    response.headers["Vary"] = "Accept-Encoding"
    if packs:
        response.headers["Content-Encoding"] = "gzip"
    # Two encodings are two representations, each with a tag of its own (RFC 9110 section 8.8.3.3).
    response.set_etag(f"{asset.hash}-gzip" if packs else asset.hash)
    response.make_conditional(request)
    return response


@cache
def _read_own(folder: Path) -> dict[str, Asset]:
    # Style sheets name pictures, so these are read first.
    paths = sorted(folder.iterdir(), key=lambda path: (path.suffix == ".css", path.name))
    assets: dict[str, Asset] = {}

    def name_content(found: re.Match[bytes]) -> bytes:
        return b'url("%b")' % assets[found[1].decode()].address.encode()

    for path in paths:
        body = path.read_bytes()
        assets[path.name] = _asset(path.name, PICTURE.sub(name_content, body))
    return assets


@cache
def _read_bootstrap(folder: Path) -> dict[str, Asset]:
    return {BOOTSTRAP: _asset(BOOTSTRAP, (folder / BOOTSTRAP).read_bytes())}


def _asset(name: str, body: bytes) -> Asset:
    content_hash = sha256(body).hexdigest()[:HASH_LENGTH]
    stem, dot, suffix = name.rpartition(".")
    return Asset(
        address=f"{stem}.{content_hash}{dot}{suffix}",
        hash=content_hash,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        body=body,
        packed=gzip.compress(body, mtime=0),
    )
