"""Where a program of a relying party may be reached: which URLs, which network addresses."""

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult

from idp.domain.redirect_uris import DEFAULT_PORTS, split_uri

NAT64 = IPv6Network("64:ff9b::/96")
# What Python counts as global and nobody on the Internet has: site-local, documentation, relays.
NOWHERE = tuple(
    map(ip_network, ("fec0::/10", "3fff::/20", "2001:db8::/32", "192.88.99.0/24", "192.0.0.0/24"))
)
LOW_32_BITS = 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that may be asked; *is_trusted* when an operator named it, whatever its address is."""

    scheme: str
    host: str
    port: int
    target: str
    is_trusted: bool

    @property
    def authority(self) -> str:
        """Return host and port as they stand in a URL."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def find_place(url: str, *, allowed: frozenset[str]) -> Place | None:
    """Return the place at *url*, or None when nobody may be sent there.

    https only, except for *allowed* places, each ``host:port``. User information and fragments are
    refused.
    """
    parts = _split(url)
    if parts is None or not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        return None
    port = parts.port if parts.port is not None else DEFAULT_PORTS[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_trusted = f"{host}:{port}" in allowed
    if parts.scheme != "https" and not is_trusted:
        return None
    query = f"?{parts.query}" if parts.query else ""
    return Place(
        scheme=parts.scheme,
        host=parts.hostname,
        port=port,
        target=(parts.path or "/") + query,
        is_trusted=is_trusted,
    )


def is_public(address: str) -> bool:
    """Say whether anybody on the Internet could be at *address*, and nobody else.

    Addresses that carry another one inside are judged by that one.
    """
    try:
        whole = ip_address(address)
    except ValueError:
        return False
    inner = _inside(whole) if isinstance(whole, IPv6Address) else None
    if inner is not None:
        return is_public(str(inner))
    if any(whole in network for network in NOWHERE if network.version == whole.version):
        return False
    return whole.is_global and not whole.is_multicast and not whole.is_reserved


def _inside(address: IPv6Address) -> IPv4Address | None:
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if address in NAT64:
        return IPv4Address(int(address) & LOW_32_BITS)
    return None


def _split(url: str) -> SplitResult | None:
    parts = split_uri(url)
    if parts is None or "@" in parts.netloc or "#" in url:
        return None
    try:
        return None if parts.port == 0 else parts
    except ValueError:
        return None
