"""Every screen in a real browser, in every mode: readable, pressable, still, and without faults for axe."""

import pytest
from playwright.sync_api import Browser

from tests.support import found
from tests.support.demo import running_demo
from tests.support.looking import look, watch_shifts
from tests.support.screens import SCREENS, Walker, screens_of

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 800}
# A window of 1280 x 1024 pixels at 400 %.
ZOOMED = {"width": 320, "height": 256}
# A tenth of what counts as good: a fresh browser may move its first words a pixel once fonts are there.
BARELY = 0.01
VARIANTS = {
    "phone light": ("zh-CN", PHONE, "light", False),
    "desktop dark": ("en-GB", DESKTOP, "dark", False),
    "zoomed dark": ("en-GB", ZOOMED, "dark", False),
    "easy phone light": ("en-GB", PHONE, "light", True),
    "easy zoomed dark": ("zh-CN", ZOOMED, "dark", True),
    "easy desktop light": ("zh-CN", DESKTOP, "light", True),
}
RUN_AXE = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture(scope="module", params=VARIANTS)
def seen(request, chromium: Browser, demo):
    """Return what the browser and axe say of each screen."""
    locale, viewport, scheme, easy = VARIANTS[request.param]
    axe = found.find("axe")
    with chromium.new_context(
        locale=locale, viewport=viewport, color_scheme=scheme, timezone_id="Asia/Shanghai"
    ) as context:
        watch_shifts(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        looks, violations = {}, {}
        for name in screens_of(Walker(page, demo), easy=easy):
            looks[name] = look(page)
            if axe:
                page.evaluate(axe.path.read_text("utf-8"))
                violations[name] = page.evaluate(RUN_AXE)
        return easy, looks, violations, complaints


def test_the_walk_reaches_every_screen(seen):
    _, looks, _, _ = seen

    assert list(looks) == [screen.name for screen in SCREENS]
    assert all(each.targets and each.texts for each in looks.values())


def test_axe_finds_nothing_serious_or_critical(seen):
    found.require("axe")
    _, _, violations, _ = seen

    grave = [
        (name, each["id"], [node["html"][:120] for node in each["nodes"]])
        for name, all_of_it in violations.items()
        for each in all_of_it
        if each["impact"] in {"serious", "critical"}
    ]

    assert len(violations) == len(SCREENS)
    assert grave == []


def test_everything_that_is_pressed_is_large_enough(seen):
    easy, looks, _, _ = seen
    least = 60 if easy else 44

    assert [(name, each) for name, of in looks.items() for each in of.targets if each[1] < least] == []


def test_text_is_large_enough(seen):
    easy, looks, _, _ = seen
    least = 18 if easy else 14

    assert [(name, each) for name, of in looks.items() for each in of.texts if each[1] < least] == []


def test_nothing_has_to_be_scrolled_sideways(seen):
    _, looks, _, _ = seen

    assert [(name, of.wider) for name, of in looks.items() if of.wider > 0] == []


def test_nothing_moves_while_a_page_loads(seen):
    _, looks, _, _ = seen

    assert [(name, of.shifts) for name, of in looks.items() if of.shifts > BARELY] == []


def test_the_browser_complains_of_nothing_but_the_answers_that_are_refusals(seen):
    *_, complaints = seen

    assert [
        each
        for each in complaints
        if not each.startswith("Failed to load resource: the server responded with a status of 4")
    ] == []
