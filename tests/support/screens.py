"""Every screen that a person can see, in the order of one walk; who looks at pages walks it."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import Page

from liveness.models.store import Store
from tests.support.demo import Demo
from tests.support.transactions import TRANSFER, transfer

# What a portal might ask beyond its scopes: verified, and with its reason.
CLAIMS = {
    "userinfo": {
        "verified_claims": {
            "verification": {"trust_framework": None, "evidence": [{"type": {"value": "electronic_record"}}]},
            "claims": {"name": None, "birthdate": {"purpose": "核对退休年龄 To check the age of retirement"}},
        }
    }
}


@dataclass(frozen=True)
class Walker:
    """A person with an account of the demo, in front of a page."""

    page: Page
    demo: Demo

    def open(self, path: str) -> None:
        """Open an address of the provider."""
        self.page.goto(f"{self.demo.issuer}{path}")

    def come_from_portal(self) -> None:
        """Sign in at a portal."""
        self.page.goto(f"{self.demo.portal(0)}/login")

    def come_with_claims(self) -> None:
        """Sign in at a portal that asks for verified data and says why."""
        begun = self.page.request.get(f"{self.demo.portal(2)}/login", max_redirects=0)
        self.page.goto(f"{begun.headers['location']}&{urlencode({'claims': json.dumps(CLAIMS)})}")

    def come_to_choose(self) -> None:
        """Sign in at a portal that lets the account be chosen; the clock must have moved on by then."""
        begun = self.page.request.get(f"{self.demo.portal(1)}/login", max_redirects=0)
        self.page.goto(f"{begun.headers['location']}&prompt=select_account")

    def come_by_law(self) -> None:
        """Come from a portal to which a law gives what it asks for."""
        made = self.demo.command(
            *("client", "create", "--name", "杭州市住房公积金管理中心", "--public", "--json"),
            *("--redirect-uri", f"{self.demo.portal(0)}/law", "--scope", "openid profile cn_id_number"),
            *("--lawful-basis", "statutory_duty", "--statute", "《住房公积金管理条例》第五条"),
            *("--statute-en", "Regulations on Housing Provident Funds, article 5"),
        )
        asked = {
            "client_id": json.loads(made.stdout)["client_id"],
            "redirect_uri": f"{self.demo.portal(0)}/law",
            "response_type": "code",
            "scope": "openid profile cn_id_number",
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",  # RFC 7636 appendix B
            "code_challenge_method": "S256",
        }
        self.open(f"/authorize?{urlencode(asked)}")

    def come_with_transaction(self, yuan: str = "12000.00") -> None:
        """Come from a portal that asks leave for a transaction."""
        made = self.demo.command(
            *("client", "create", "--name", "示例市住房公积金管理中心", "--public", "--json"),
            *("--redirect-uri", f"{self.demo.portal(0)}/transfer", "--scope", "openid profile"),
            *("--authorization-details-type", TRANSFER),
        )
        details = transfer(yuan, note="房屋租金 Rent of a home")
        asked = {
            "client_id": json.loads(made.stdout)["client_id"],
            "redirect_uri": f"{self.demo.portal(0)}/transfer",
            "response_type": "code",
            "scope": "openid profile",
            "authorization_details": json.dumps([details]),
            "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",  # RFC 7636 appendix B
            "code_challenge_method": "S256",
        }
        self.open(f"/authorize?{urlencode(asked)}")
        self.press("button[value=allow]")

    def sign_in(self, password: str | None = None) -> None:
        """Fill the form, rightly unless *password* says otherwise."""
        account = self.demo.account()
        if self.page.is_visible("[name=username]"):
            self.page.fill("[name=username]", account["username"])
        if self.page.locator("html[data-easy]").count() and not self.page.is_visible("[name=password]"):
            self.press("form[novalidate] [type=submit]")
        self.page.fill("[name=password]", account["password"] if password is None else password)
        self.page.press("[name=password]", "Enter")
        self.page.wait_for_load_state()

    def press(self, selector: str) -> None:
        """Press a link or a button, and wait for the page that it leads to."""
        with self.page.expect_navigation():
            self.page.click(selector)


@dataclass(frozen=True)
class Screen:
    """A screen, and the step that leads to it from the screen before."""

    name: str
    reach: Callable[[Walker], None]
    judges_faces: bool = False


def allow_and(walker: Walker, go_on: Callable[[Walker], None]) -> None:
    """Allow what the portal asks, and go on."""
    walker.press("button[value=allow]")
    go_on(walker)


def close_account(walker: Walker) -> None:
    """Close the account."""
    walker.open("/account/close")
    walker.page.check("#understood")
    walker.press("form[action='/account/close'] [type=submit]")


def come_back(walker: Walker) -> None:
    """Sign in to an account that closes."""
    walker.come_from_portal()
    walker.sign_in()


def keep_and_leave(walker: Walker) -> None:
    """Keep the account after all, and ask to sign out."""
    walker.press("form[action$='/keep'] [type=submit]")
    walker.open("/logout")


def send_without_cookies(walker: Walker) -> None:
    """Send the sign-in form when the browser has lost its cookies."""
    walker.open("/sign-in")
    kept = [each for each in walker.page.context.cookies() if "easy" in each["name"]]
    walker.page.context.clear_cookies()
    walker.page.context.add_cookies(kept)
    walker.press("form[novalidate] [type=submit]")


EVERY_SCREEN = (
    Screen("welcome", lambda walker: walker.open("/")),
    Screen("sign-in", lambda walker: walker.come_from_portal()),
    Screen("sign-in-empty", lambda walker: walker.press("form[novalidate] [type=submit]")),
    Screen("sign-in-refused", lambda walker: walker.sign_in("not this one")),
    Screen("consent", lambda walker: walker.sign_in()),
    Screen("consent-claims", lambda walker: allow_and(walker, Walker.come_with_claims)),
    Screen("notice", lambda walker: walker.come_by_law()),
    Screen("account", lambda walker: walker.open("/")),
    Screen("devices", lambda walker: walker.open("/account/devices")),
    Screen("history", lambda walker: walker.open("/account/history")),
    Screen("not-me", lambda walker: walker.press("a[href$='/not-me']")),
    Screen("security", lambda walker: walker.open("/account/security")),
    Screen("data", lambda walker: walker.open("/account/data")),
    Screen("settings", lambda walker: walker.open("/account/settings")),
    Screen("password", lambda walker: walker.open("/account/security/password")),
    Screen("password-refused", lambda walker: walker.press("form[novalidate] [type=submit]")),
    Screen("passkeys", lambda walker: walker.open("/account/security/passkeys")),
    Screen("codes", lambda walker: walker.open("/account/security/codes")),
    Screen("codes-refused", lambda walker: walker.press("form[novalidate] [type=submit]")),
    Screen("copy", lambda walker: walker.open("/account/data/copy")),
    Screen("close", lambda walker: walker.open("/account/close")),
    Screen("choose-account", lambda walker: walker.come_to_choose()),
    Screen("authorisations", lambda walker: walker.open("/account/authorisations")),
    Screen("withdraw", lambda walker: walker.press("a[href$='/withdraw']")),
    Screen("withdrawn", lambda walker: walker.press("form[action$='/withdraw'] [type=submit]")),
    Screen("transaction", lambda walker: walker.come_with_transaction("60000.00")),
    Screen("proof", lambda walker: walker.press("button[value=confirm]")),
    Screen("face-consent", lambda walker: walker.press("a[href$='/face']"), judges_faces=True),
    Screen("face", lambda walker: walker.press("button[value=agree]"), judges_faces=True),
    Screen("closed", close_account),
    Screen("closing", come_back),
    Screen("sign-out", keep_and_leave),
    Screen("signed-out", lambda walker: walker.press("button[value=sign-out]")),
    Screen("error", lambda walker: walker.open("/authorize?client_id=unknown")),
    Screen("no-page", lambda walker: walker.open("/no-such-page")),
    Screen("form-expired", send_without_cookies),
)


# Where the models are missing no face is asked for.
SCREENS = tuple(screen for screen in EVERY_SCREEN if not screen.judges_faces or not Store().missing())


def screens_of(walker: Walker, *, easy: bool) -> Iterator[str]:
    """Yield the name of each screen when it is shown."""
    if easy:
        walker.open("/?easy=1")
    for screen in SCREENS:
        screen.reach(walker)
        yield screen.name
