"""Security headers on every answer."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from idp.domain.redirect_uris import origin_of

COMMON = {
    "X-Content-Type-Options": "nosniff",
    # The form guard compares referrers on https, so the origin itself must stay visible to us.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; connect-src 'self'; script-src {scripts}; "
    "form-action 'self'{targets}; frame-src {frames}; frame-ancestors {around}; base-uri 'none'"
)
HSTS = "max-age=31536000; includeSubDomains"


def document_headers(*, secure: bool) -> dict[str, str]:
    """Return the headers of what is no page: nothing in it is ever loaded, sent or framed."""
    lasting = {"Strict-Transport-Security": HSTS} if secure else {}
    policy = POLICY.format(targets="", scripts="'none'", frames="'none'", around="'none'")
    return COMMON | {"Content-Security-Policy": policy} | lasting


def let_forms_reach(uri: str) -> None:
    """Let the forms of this page be redirected to *uri* and wherever the portal leads on from there.

    Browsers apply form-action to every redirect that follows a form, and a portal may answer on one
    host and go on at another; so the scheme is named, not the host.
    """
    scheme = urlsplit(uri).scheme
    g.form_target = "https:" if scheme == "https" else f"https: {scheme}:"


def let_frames_reach(uris: Iterable[str]) -> None:
    """Let frames of this page show the origins of *uris*, and no others."""
    g.frame_sources = " ".join(sorted({origin for uri in uris if (origin := origin_of(uri))}))


def let_anybody_frame() -> None:
    """Let any site put this page into a frame: it must show nothing and take no input."""
    g.framed = True


def let_camera_in() -> None:
    """Let this page, and no frame in it, ask for the camera."""
    g.permissions = COMMON["Permissions-Policy"].replace("camera=()", "camera=(self)")


def install_headers(app: Flask, *, secure: bool) -> None:
    """Add the headers to every answer of *app*."""

    def add(response: Response) -> Response:
        framed = g.get("framed", False)
        if allowed := g.get("permissions"):
            response.headers["Permissions-Policy"] = allowed
        for name, value in COMMON.items():
            if not (framed and name == "X-Frame-Options"):
                response.headers.setdefault(name, value)
        if "account" in request.blueprints:
            # Elsewhere a portal may have opened a window for the sign-in, and waits for its answer.
            response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        target = g.get("form_target")
        is_page = response.mimetype == "text/html"
        scripts = _scripts(nonce=g.get("script_nonce"), own=is_page and not framed)
        policy = POLICY.format(
            targets=f" {target}" if target else "",
            scripts=scripts,
            frames=g.get("frame_sources") or "'none'",
            around="*" if framed else "'none'",
        )
        response.headers.setdefault("Content-Security-Policy", policy)
        if is_page:
            response.headers.setdefault("Cache-Control", "no-store")
        if secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response

    app.after_request(add)


def _scripts(*, nonce: str | None, own: bool) -> str:
    sources = ["'self'"] if own else []
    if nonce:
        sources.append(f"'nonce-{nonce}'")
    return " ".join(sources) or "'none'"
