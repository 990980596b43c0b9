"""The addresses that a client registers: which ones are taken, so that nothing goes astray."""

import re
from urllib.parse import SplitResult, urlsplit

from idp.domain.errors import Refusal

DEFAULT_PORTS = {"http": 80, "https": 443}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
# RFC 3986: what a URI may be written with; everything else must be percent-encoded.
URI = re.compile(r"[A-Za-z0-9:/?#@!$&'()*+,;=._~%\[\]-]{1,2000}", re.ASCII)
NETLOC = re.compile(
    r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]*:[0-9a-f:.]*\])(:\d{1,5})?", re.ASCII | re.IGNORECASE
)
# RFC 8252 section 7.1: private-use schemes are reverse domain names.
PRIVATE_SCHEME = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+", re.ASCII)


def check_redirect_uri(uri: str, *, native: bool, loopback: bool = True) -> str:
    """Return *uri*, or refuse what could send a code astray (RFC 9700 section 4.1, RFC 8252).

    A native app may listen on its own device or claim a scheme; a web client answers at https, and
    at http on the loopback address only where *loopback* says so (OpenID Connect Registration
    section 2).
    """
    parts = split_uri(uri)
    if parts is None:
        raise _refuse("A redirect URI cannot be read, or has a host that cannot be one.")
    host = parts.hostname
    if "#" in uri or "@" in parts.netloc or "*" in parts.netloc:
        raise _refuse("A redirect URI holds a fragment, user information or a wildcard.")
    if any(segment in {"..", "."} for segment in parts.path.split("/")):
        raise _refuse("A redirect URI holds dot segments.")
    if parts.scheme == "https" and host:
        return uri
    if parts.scheme == "http" and host in LOOPBACK and (native or loopback):
        return uri
    if native and PRIVATE_SCHEME.fullmatch(parts.scheme):
        return uri
    if native or loopback:
        raise _refuse("A redirect URI is https, or http on a loopback address.")
    raise _refuse("A redirect URI of a web client is https.")


def check_page_uri(uri: str, member: str) -> str:
    """Return the address of a page, a document or an endpoint of the client: https, http on loopback."""
    parts = split_uri(uri)
    if parts is None or "#" in uri or "@" in parts.netloc or not parts.hostname:
        raise Refusal("invalid_client_metadata", f"The member {member} has a value that is no address.")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise Refusal("invalid_client_metadata", f"The member {member} has a value that is not https.")
    return uri


def split_uri(uri: str) -> SplitResult | None:
    """Return the parts of *uri*, or None when it is none, or names a host and port that cannot be."""
    try:
        parts = urlsplit(uri) if URI.fullmatch(uri) else None
        has_port = parts is not None and parts.port is not None
    except ValueError:
        return None
    if parts is None or not (parts.netloc or has_port):
        return parts
    # The whole authority is looked at: urlsplit finds a host in what browsers read otherwise.
    return parts if NETLOC.fullmatch(parts.netloc.rpartition("@")[2]) else None


def origin_of(uri: str) -> str | None:
    """Return the origin as browsers write it: a port that is the scheme's own is left out.

    Addresses of apps on devices have none.
    """
    parts = urlsplit(uri)
    if parts.scheme not in DEFAULT_PORTS:
        return None
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    port = "" if parts.port in {None, DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _refuse(sentence: str) -> Refusal:
    return Refusal("invalid_redirect_uri", sentence)
