"""Client metadata read into a client, or refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from idp.domain.algorithms import DEFAULT, Algorithm
from idp.domain.clients import (
    AccessTokenFormat,
    ApplicationType,
    AuthMethod,
    Client,
    GrantType,
    Keys,
    LogoutNotices,
    Pages,
    Signing,
    SubjectType,
)
from idp.domain.errors import Refusal
from idp.domain.grants import OPENID
from idp.domain.ids import ClientId, random_id
from idp.domain.lawful_basis import Ground, LawfulBasis
from idp.domain.redirect_uris import check_page_uri, check_redirect_uri, origin_of
from idp.domain.registration.authentication import check_authentication
from idp.domain.registration.members import Members, refuse

SPEC = "RFC 7591, OpenID Connect Dynamic Client Registration 1.0"
MAX_NAME = 200
MAX_STATUTE = 200
# A tuple, since what is looked for in it may be no text.
KEY_TYPES = ("RSA", "EC", "OKP")
SECTORS = ("entity:", "host:", "client:")
PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataRules:
    """Reads metadata; *known_scopes* and types of authorization *details* are all of ours.

    *check_keys* refuses keys that cannot be used.
    """

    known_scopes: frozenset[str]
    known_details: frozenset[str]
    check_keys: Callable[[Any], None]

    def read(self, given: Mapping[str, Any], *, created_at: datetime, loopback: bool = True) -> Client:
        """Return the client, as yet without a secret, or refuse; *loopback* as for redirect URIs.

        Members that nobody here knows are left out (RFC 7591 section 2). Of ours are ``sector`` (the
        legal entity), ``client_id`` (an id that moves in), ``resources``, ``allowed_resources``,
        ``access_token_format``, ``require_pkce``, ``lawful_basis`` and ``statute``.
        """
        members = Members(given)
        method = members.choice("token_endpoint_auth_method", AuthMethod, AuthMethod.BASIC)
        application_type = _application_type(members, method)
        native = application_type is ApplicationType.NATIVE
        check = partial(check_redirect_uri, native=native, loopback=native or loopback)
        redirect_uris = tuple(map(check, members.texts("redirect_uris")))
        if set(members.texts("response_types")) - {"code"}:
            raise refuse("The member response_types has an unsupported value.")
        sector_uri = members.page("sector_identifier_uri")
        keys, signing = self._keys(members), _signing(members)
        check_authentication(method, keys, signing.assertion)
        client_id = ClientId(members.text("client_id") or random_id())
        subject_type = members.choice("subject_type", SubjectType, SubjectType.PAIRWISE)
        return Client(
            client_id=client_id,
            name=check_client_name(members.text("client_name") or ""),
            name_en=_name_en(members),
            application_type=application_type,
            sector=sector_of(
                members.text("sector"),
                redirect_uris,
                sector_uri=sector_uri,
                client_id=client_id,
                pairwise=subject_type is SubjectType.PAIRWISE,
            ),
            sector_identifier_uri=sector_uri,
            redirect_uris=redirect_uris,
            post_logout_redirect_uris=tuple(map(check, members.texts("post_logout_redirect_uris"))),
            request_uris=tuple(_request_uri(uri) for uri in members.texts("request_uris")),
            auth_method=method,
            secret_digest=None,
            keys=keys,
            grant_types=_grant_types(members, method, redirect_uris),
            scopes=self._scopes(members) | {OPENID},
            resources=_resources(members, "resources"),
            allowed_resources=frozenset(_resources(members, "allowed_resources")),
            authorization_details_types=self._details(members),
            subject_type=subject_type,
            signing=signing,
            access_token_format=members.choice(
                "access_token_format", AccessTokenFormat, AccessTokenFormat.JWT
            ),
            requires_pkce=_requires_pkce(members, method),
            requires_pushed=members.flag("require_pushed_authorization_requests"),
            requires_signed_request=members.flag("require_signed_request_object"),
            default_max_age=members.seconds("default_max_age"),
            default_acr_values=members.texts("default_acr_values"),
            requires_auth_time=members.flag("require_auth_time"),
            logout=_logout(members, redirect_uris),
            pages=Pages(
                client_uri=members.page("client_uri"),
                logo_uri=members.page("logo_uri"),
                policy_uri=members.page("policy_uri"),
                tos_uri=members.page("tos_uri"),
                initiate_login_uri=members.page("initiate_login_uri"),
            ),
            ground=read_ground(members),
            contacts=members.texts("contacts"),
            created_at=created_at,
        )

    def _scopes(self, members: Members) -> frozenset[str]:
        scopes = frozenset((members.text("scope") or f"{OPENID} profile").split())
        # A scope with a colon is a resource server's own, such as fund:read; others are ours.
        if any(scope not in self.known_scopes and ":" not in scope for scope in scopes):
            raise refuse("The member scope has an unknown value.")
        return scopes

    def _details(self, members: Members) -> frozenset[str]:
        types = frozenset(members.texts("authorization_details_types"))
        if types - self.known_details:
            raise refuse("The member authorization_details_types has an unknown value.")
        return types

    def _keys(self, members: Members) -> Keys:
        jwks, jwks_uri = members.given.get("jwks"), members.page("jwks_uri")
        if jwks is None:
            return Keys(jwks_uri=jwks_uri)
        if jwks_uri:
            raise refuse("The members jwks and jwks_uri exclude each other.")
        keys = jwks.get("keys") if isinstance(jwks, dict) else None
        if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys):
            raise refuse("The member jwks is not a set of keys.")
        if any(key.get("kty") not in KEY_TYPES or PRIVATE_MEMBERS & key.keys() for key in keys):
            raise refuse("The member jwks holds a key that is not a public one.")
        self.check_keys(jwks)
        return Keys(jwks=jwks)


def check_client_name(text: str) -> str:
    """Return the name that people will read, or refuse an empty, long or unprintable one."""
    name = " ".join(text.split())
    if not 1 <= len(name) <= MAX_NAME or not name.isprintable():
        raise refuse("A client name has 1 to 200 printable characters.")
    return name


def sector_of(
    entity: str | None,
    redirect_uris: tuple[str, ...],
    *,
    client_id: ClientId,
    sector_uri: str | None = None,
    pairwise: bool = True,
) -> str:
    """Return the sector: the legal entity when one is named, else a host, else the client alone.

    The host is that of the sector identifier, or the one https host of all redirect URIs: a loopback
    address and a scheme are nobody's own, so applications that answer there share no pseudonyms.
    Raises Refusal when several leave it open which pseudonyms are meant (OpenID Connect Core
    section 8.1).
    """
    if entity:
        # What was read before comes back with its prefix.
        return entity if entity.startswith(SECTORS) else f"entity:{entity}"
    if sector_uri:
        return f"host:{urlsplit(sector_uri).hostname}"
    parts = [urlsplit(uri) for uri in redirect_uris]
    hosts = {each.hostname for each in parts if each.scheme == "https"}
    if not hosts:
        return f"client:{client_id}"
    # An app that also answers on its device, under whatever name it likes, is not that host's alone.
    if len(hosts) == 1 and all(each.scheme == "https" for each in parts):
        return f"host:{hosts.pop()}"
    if pairwise:
        raise refuse("Redirect URIs on several hosts need a sector or a sector_identifier_uri.")
    return f"client:{client_id}"


def _request_uri(uri: str) -> str:
    # OpenID Connect Core section 6.2: its fragment may be the hash of what is found there.
    check_page_uri(uri.partition("#")[0], "request_uris")
    return uri


def _name_en(members: Members) -> str | None:
    name = members.text("client_name#en")
    return check_client_name(name) if name else None


def read_ground(members: Members) -> Ground:
    """Return what the client may learn things on, or refuse a basis that does not fit its statute."""
    basis = members.choice("lawful_basis", LawfulBasis, LawfulBasis.CONSENT)
    statute, statute_en = _statute(members, "statute"), _statute(members, "statute#en")
    # Who is not asked is told by which law.
    is_asked = basis is LawfulBasis.CONSENT
    if is_asked is (statute is not None) or (is_asked and statute_en):
        raise refuse("A statute is named where the lawful basis is not consent, and only there.")
    return Ground(basis=basis, statute=statute, statute_en=statute_en)


def _statute(members: Members, member: str) -> str | None:
    text = " ".join((members.text(member) or "").split())
    if len(text) > MAX_STATUTE or not text.isprintable():
        raise refuse("The name of a statute has at most 200 printable characters.")
    return text or None


def _application_type(members: Members, method: AuthMethod) -> ApplicationType:
    # A public client without a web address can only be an application on a device.
    on_device = method is AuthMethod.NONE and not any(
        uri.startswith("https:") for uri in members.texts("redirect_uris")
    )
    usual = ApplicationType.NATIVE if on_device else ApplicationType.WEB
    return members.choice("application_type", ApplicationType, usual)


def _requires_pkce(members: Members, method: AuthMethod) -> bool:
    required = members.flag("require_pkce", default=True)
    if not required and method is AuthMethod.NONE:
        # RFC 9700 section 2.1.1: nothing else protects its code.
        raise refuse("A public client cannot do without PKCE.")
    return required


def _grant_types(
    members: Members, method: AuthMethod, redirect_uris: tuple[str, ...]
) -> frozenset[GrantType]:
    public = method is AuthMethod.NONE
    usual = [GrantType.AUTHORIZATION_CODE, GrantType.REFRESH_TOKEN]
    if members.texts("resources") and not redirect_uris:
        usual = []
    if not public:
        usual.append(GrantType.CLIENT_CREDENTIALS)
    named = members.texts("grant_types")
    try:
        grant_types = frozenset(GrantType(each) for each in named) if named else frozenset(usual)
    except ValueError:
        raise refuse("The member grant_types has an unsupported value.") from None
    if public and GrantType.CLIENT_CREDENTIALS in grant_types:
        raise refuse("A public client cannot act for itself.")
    if GrantType.AUTHORIZATION_CODE in grant_types and not redirect_uris:
        raise Refusal("invalid_redirect_uri", "At least one redirect URI is needed.")
    return grant_types


def _resources(members: Members, name: str) -> tuple[str, ...]:
    return tuple(check_page_uri(uri, name) for uri in members.texts(name))


def _logout(members: Members, redirect_uris: tuple[str, ...]) -> LogoutNotices:
    frame = members.page("frontchannel_logout_uri")
    # Front-Channel Logout section 2: nobody's page but the client's own is shown in our frame.
    if frame and origin_of(frame) not in map(origin_of, redirect_uris):
        raise refuse("The member frontchannel_logout_uri is not where a redirect URI is.")
    return LogoutNotices(
        backchannel_uri=members.page("backchannel_logout_uri"),
        backchannel_sid=members.flag("backchannel_logout_session_required"),
        frontchannel_uri=frame,
        frontchannel_sid=members.flag("frontchannel_logout_session_required"),
    )


def _signing(members: Members) -> Signing:
    return Signing(
        id_token=members.choice("id_token_signed_response_alg", Algorithm, DEFAULT),
        userinfo=members.choice_or_none("userinfo_signed_response_alg", Algorithm),
        introspection=members.choice_or_none("introspection_signed_response_alg", Algorithm),
        assertion=members.text("token_endpoint_auth_signing_alg"),
        request_object=members.choice_or_none("request_object_signing_alg", Algorithm),
    )
