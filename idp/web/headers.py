"""Security headers on every answer."""

from flask import Flask, Response, g

COMMON = {
    "X-Content-Type-Options": "nosniff",
    # The form guard compares referrers on https, so the origin itself must stay visible to us.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; script-src {scripts}; "
    "form-action 'self'{targets}; frame-ancestors 'none'; base-uri 'none'"
)
HSTS = "max-age=31536000; includeSubDomains"


def let_forms_reach(origin: str) -> None:
    """Let the forms of this page be redirected to *origin*.

    Browsers apply form-action to the redirects that follow a form as well.
    """
    g.form_target = origin


def install_headers(app: Flask, *, secure: bool) -> None:
    """Add the headers to every answer of *app*."""

    def add(response: Response) -> Response:
        for name, value in COMMON.items():
            response.headers.setdefault(name, value)
        target = g.get("form_target")
        nonce = g.get("script_nonce")
        policy = POLICY.format(
            targets=f" {target}" if target else "", scripts=f"'nonce-{nonce}'" if nonce else "'none'"
        )
        response.headers.setdefault("Content-Security-Policy", policy)
        if response.mimetype == "text/html":
            response.headers.setdefault("Cache-Control", "no-store")
        if secure:
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        return response

    app.after_request(add)
