"""What a browser tells of the page it shows: sizes of what is read and pressed, and what moved."""

from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Page

# Chromium tells each shift of what was already shown, unless the person caused it.
WATCH_SHIFTS = """
window.shifts = 0;
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifts += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
LOOK = """() => {
  const shown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return element.checkVisibility({ visibilityProperty: true }) && width > 1 && height > 1;
  };
  const start = (text) => text.trim().slice(0, 30);
  const label = (element) => `${element.tagName} ${start(element.innerText || element.name || "")}`;
  const targets = [...document.querySelectorAll("a[href], button, input, select, summary, textarea")]
    .filter(shown).map((each) => [label(each), each.getBoundingClientRect().height]);
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (walker.currentNode.data.trim() && shown(parent))
      texts.push([start(walker.currentNode.data), parseFloat(getComputedStyle(parent).fontSize)]);
  }
  const root = document.documentElement;
  return { targets, texts, wider: root.scrollWidth - root.clientWidth, shifts: window.shifts };
}"""


@dataclass(frozen=True, slots=True)
class Looks:
    """What is on a page: *targets* by height and *texts* by size in pixels, how much it is too wide."""

    targets: tuple[tuple[str, float], ...]
    texts: tuple[tuple[str, float], ...]
    wider: float
    shifts: float


def watch_shifts(context: BrowserContext) -> None:
    """Let every page of *context* add up what moves on it."""
    context.add_init_script(WATCH_SHIFTS)


def look(page: Page) -> Looks:
    """Measure what *page* shows."""
    told: dict[str, Any] = page.evaluate(LOOK)
    return Looks(
        targets=tuple(map(tuple, told["targets"])),
        texts=tuple(map(tuple, told["texts"])),
        wider=told["wider"],
        shifts=told["shifts"],
    )
