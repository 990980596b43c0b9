"""Debian's Chromium, driven by Playwright."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

# No page may cause a connection that a test did not ask for.
QUIET = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


@contextmanager
def open_browser(chromium: Path, *arguments: str) -> Iterator[Browser]:
    """Yield a headless browser, started with *arguments* beside the usual ones."""
    # Chromium's sandbox refuses root.
    root = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=[*QUIET, *root, *arguments], headless=True
        )
        yield browser
        browser.close()
