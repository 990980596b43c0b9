"""The files that pages are made with: named after their content, sent compressed, kept for a year."""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import flask_bootstrap
from flask import Flask, Response, abort, request

# Ours, and Bootstrap's style sheet out of its package.
FILES = (
    *(Path(__file__).parent / "static").iterdir(),
    Path(flask_bootstrap.__file__).parent / "static" / "bootstrap5" / "css" / "bootstrap.min.css",
)
YEAR = 31_536_000
PREFIX = "/assets/"
# A style sheet names its images beside it.
IMAGE = re.compile(r'url\("([\w.-]+)"\)')
COMPRESSED = frozenset({"text/css", "text/javascript", "image/svg+xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file as it is sent; *packed* is its gzip form, where that is smaller."""

    address: str
    media_type: str
    digest: str
    body: bytes
    packed: bytes | None


class Assets:
    """Reads all files once; another content has another address, so browsers never ask again."""

    def __init__(self, files: Iterable[Path]) -> None:
        """Read *files*; images come before the style sheets that name them."""
        self._by_name: dict[str, Asset] = {}
        for file in sorted(files, key=lambda each: each.suffix == ".css"):
            self._by_name[file.name] = self._read(file)
        self._by_address = {asset.address: asset for asset in self._by_name.values()}

    def address(self, name: str) -> str:
        """Return where the file called *name* is served."""
        return self._by_name[name].address

    def install(self, app: Flask) -> None:
        """Serve the files, and let templates ask for their addresses: ``asset("tongxing.css")``."""
        app.add_url_rule(f"{PREFIX}<name>", "asset", self._serve)
        app.jinja_env.globals["asset"] = self.address

    def _read(self, file: Path) -> Asset:
        media_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        body = file.read_bytes()
        if media_type == "text/css":
            body = IMAGE.sub(lambda found: f'url("{self.address(found[1])}")', body.decode()).encode()
        # mtime=0: the same content is packed into the same bytes on every node.
        packed = gzip.compress(body, mtime=0) if media_type in COMPRESSED else body
        digest = hashlib.sha256(body).hexdigest()[:16]
        return Asset(
            address=f"{PREFIX}{file.stem}.{digest}{file.suffix}",
            media_type=media_type,
            digest=digest,
            body=body,
            packed=packed if len(packed) < len(body) else None,
        )

    def _serve(self, name: str) -> Response:
        asset = self._by_address.get(PREFIX + name)
        if asset is None:
            abort(404)
        packed = asset.packed if request.accept_encodings["gzip"] else None
        response = Response(packed or asset.body, content_type=f"{asset.media_type}; charset=utf-8")
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        response.headers["Vary"] = "Accept-Encoding"
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.set_etag(asset.digest + ("-gzip" if packed else ""))
        response.make_conditional(request)
        return response
