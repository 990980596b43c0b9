"""Measure what docs/speed.md tells: ``python -m docs.measure_speed`` prints a line a page."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from tests.support import found
from tests.support.browser import open_browser
from tests.support.demo import Demo, running_demo
from tests.support.looking import watch_shifts
from tests.support.screens import Walker

PHONE = {"width": 390, "height": 844}
# Slow 4G as Lighthouse has it: 150 ms there and back, 1.6 Mbit/s; the processor four times slower.
NETWORK = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
TIMES = 5
TOLD = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const paint = performance.getEntriesByName("first-contentful-paint")[0];
  const parts = [page, ...performance.getEntriesByType("resource")];
  const painted = paint.startTime - page.requestStart;
  return {
    painted,
    // When it is painted and the script has run.
    usable: Math.max(painted, page.domContentLoadedEventEnd - page.requestStart),
    bytes: parts.reduce((sum, each) => sum + each.transferSize, 0),
    shifts: window.shifts,
  };
}"""


def slow_down(context: BrowserContext, page: Page) -> None:
    """Let the page run as on an old phone."""
    protocol = context.new_cdp_session(page)
    protocol.send("Network.enable")
    protocol.send("Network.emulateNetworkConditions", NETWORK)
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def visit_twice(browser: Browser, demo: Demo) -> list[dict[str, Any]]:
    """Return what the first and the second visit to the sign-in page were like."""
    with browser.new_context(viewport=PHONE, locale="zh-CN") as context:  # type: ignore[arg-type]  # plain
        watch_shifts(context)
        page = context.new_page()
        slow_down(context, page)
        visits = []
        for _ in range(2):
            Walker(page, demo).come_from_portal()
            page.wait_for_load_state("networkidle")
            visits.append(page.evaluate(TOLD))
        return visits


def main() -> None:
    """Visit often, and print the middle of each."""
    with (
        open_browser(found.require("chromium")) as browser,
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder)) as demo,
    ):
        taken = [visit_twice(browser, demo) for _ in range(TIMES)]
    for number, name in enumerate(("first visit", "second visit")):
        of = {key: median(visits[number][key] for visits in taken) for key in taken[0][number]}
        print(  # noqa: T201 - the figures are what it is for
            f"{name}: {of['bytes']:.0f} bytes, painted after {of['painted']:.0f} ms, "
            f"usable after {of['usable']:.0f} ms, layout shift {of['shifts']:.3f}"
        )


if __name__ == "__main__":
    main()
