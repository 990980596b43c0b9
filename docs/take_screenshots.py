"""Take the screenshots of docs/screenshots anew, from a demo of its own: ``make screenshots``."""

import json
import tempfile
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page

from tests.support import found
from tests.support.browser import open_browser
from tests.support.demo import Demo, running_demo

FOLDER = Path(__file__).parent / "screenshots"
DESKTOP = {"width": 1280, "height": 800}
# What a portal might ask beyond its scopes: verified, and with its reason.
CLAIMS = {
    "userinfo": {
        "verified_claims": {
            "verification": {"trust_framework": None, "evidence": [{"type": {"value": "electronic_record"}}]},
            "claims": {"name": None, "birthdate": {"purpose": "核对退休年龄 To check the age of retirement"}},
        }
    }
}
PHONE = {"width": 390, "height": 844}


def take(page: Page, demo: Demo, suffix: str) -> None:
    """Walk from portal to portal and keep each page."""

    def keep(name: str) -> None:
        page.screenshot(path=FOLDER / f"{name}-{suffix}.png", full_page=True)

    account = demo.account()
    page.goto(demo.issuer)
    keep("welcome")
    page.goto(f"{demo.portal(0)}/login")
    keep("sign-in")
    page.fill("[name=username]", account["username"])
    page.fill("[name=password]", "not this one")
    page.press("[name=password]", "Enter")
    keep("sign-in-refused")
    page.fill("[name=password]", account["password"])
    page.press("[name=password]", "Enter")
    keep("consent")
    page.click("button[name=decision][value=allow]")
    begun = page.request.get(f"{demo.portal(2)}/login", max_redirects=0)
    page.goto(f"{begun.headers['location']}&{urlencode({'claims': json.dumps(CLAIMS)})}")
    keep("consent-claims")
    page.goto(demo.issuer)
    keep("account")
    page.goto(f"{demo.issuer}/logout")
    keep("sign-out")
    page.click("button[name=decision][value=sign-out]")
    keep("signed-out")
    page.goto(f"{demo.issuer}/authorize?client_id=unknown")
    keep("error")


def main() -> None:
    """Take them all: Chinese and English, desktop and phone."""
    FOLDER.mkdir(exist_ok=True)
    with open_browser(found.require("chromium")) as browser:
        for language, locale in (("zh", "zh-CN"), ("en", "en-GB")):
            for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
                with (
                    tempfile.TemporaryDirectory() as folder,
                    running_demo(Path(folder)) as demo,
                    browser.new_context(
                        locale=locale, viewport=viewport, timezone_id="Asia/Shanghai"
                    ) as context,
                ):
                    take(context.new_page(), demo, f"{language}-{size}")


if __name__ == "__main__":
    main()
