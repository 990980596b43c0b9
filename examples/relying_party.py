"""OpenID Connect as a portal sees it: start, finish, sign out.

Authlib's client does the protocol: discovery, state, nonce, PKCE, the exchange of the code, and the
ID token's signature, issuer, audience, times and nonce. What it leaves to its user stands here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests
from authlib.integrations.flask_client import OAuth, OAuthError
from flask import redirect, request, session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from werkzeug.wrappers import Response

from examples.api_tokens import ApiTokens
from examples.jwt_parts import look_inside
from examples.problems import ANSWERS, Problem
from examples.sessions import SignedIn
from examples.settings import Settings
from examples.store import BoundedStore

# A provider that does not answer must not hold a thread for longer than a person waits.
TIMEOUT = 5
STARTED_SECONDS = 3600
STARTED_MOST = 10_000
# Each sign-in under way takes some 400 bytes of Flask's session, and a cookie holds 4,000.
STARTED_PER_BROWSER = 4
ALGORITHMS = ["RS256"]
EVENT = "http://schemas.openid.net/event/backchannel-logout"
NEEDED = ("iss", "aud", "iat", "exp", "jti", "sid", "events")
TIMES = jwt.JWTClaimsRegistry(leeway=30)
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri")


class RelyingParty:
    """Signs people in at the provider of *settings*, knowing no more than its discovery address."""

    def __init__(self, oauth: OAuth, settings: Settings, scope: str, resource: str | None = None) -> None:
        """Ask for *scope*, and for tokens to be used at *resource*, if there is one."""
        self._settings = settings
        self._resource = resource
        # The metadata is fetched when it is first needed: the portal starts, and shows its pages,
        # also while the provider is down.
        self._client = oauth.register(
            "tongxing",
            server_metadata_url=settings.discovery_url,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            client_kwargs={
                "scope": scope,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic",
                "default_timeout": TIMEOUT,
            },
        )
        self._started = BoundedStore[str](most=STARTED_MOST, seconds=STARTED_SECONDS)

    def start(self, **parameters: str) -> Response:
        """Send the browser to the provider; *parameters* join the usual ones of the request."""
        asked = self._begin(self._settings.redirect_uri, "started", **parameters)
        return redirect(asked)

    def push(self, callback: str, purpose: str, **parameters: str) -> Response:
        """Like :meth:`start`, but leave the request with the provider first (RFC 9126).

        What it says stands in no address then. The browser comes back to the path *callback*, and
        :meth:`purpose` tells what for.
        """
        asked = self._begin(self._settings.url + callback, purpose, **parameters)
        pushed = self._post("pushed_authorization_request_endpoint", dict(parse_qsl(urlsplit(asked).query)))
        reference = {"client_id": self._settings.client_id, "request_uri": str(pushed["request_uri"])}
        return redirect(f"{self._load_metadata()['authorization_endpoint']}?{urlencode(reference)}")

    def purpose(self) -> str | None:
        """Return what for the browser was sent away that comes back now, if it was this one."""
        state = request.args.get("state", "")
        if not self._client.framework.get_state_data(session, state):
            return None
        return self._started.get(state)

    def finish(self) -> SignedIn:
        """Turn the provider's answer into a person, or raise Problem."""
        token = self.redeem()
        id_token_claims = token["userinfo"]
        with _translated_errors():
            user_info = self._client.userinfo(token=token)
        # OpenID Connect Core section 5.3.2: else claims of someone else could be slipped in.
        if user_info.get("sub") != id_token_claims["sub"]:
            raise Problem("bad_answer")
        return SignedIn(
            # Where both have a claim, the signed one counts.
            claims={**user_info, **id_token_claims},
            id_token=token["id_token"],
            id_token_parts=look_inside(token["id_token"]),
            access_token_parts=look_inside(token["access_token"]),
            api_tokens=self._api_tokens(token),
        )

    def redeem(self, **parameters: str) -> dict[str, Any]:
        """Turn the answer into tokens, with the ID token's claims as ``userinfo``, or raise Problem."""
        state = request.args.get("state", "")
        self._check_state(state)
        try:
            self._check_issuer()
            with _translated_errors():
                token: dict[str, Any] = self._client.authorize_access_token(**parameters)
        finally:
            self._client.framework.clear_state_data(session, state)
        # Authlib puts the checked claims here, and nothing when the provider sent no ID token.
        if token.get("userinfo") is None:
            raise Problem("bad_answer")
        return token

    def sign_out(self, id_token: str, ui_locales: str) -> Response:
        """Send the browser to the provider, so that the session there can end too."""
        metadata = self._load_metadata()
        if not metadata.get("end_session_endpoint"):
            raise Problem("unavailable")
        redirection: Response = self._client.logout_redirect(
            post_logout_redirect_uri=self._settings.post_logout_redirect_uri,
            id_token_hint=id_token,
            client_id=self._settings.client_id,
            ui_locales=ui_locales,
        )
        return redirection

    def read_logout(self, token: str) -> str:
        """Return which session has ended at the provider (OpenID Connect Back-Channel Logout section 2.6)."""
        self._load_metadata()
        with _translated_errors():
            keys = KeySet.import_key_set(self._client.fetch_jwk_set())
            try:
                logout = jwt.decode(token, keys, algorithms=ALGORITHMS)
            except ValueError:
                # A key that began to sign since the keys were fetched.
                keys = KeySet.import_key_set(self._client.fetch_jwk_set(force=True))
                logout = jwt.decode(token, keys, algorithms=ALGORITHMS)
            TIMES.validate(logout.claims)
            claims = {name: logout.claims[name] for name in NEEDED}
        is_ours = claims["iss"] == self._settings.issuer and claims["aud"] == self._settings.client_id
        is_logout = logout.header.get("typ") == "logout+jwt" and "nonce" not in logout.claims
        is_whole = isinstance(claims["sid"], str) and isinstance(claims["events"], dict)
        if not (is_ours and is_logout and is_whole and EVENT in claims["events"]):
            raise Problem("bad_answer")
        return str(claims["sid"])

    def has_signed_out(self) -> bool:
        """Tell whether the browser comes back from a sign-out that began here."""
        if "state" not in request.args:
            return False
        try:
            self._client.validate_logout_response()
        except OAuthError:
            return False
        return True

    def fetch_key_history(self) -> str:
        """Return the signed document of the keys of all times (OpenID Federation 1.0 section 8.7)."""
        with _translated_errors():
            address = self._load_metadata()["federation_historical_keys_endpoint"]
            reply = requests.get(address, timeout=TIMEOUT, allow_redirects=False)
            reply.raise_for_status()
        return reply.text

    def _api_tokens(self, token: dict[str, Any]) -> ApiTokens | None:
        if self._resource is None or "refresh_token" not in token:
            return None
        return ApiTokens(partial(self._renew, self._resource), token["refresh_token"])

    def _renew(self, resource: str, refresh_token: str) -> dict[str, Any]:
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token, "resource": resource}
        return self._post("token_endpoint", form)

    def _begin(self, redirect_uri: str, purpose: str, **parameters: str) -> str:
        self._load_metadata()
        if len(session) >= STARTED_PER_BROWSER:
            session.clear()
        if self._resource:
            parameters["resource"] = self._resource
        with _translated_errors():
            asked = self._client.create_authorization_url(
                redirect_uri, state=self._started.put(purpose), **parameters
            )
        # A cookie remembers it: the address would be too long for that, and is not needed.
        url = str(asked.pop("url"))
        self._client.save_authorize_data(redirect_uri=redirect_uri, **asked)
        return url

    def _post(self, endpoint: str, form: dict[str, str]) -> dict[str, Any]:
        with _translated_errors():
            reply = requests.post(
                self._load_metadata()[endpoint],
                data=form,
                auth=(self._settings.client_id, self._settings.client_secret),
                timeout=TIMEOUT,
                allow_redirects=False,
            )
            answer: dict[str, Any] = reply.json()
        if not reply.ok:
            raise Problem(ANSWERS.get(str(answer.get("error")), "refused"))
        return answer

    def _load_metadata(self) -> dict[str, Any]:
        with _translated_errors():
            metadata: dict[str, Any] = self._client.load_server_metadata()
        # Discovery section 4.3: the issuer in the document must be the one we asked.
        is_ours = metadata.get("issuer") == self._settings.issuer
        if not is_ours or not all(metadata.get(name) for name in ENDPOINTS):
            metadata.clear()
            raise Problem("unavailable")
        return metadata

    def _check_state(self, state: str) -> None:
        """Let each answer in once, and only in the browser that asked.

        Authlib compares the state too, but not when the answer is an error, and not atomically: of
        a double click, both requests would redeem the code, and a provider that sees a code twice
        must suspect a thief and revokes the tokens.
        """
        is_ours = self._client.framework.get_state_data(session, state)
        if not is_ours or not self._started.take(state):
            raise Problem("stale")

    def _check_issuer(self) -> None:
        """Refuse an answer that comes from another provider (mix-up, RFC 9207)."""
        metadata = self._load_metadata()
        promised = metadata.get("authorization_response_iss_parameter_supported") is True
        if promised and request.args.get("iss") != self._settings.issuer:
            raise Problem("wrong_issuer")


@contextmanager
def _translated_errors() -> Iterator[None]:
    """Turn what may go wrong between two servers into a Problem that a page can show."""
    try:
        yield
    except requests.JSONDecodeError as error:
        raise Problem("bad_answer") from error
    except requests.RequestException as error:
        raise Problem("unavailable") from error
    except OAuthError as error:
        raise Problem(ANSWERS.get(str(error.error), "refused")) from error
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Problem("bad_answer") from error
