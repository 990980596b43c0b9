"""The face check in Chromium: what a person sees while all is well, and when something is not."""

from urllib.parse import urlencode

import pytest
from flask import Flask
from playwright.sync_api import expect

from idp.app.faces import FaceNeighbours
from idp.domain.faces import Guidance, Outcome
from tests.support import found
from tests.support.clock import RunningClock
from tests.support.faces import BLINK, DONE, LEFT, STRAIGHT, Judges, References, judged
from tests.support.listening import listening
from tests.support.looking import look
from tests.support.ports import free_port
from tests.support.provider import PASSWORD
from tests.support.relying_party import Visit
from tests.support.transactions import KINDS, open_with_types, register, transfer, written

PROVED = KINDS[3]
# A picture that moves, where a camera would be.
CAMERA = """
const canvas = document.createElement("canvas");
[canvas.width, canvas.height] = [640, 480];
const pen = canvas.getContext("2d");
setInterval(() => {
  pen.fillStyle = "#9bb4c8";
  pen.fillRect(0, 0, 640, 480);
  pen.fillStyle = "#5d7890";
  pen.beginPath();
  pen.ellipse(320 + 4 * Math.sin(Date.now() / 300), 230, 120, 160, 0, 0, 7);
  pen.fill();
}, 50);
navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(15);
"""
FAULT = "navigator.mediaDevices.getUserMedia = async () => { throw new DOMException('', '%s'); };"
HIDE = """
Object.defineProperty(document, "hidden", { value: true });
document.dispatchEvent(new Event("visibilitychange"));
"""
LISTEN = """
window.said = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
Object.defineProperty(window, "speechSynthesis", {
  value: { cancel() {}, speak: (words) => window.said.push(`${words.lang} ${words.text}`) },
});
"""
RUN_AXE = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"


@pytest.fixture
def port():
    return free_port(row=2)


@pytest.fixture
def ports():
    script = [STRAIGHT, STRAIGHT, LEFT, LEFT, LEFT, BLINK, BLINK, BLINK, DONE]
    return FaceNeighbours(Judges(script=script), References())


@pytest.fixture
def provider(tmp_path, port, ports):
    opened = open_with_types(tmp_path, issuer=f"http://localhost:{port}", judging=ports, clock=RunningClock())
    with listening(opened.house.app, port):
        yield opened


@pytest.fixture
def asked(provider, port):
    """Return the address that begins a visit with a transaction that must be proved."""
    app = Flask("centre")
    app.add_url_rule("/cb", view_func=lambda: "back at the centre")
    with listening(app, port + 1):
        client = register(provider, redirect_uris=[f"http://localhost:{port + 1}/cb"])
        query = Visit(client).params(authorization_details=written(transfer(type=PROVED)))
        yield f"http://localhost:{port}/authorize?{urlencode(query)}"


def come_to_check(page, asked, *, camera=CAMERA):
    """Sign in, confirm, choose the face and agree; the camera is replaced before the page loads."""
    page.add_init_script(camera)
    page.goto(asked)
    page.fill("[name=username]", "zhangsanfeng")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.click("button[value=allow]")
    page.click("button[value=confirm]")
    page.click("a[href$='/face']")
    page.click("button[value=agree]")
    expect(page.locator("[data-state=ready]")).to_be_visible()


def start(page):
    page.click("[data-state=ready] [data-start]")


def state(page, name):
    return page.locator(f"[data-state={name}]")


def seats_are_free(page, ports):
    # The seat is given back by a request that the page does not wait for.
    for _ in range(50):
        if not ports.judges.seats:
            return True
        page.wait_for_timeout(50)
    return False


def test_a_person_follows_one_sentence_at_a_time_and_is_taken_back(provider, asked, ports, page):
    come_to_check(page, asked)
    start(page)
    expect(page.locator(".tx-face-say")).to_have_text("请正视摄像头")

    expect(page.locator(".tx-face-say")).to_have_text("请向左转头")
    expect(page.locator("[data-sign=turn_left]")).to_be_visible()
    expect(page.locator("[data-sign=blink]")).to_be_hidden()
    expect(page.locator(".tx-face-say")).to_have_text("请眨眨眼")

    page.wait_for_url("**/cb?*code=*")
    assert [details["amr"] for kind, details in provider.events() if kind == "TransactionProved"] == [
        ["face"]
    ]
    assert ports.judges.times == sorted(ports.judges.times)
    assert len(ports.judges.times) >= 24


def test_a_failed_try_says_what_may_help_and_how_many_are_left(asked, ports, page):
    dark = Guidance(code="too_dark", action=None, progress=0.0, seconds_left=9.0)
    ports.judges.script = [dark, LEFT, DONE]
    ports.judges.verdict = judged(Outcome.FAIL)
    come_to_check(page, asked)
    start(page)

    failed = state(page, "failed")
    expect(failed).to_be_visible()
    expect(failed.locator("[data-left]")).to_have_text("2")
    expect(failed.locator("[data-advice=light]")).to_be_visible()
    expect(failed.locator("[data-advice=covering]")).to_be_hidden()
    expect(failed.locator("h2")).to_be_focused()
    for left in ("1", None):
        failed.locator("[data-start]").click()
        if left:
            expect(failed.locator("[data-left]")).to_have_text(left)
    expect(state(page, "spent")).to_be_visible()
    page.click("text=使用其他方式")
    expect(page.locator("h1")).to_have_text("请证明是您本人")


@pytest.mark.parametrize(
    ("fault", "shown"),
    [
        ("NotAllowedError", ("denied", "未允许使用摄像头")),
        ("NotFoundError", ("absent", "未找到摄像头")),
        ("OverconstrainedError", ("absent", "未找到摄像头")),
        ("NotReadableError", ("taken", "摄像头正被占用")),
    ],
)
def test_a_camera_that_cannot_be_used_is_explained(asked, ports, page, fault, shown):
    name, words = shown
    come_to_check(page, asked, camera=FAULT % fault)
    start(page)

    expect(state(page, name)).to_contain_text(words)
    expect(page.locator("text=使用其他方式")).to_be_visible()
    assert ports.judges.asked == []


def test_a_browser_that_gives_no_camera_is_named(asked, page):
    come_to_check(page, asked, camera="Object.defineProperty(navigator, 'mediaDevices', {value: undefined});")
    start(page)

    expect(state(page, "unsupported")).to_be_visible()


def test_a_permission_that_is_really_refused_is_explained(asked, page):
    # Headless Chromium refuses whoever was not granted the camera, or has none.
    come_to_check(page, asked, camera="")
    start(page)

    expect(page.locator("[data-state=denied], [data-state=absent]").locator("visible=true")).to_have_count(1)


@pytest.mark.parametrize(("trouble", "shown"), [("full", "busy"), ("down", "down")])
def test_when_no_check_can_begin_it_is_said_before_any_frame(asked, ports, page, trouble, shown):
    ports.judges.free, ports.judges.down = (0, False) if trouble == "full" else (8, True)
    come_to_check(page, asked)
    start(page)

    expect(state(page, shown)).to_be_visible()
    assert ports.judges.times == []
    ports.judges.free, ports.judges.down = 8, False
    state(page, shown).locator("[data-start]").click()
    page.wait_for_url("**/cb?*code=*")


def test_judges_that_go_down_meanwhile_cost_no_try(asked, ports, page):
    ports.judges.script = [STRAIGHT, LEFT]
    come_to_check(page, asked)
    start(page)
    expect(page.locator(".tx-face-say")).to_have_text("请向左转头")

    ports.judges.down = True

    expect(state(page, "not_judged")).to_contain_text("不计入次数")


def test_a_page_that_is_hidden_stops_the_check_and_the_camera(asked, ports, page):
    ports.judges.script = [STRAIGHT]
    come_to_check(page, asked)
    start(page)
    expect(state(page, "running")).to_be_visible()

    page.evaluate(HIDE)

    expect(state(page, "hidden")).to_be_visible()
    assert page.evaluate("document.querySelector('video').srcObject") is None
    assert seats_are_free(page, ports)


def test_a_network_that_is_lost_for_ten_seconds_stops_the_check(asked, ports, page):
    ports.judges.script = [STRAIGHT]
    come_to_check(page, asked)
    start(page)
    expect(state(page, "running")).to_be_visible()

    page.route("**/face/*", lambda route: route.abort())
    expect(page.locator(".tx-face-say")).to_have_text("网络较慢，请稍候")

    expect(state(page, "offline")).to_be_visible(timeout=15_000)
    page.unroute("**/face/*")
    ports.judges.script = [STRAIGHT, LEFT, DONE]
    state(page, "offline").locator("[data-start]").click()
    page.wait_for_url("**/cb?*code=*")


def test_a_batch_that_is_lost_does_not_end_the_check(asked, ports, page):
    come_to_check(page, asked)
    lost: list[str] = []

    def lose_one(route):
        if len(lost) < 2:
            lost.append(route.request.url)
            route.abort()
        else:
            route.continue_()

    page.route("**/face/frames", lose_one)
    start(page)

    page.wait_for_url("**/cb?*code=*")
    assert len(lost) == 2


def test_whoever_stops_frees_the_seat(asked, ports, page):
    ports.judges.script = [STRAIGHT]
    come_to_check(page, asked)
    start(page)
    expect(state(page, "running")).to_be_visible()

    page.click("[data-stop]")

    expect(state(page, "ready")).to_be_visible()
    assert seats_are_free(page, ports)


def test_the_steps_are_read_aloud_to_whoever_wants_it(asked, ports, page):
    come_to_check(page, asked, camera=CAMERA + LISTEN)
    page.check("#voice")
    page.check("#unhurried")
    ports.judges.script = [STRAIGHT, LEFT]
    start(page)
    expect(page.locator(".tx-face-say")).to_have_text("请向左转头")

    assert page.evaluate("window.said") == ["zh-CN 请正视摄像头", "zh-CN 请向左转头"]
    assert ports.judges.asked == [(20.0, None)]


def test_in_easy_mode_there_is_more_time_from_the_beginning(asked, page):
    come_to_check(page, asked)
    page.goto(f"{page.url.partition('?')[0]}?easy=1")

    expect(page.locator("#unhurried")).to_be_checked()
    expect(page.locator("#voice")).not_to_be_checked()


def test_it_goes_by_the_keyboard_alone(asked, page):
    come_to_check(page, asked)

    page.focus("[data-state=ready] [data-start]")
    page.keyboard.press("Enter")

    page.wait_for_url("**/cb?*code=*")


SHOW = """name => document.querySelectorAll("[data-state]").forEach(
  (each) => { each.hidden = each.dataset.state !== name; })"""


def every_state(page):
    """Show one state after the other; yield the name of each."""
    for name in page.eval_on_selector_all("[data-state]", "all => all.map((each) => each.dataset.state)"):
        page.evaluate(SHOW, name)
        yield name


@pytest.mark.parametrize(("easy", "least", "smallest"), [(0, 44, 14), (1, 60, 18)])
def test_every_state_fits_a_phone_and_can_be_read_and_pressed(asked, page, easy, least, smallest):
    page.set_viewport_size({"width": 320, "height": 640})
    come_to_check(page, asked)
    page.goto(f"{page.url.partition('?')[0]}?easy={easy}")
    page.reload()
    faults: list[object] = []
    for name in every_state(page):
        seen = look(page)
        faults += [(name, each) for each in seen.targets if each[1] < least]
        faults += [(name, each) for each in seen.texts if each[1] < smallest]
        faults += [(name, seen.wider)] if seen.wider > 0 else []

    assert faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_grave_in_any_state(asked, page, scheme):
    axe = found.require("axe")
    page.emulate_media(color_scheme=scheme)
    come_to_check(page, asked)
    page.evaluate(axe.read_text("utf-8"))
    grave = []
    for name in every_state(page):
        grave += [
            (name, each["id"]) for each in page.evaluate(RUN_AXE) if each["impact"] in {"serious", "critical"}
        ]

    assert grave == []
