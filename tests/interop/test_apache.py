"""Debian's mod_auth_openidc protects a page of a real Apache; a person comes with Chromium."""

import pytest

from tests.support import found
from tests.support.apache import Apache
from tests.support.provider import PASSWORD

MODULES = (
    *("mpm_event", "authn_core", "authz_core", "authz_user", "dir", "env", "include"),
    *("socache_shmcb", "ssl", "auth_openidc"),
)
# What the module's own manual asks for, our scopes and authority, and one setting that is not its default.
CONFIG = """
OIDCProviderMetadataURL {issuer}/.well-known/openid-configuration
OIDCClientID {client_id}
OIDCClientSecret {client_secret}
OIDCRedirectURI {address}/protected/callback
OIDCCryptoPassphrase made-for-this-test-alone
OIDCScope "openid profile phone"
OIDCSSLValidateServer On
OIDCCABundlePath "{authority}"
OIDCPKCEMethod S256

SSLEngine on
SSLCertificateFile "{certificate}"
SSLCertificateKeyFile "{key}"
DocumentRoot "{pages}"
DirectoryIndex index.txt
ForceType text/plain
SetOutputFilter INCLUDES
Options +Includes
<Location /protected/>
    AuthType openid-connect
    Require valid-user
</Location>
"""
PAGE = """<!--#echo var="REMOTE_USER" -->
<!--#echo var="OIDC_CLAIM_iss" -->
<!--#echo var="OIDC_CLAIM_phone_number" -->
<!--#echo var="OIDC_CLAIM_acr" -->
"""


@pytest.fixture
def portal(served):
    """Return the address of an Apache that protects a page."""
    found.require("mod_auth_openidc")
    apache = Apache(found.require("apache"), MODULES)
    address = f"https://localhost:{apache.port}"
    client = served.operator.register(
        "Apache",
        *("--redirect-uri", f"{address}/protected/callback", "--scope", "openid profile phone"),
        *("--post-logout-redirect-uri", f"{address}/bye.txt", "--subject-type", "public"),
    )
    apache.write("pages/bye.txt", b"bye\n")
    protected = apache.write("pages/protected/index.txt", PAGE.encode())
    apache.configure(
        CONFIG.format(
            issuer=served.issuer,
            client_id=client["client_id"],
            client_secret=client["client_secret"],
            address=address,
            authority=apache.write("authority.pem", served.tls.authority.read_bytes()),
            certificate=apache.write("server.pem", served.tls.certificate.read_bytes()),
            key=apache.write("server.key", served.tls.key.read_bytes()),
            pages=protected.parents[1],
        )
    )
    try:
        apache.start()
        yield address
    finally:
        apache.close()


def test_a_protected_page_knows_the_person_until_she_leaves(served, portal, page):
    page.goto(f"{portal}/protected/")
    page.fill("[name=username]", "zhangsanfeng")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.click("button[name=decision][value=allow]")
    page.wait_for_url(f"{portal}/protected/")

    user, issuer, phone, acr = page.inner_text("body").split()
    assert user.partition("@")[0]
    assert issuer == served.issuer
    assert phone == "+8610000000001"
    assert acr.startswith("https://tongxing.example/ns/")

    page.goto(f"{portal}/protected/callback?logout={portal}/bye.txt")

    page.wait_for_url(f"{portal}/bye.txt**")
    page.goto(f"{portal}/protected/")
    assert page.url.startswith(served.issuer)
    assert page.locator("[name=password]").count() == 1
