"""A resource server's side: who calls, how well that was proved, and for which transaction.

A few lines do it::

    centre = ResourceServer(issuer, "https://fund.example/api", keys_of(issuer))
    needed = Requirement(acr_values=(L3_TX,), max_age=300)
    try:
        claims = centre.check(request.headers.get("Authorization", ""), needed)
    except Challenge as challenge:
        return "", challenge.status, {"WWW-Authenticate": challenge.header}

A token that is right but not good enough is answered with what is missing (RFC 9470): the caller takes
that to the provider, as ``acr_values`` and ``max_age``, and comes back with a better one. That a
transaction is carried out once is for the server to see to, by a number of its own such as the
application's: a token can be used again.
"""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import requests
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

TIMEOUT = 5
LEEWAY = 30
# Fetching keys for whoever sends a token with a made-up key would make us a weapon.
PAUSE = 60
ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"]
UNAUTHORIZED, FORBIDDEN = 401, 403


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """What one call needs; a sign-in may be *max_age* seconds old, and reach one of *acr_values*."""

    acr_values: tuple[str, ...] = ()
    max_age: int | None = None
    scope: str | None = None
    transaction: dict[str, Any] | None = None


NOTHING = Requirement()


class Challenge(Exception):
    """The call is refused; *status* and *header* (WWW-Authenticate) go to the caller."""

    def __init__(self, *, status: int = UNAUTHORIZED, **parameters: str) -> None:
        """Write the header: RFC 6750 section 3."""
        super().__init__(parameters.get("error", "no_token"))
        self.status = status
        self.parameters = parameters
        self.header = "Bearer " + ", ".join(f'{name}="{value}"' for name, value in parameters.items())
        self.header = self.header.strip()


class ResourceServer:
    """Checks access tokens that *issuer* signed with the keys it shows, and meant for *audience*."""

    def __init__(
        self,
        issuer: str,
        audience: str,
        fetch_keys: Callable[[], dict[str, Any]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer
        self._audience = audience
        self._fetch_keys = fetch_keys
        self._now = now
        self._keys: KeySet | None = None
        self._fetched_at = 0.0

    def check(self, authorization: str, requirement: Requirement = NOTHING) -> dict[str, Any]:
        """Return the claims of the token, or raise Challenge."""
        scheme, _, unverified_token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not unverified_token:
            raise Challenge
        claims = self._verify(unverified_token)
        self._check_authentication(claims, requirement)
        if requirement.scope and requirement.scope not in str(claims.get("scope", "")).split():
            raise Challenge(status=FORBIDDEN, error="insufficient_scope", scope=requirement.scope)
        if requirement.transaction is not None and not allows(claims, requirement.transaction):
            raise Challenge(status=FORBIDDEN, error="insufficient_authorization_details")
        return claims

    def _verify(self, unverified_token: str) -> dict[str, Any]:
        """Check signature, type, issuer, audience and times: RFC 9068 section 4."""
        try:
            token = self._decode(unverified_token)
            claims, now = token.claims, self._now()
            audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
            is_ours = claims["iss"] == self._issuer and self._audience in audience
            is_access = str(token.header.get("typ", "")).lower() in {"at+jwt", "application/at+jwt"}
            is_now = claims["iat"] - LEEWAY <= now < claims["exp"] + LEEWAY
        except (JoseError, ValueError, KeyError, TypeError, RecursionError):
            raise Challenge(error="invalid_token") from None
        if not (is_ours and is_access and is_now):
            raise Challenge(error="invalid_token")
        return dict(claims)

    def _check_authentication(self, claims: dict[str, Any], requirement: Requirement) -> None:
        """Ask for a better sign-in where this one is too weak or too old: RFC 9470 section 3."""
        missing = {}
        if requirement.acr_values:
            missing["acr_values"] = " ".join(requirement.acr_values)
        if requirement.max_age is not None:
            missing["max_age"] = str(requirement.max_age)
        if not self._is_enough(claims, requirement):
            raise Challenge(status=UNAUTHORIZED, error="insufficient_user_authentication", **missing)

    def _is_enough(self, claims: dict[str, Any], requirement: Requirement) -> bool:
        if requirement.acr_values and claims.get("acr") not in requirement.acr_values:
            return False
        if requirement.max_age is None:
            return True
        auth_time = claims.get("auth_time")
        is_moment = isinstance(auth_time, int | float) and not isinstance(auth_time, bool)
        return is_moment and self._now() - float(auth_time or 0) <= requirement.max_age

    def _decode(self, unverified_token: str) -> jwt.Token:
        try:
            return jwt.decode(unverified_token, self._known_keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # A key that began to sign since the keys were fetched.
            if self._now() - self._fetched_at < PAUSE:
                raise
            self._keys = None
            return jwt.decode(unverified_token, self._known_keys(), algorithms=ALGORITHMS)

    def _known_keys(self) -> KeySet:
        if self._keys is None:
            self._keys = KeySet.import_key_set(cast("Any", self._fetch_keys()))
            self._fetched_at = self._now()
        return self._keys


def keys_of(issuer: str) -> Callable[[], dict[str, Any]]:
    """Return a function that fetches the keys that *issuer* publishes."""

    def fetch() -> dict[str, Any]:
        about = _fetch(f"{issuer}/.well-known/openid-configuration")
        if about["issuer"] != issuer:
            raise ValueError("The provider calls itself otherwise.")
        return _fetch(about["jwks_uri"])

    return fetch


def allows(claims: dict[str, Any], transaction: dict[str, Any]) -> bool:
    """Say whether the person confirmed exactly this *transaction* (RFC 9396 section 9)."""
    granted = claims.get("authorization_details")
    confirmed = granted if isinstance(granted, list) else []
    return details_hash(transaction) in map(details_hash, confirmed)


def details_hash(detail: Any) -> str:
    """Return SHA-256 of one authorization detail: two are the same if these are, in whatever order written.

    This is RFC 8785 for what the provider's types hold: texts and whole numbers under ASCII names.
    """
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode("ascii")


def _fetch(url: str) -> dict[str, Any]:
    reply = requests.get(url, timeout=TIMEOUT, allow_redirects=False)
    reply.raise_for_status()
    fetched: dict[str, Any] = reply.json()
    return fetched
