"""Take the screenshots of docs/screenshots anew, from a demo of its own: ``make screenshots``.

A screen is a line of ``tests/support/screens.py``. Each stands on a contact sheet of its language, size,
mode and scheme; those in PICTURED are kept in full too.
"""

import tempfile
from base64 import b64encode
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from tests.support import found
from tests.support.browser import open_browser
from tests.support.demo import Demo, running_demo
from tests.support.screens import Walker, screens_of

FOLDER = Path(__file__).parent / "screenshots"
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
# Each size of a window, and how wide one screen is on the contact sheet.
SIZES = {"desktop": ({"width": 1280, "height": 800}, 280), "phone": ({"width": 390, "height": 844}, 130)}
MODES = {"normal": False, "easy": True}
SCHEMES = ("light", "dark")
PICTURED = {
    *("welcome", "sign-in", "sign-in-refused", "consent", "consent-claims"),
    *("account", "sign-out", "signed-out", "error"),
    *("transaction", "proof", "face-consent", "face"),
}
SHEET_WIDTH = 1200
SHEET_QUALITY = 55
SHEET = """<!doctype html><style>
body { margin: 8px; display: flex; flex-wrap: wrap; gap: 8px; background: #666;
  font: 11px sans-serif; color: #fff }
figure { margin: 0; width: %(width)dpx }
img { width: 100%%; max-height: %(height)dpx; object-fit: cover; object-position: top }
</style>%(figures)s"""
FIGURE = '<figure><img src="data:image/png;base64,{data}">{name}</figure>'


def take(browser: Browser, demo: Demo, variant: tuple[str, str, str, str]) -> dict[str, bytes]:
    """Walk through every screen and return its picture by its name."""
    language, size, mode, scheme = variant
    with browser.new_context(
        locale=LOCALES[language],
        viewport=SIZES[size][0],  # type: ignore[arg-type]  # a plain dictionary of both
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if scheme == "dark" else "light",
    ) as context:
        page = context.new_page()
        walk = screens_of(Walker(page, demo), easy=MODES[mode])
        return {name: page.screenshot(full_page=True) for name in walk}


def put_together(browser: Browser, pictures: dict[str, bytes], width: int) -> bytes:
    """Return the contact sheet: each screen *width* pixels wide, long ones cut."""
    figures = [
        FIGURE.format(data=b64encode(picture).decode(), name=name) for name, picture in pictures.items()
    ]
    with browser.new_context(viewport={"width": SHEET_WIDTH, "height": 100}) as context:
        page = context.new_page()
        page.set_content(SHEET % {"width": width, "height": 3 * width, "figures": "".join(figures)})
        return page.screenshot(full_page=True, type="jpeg", quality=SHEET_QUALITY)


def main() -> None:
    """Take them all."""
    FOLDER.mkdir(exist_ok=True)
    with (
        open_browser(found.require("chromium")) as browser,
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder)) as demo,
    ):
        for variant in product(LOCALES, SIZES, MODES, SCHEMES):
            language, size, mode, scheme = variant
            pictures = take(browser, demo, variant)
            sheet = put_together(browser, pictures, SIZES[size][1])
            (FOLDER / f"sheet-{'-'.join(variant)}.jpg").write_bytes(sheet)
            if (mode, scheme) == ("normal", "light"):
                for name in PICTURED:
                    (FOLDER / f"{name}-{language}-{size}.png").write_bytes(pictures[name])


if __name__ == "__main__":
    main()
