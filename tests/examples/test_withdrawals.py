"""The road at the housing fund with the real provider: form, proof, money, receipt, and what goes wrong."""

import json
import logging
import re
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

import pytest
import requests

from examples.fund_api import WITHDRAWAL
from examples.fund_client import FundClient
from examples.housing_fund import HOUSING_FUND
from examples.portal import create_portal
from examples.settings import Settings
from idp.domain.assurance import Level
from idp.domain.clock import SystemClock
from tests.support.authenticator import Authenticator
from tests.support.listening import listening
from tests.support.ports import free_port
from tests.support.provider import PASSWORD, open_provider

HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*name="([^"]+)"[^>]*value="([^"]*)"')
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TYPED = {"amount": "12000", "reason": "07", "bank": "示例银行", "account": "6200 0000 0000 0000 018"}
WRONG = [
    ("amount", "", "请填写大于零的金额"),
    ("amount", "0", "请填写大于零的金额"),
    ("amount", "12.345", "请填写大于零的金额"),
    ("amount", "1e5", "请填写大于零的金额"),
    ("amount", "186000.01", "金额超过账户余额"),
    ("reason", "xx", "请选择提取原因"),
    ("bank", "", "请填写开户银行"),
    ("bank", "a\u202eb", "请填写开户银行"),
    ("account", "123", "请填写8至30位数字的账号"),
]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass
class Road:
    """A person in front of both, the fund and the provider."""

    issuer: str
    url: str
    browser: requests.Session = field(default_factory=requests.Session)
    device: Authenticator | None = None

    def get(self, address: str) -> requests.Response:
        """Open an address, and follow to where it leads."""
        return self.browser.get(urljoin(self.url, address), timeout=20)

    def post(self, address: str, form: dict[str, str]) -> requests.Response:
        """Send a form as its own page would."""
        headers = {"Referer": address}
        return self.browser.post(urljoin(self.url, address), data=form, headers=headers, timeout=20)

    def sign_in(self, username: str = "zhangsanfeng") -> requests.Response:
        """Sign in at the fund and let it know what it asks for."""
        page = self.get("/login")
        form = {"csrf_token": csrf(page), "username": username, "password": PASSWORD}
        page = self.post(f"{page.url}/sign-in", form)
        if 'value="allow"' not in page.text:
            return page
        answers = {"decision": "allow", "lasting": "until-withdrawn"}
        return self.post(f"{page.url}/consent", dict(HIDDEN.findall(page.text)) | answers)

    def add_passkey(self) -> None:
        """Keep a passkey at the provider."""
        passkeys = f"{self.issuer}/account/security/passkeys"
        self.device = Authenticator(origin=self.issuer, relying_party="localhost")
        made = self.device.create(self.get(f"{passkeys}/options").json())
        form = {"csrf_token": csrf(self.get(passkeys)), "credential": json.dumps(made), "called": "phone"}
        assert "passkey-added" in self.post(passkeys, form).url

    def fill(self, **changes: str) -> requests.Response:
        """Fill the form; return the page that it leads to."""
        return self.post("/withdrawals", TYPED | changes)

    def confirm(self, page: requests.Response, decision: str = "confirm") -> requests.Response:
        """Answer the page of the transaction."""
        return self.post(f"{page.url}/transaction", dict(HIDDEN.findall(page.text)) | {"decision": decision})

    def prove(self, page: requests.Response) -> requests.Response:
        """Use the passkey."""
        assert self.device
        made = self.device.get(self.get(f"{page.url}/proof/options").json())
        return self.post(f"{page.url}/proof", {"csrf_token": csrf(page), "credential": json.dumps(made)})

    def draw(self, **changes: str) -> requests.Response:
        """Go the whole way."""
        return self.prove(self.confirm(self.fill(**changes)))


def csrf(page):
    found = CSRF.search(page.text)
    assert found, page.text[:2000]
    return found.group(1)


@pytest.fixture
def port():
    return free_port(row=2)


@pytest.fixture
def provider(tmp_path, port):
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    opened = open_provider(
        tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", issuer=f"http://localhost:{port}"
    )
    # The fund lives by the machine's clock.
    opened.clock.advance(SystemClock().now() - opened.clock.now())
    opened.enter()
    return opened


@pytest.fixture
def road(provider, port):
    """Return a person who has just arrived, with the provider and the fund listening."""
    url = f"http://localhost:{port + 1}"
    provider.register(
        client_id="fund-api", client_name="接口", redirect_uris=[], resources=[f"{url}/api"], scope="openid"
    )
    client = provider.register(
        client_id="fund",
        redirect_uris=[f"{url}/callback", f"{url}/withdrawals/callback"],
        allowed_resources=[f"{url}/api"],
        authorization_details_types=[WITHDRAWAL],
    )
    settings = Settings(
        issuer=f"http://localhost:{port}",
        client_id=client.client_id,
        client_secret=client.secret,
        url=url,
        secret_key="k" * 32,
    )
    fund = create_portal(HOUSING_FUND, settings)
    with listening(provider.house.app, port), listening(fund, port + 1):
        yield Road(settings.issuer, url)


@pytest.fixture
def holder(road):
    """Return somebody who is signed in at the fund, and has a passkey."""
    assert road.sign_in().url == f"{road.url}/"
    road.add_passkey()
    return road


def kinds(provider):
    return [kind for kind, _ in provider.events()]


def test_the_balance_is_shown_to_whoever_is_signed_in_by_real_name(holder):
    shown = holder.get("/withdrawals/new?reason=01")

    assert "¥186,000.00" in shown.text
    assert '<option value="01" selected>' in shown.text
    assert "张三丰" in shown.text


def test_a_withdrawal_is_confirmed_proved_and_carried_out(provider, holder):
    page = holder.fill()
    assert page.url.startswith(f"{holder.issuer}/interaction/")
    assert "¥12,000.00" in page.text
    proof = holder.confirm(page)
    assert "请证明是您本人" in proof.text

    done = holder.prove(proof)

    assert urlsplit(done.url).path.startswith("/withdrawals/")
    assert "提取成功" in done.text
    assert "¥174,000.00" in done.text
    assert "实人，针对本次办理验证" in done.text
    assert "凭证的签名已用统一身份认证的历史密钥核验" in done.text
    assert "6200000000000000018" not in done.text
    assert "ReceiptIssued" in kinds(provider)
    assert "¥174,000.00" in holder.get("/withdrawals/new").text


def test_what_the_portal_asks_for_stands_in_no_address(holder):
    page = holder.fill()

    asked = [each.headers["Location"] for each in page.history]
    assert any("request_uri=" in each for each in asked)
    assert not any("12000" in each or "620000" in each for each in asked)


def test_from_a_limit_on_the_sign_in_counts_as_the_second_way(holder):
    done = holder.draw(amount="50000")

    assert "密码、硬件密钥" in done.text


def test_more_money_with_the_same_token_is_refused(holder):
    done = holder.draw()

    refused = holder.post(f"{done.url}/change", {})

    assert "insufficient_authorization_details" in refused.text
    assert "13000.00" in refused.text
    assert "¥174,000.00" in holder.get("/withdrawals/new").text


class TestTheApi:
    def test_says_what_is_missing(self, holder):
        api = FundClient(f"{holder.url}/api")

        told = api.balance("x")

        assert (told.status, told.challenge) == (401, {"error": "invalid_token"})

    def test_refuses_whatever_a_stranger_sends(self, road):
        for body in (b"", b"[]", b"null", b"{", b'"x"', b"x" * 9000):
            reply = requests.post(f"{road.url}/api/withdrawals", data=body, timeout=5)

            assert (reply.status_code, reply.headers["WWW-Authenticate"]) == (401, "Bearer")


class TestWhoComesBackWithoutAYes:
    @pytest.fixture
    def form(self):
        return ['value="12000"', 'value="示例银行"', 'value="6200000000000000018"']

    def test_after_cancelling_finds_the_form_as_it_was(self, holder, form):
        back = holder.confirm(holder.fill(), decision="cancel")

        assert "没有确认，因此没有提取" in back.text
        assert all(each in back.text for each in form)

    def test_after_cancelling_the_proof(self, holder, form):
        page = holder.confirm(holder.fill())

        back = holder.post(f"{page.url}/cancel", {"csrf_token": csrf(page)})

        assert "没有确认，因此没有提取" in back.text
        assert all(each in back.text for each in form)

    def test_after_saying_no_three_times_is_not_asked(self, provider, holder, form):
        for _ in range(3):
            holder.confirm(holder.fill(), decision="cancel")

        back = holder.fill()

        assert back.url.startswith(f"{holder.url}/withdrawals/new")
        assert all(each in back.text for each in form)
        assert "TransactionHeldBack" in kinds(provider)

    def test_when_the_centre_asks_too_often(self, holder, form):
        for _ in range(10):
            holder.fill()

        back = holder.fill()

        assert "可能是请求过于频繁" in back.text
        assert all(each in back.text for each in form)

    def test_with_an_answer_that_was_used(self, holder):
        done = holder.draw()
        callback = next(each.url for each in done.history if "/withdrawals/callback" in each.url)

        again = holder.get(callback)

        assert again.status_code == 400
        assert "¥174,000.00" in holder.get("/withdrawals/new").text

    def test_who_was_not_proved_so_well_is_told(self, provider, road, form):
        provider.enter("low", document_number="330000199001010022", phone="+8610000000002", level=Level.L2)
        road.sign_in("low")

        back = road.fill()

        assert "这项业务需要实人认证" in back.text
        assert all(each in back.text for each in form)


class TestAttacks:
    def test_somebody_elses_yes_draws_nothing(self, provider, holder):
        provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
        page = holder.fill()
        holder.post(f"{page.url}/switch", {"csrf_token": csrf(page)})
        form = {"csrf_token": csrf(holder.get(page.url)), "username": "other", "password": PASSWORD}
        shown = holder.post(f"{page.url}/sign-in", form)
        answers = {"decision": "allow", "lasting": "until-withdrawn"}
        shown = holder.post(f"{page.url}/consent", dict(HIDDEN.findall(shown.text)) | answers)
        holder.add_passkey()

        told = holder.prove(holder.confirm(holder.get(shown.url)))

        assert told.status_code == 502
        assert "提取成功" not in told.text

    def test_a_result_is_nobody_elses(self, provider, holder):
        done = holder.draw()
        provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
        other = Road(holder.issuer, holder.url)
        other.sign_in("other")

        assert other.get(done.url).status_code == 404
        assert other.post(f"{done.url}/change", {}).status_code == 404

    def test_an_answer_is_no_other_browsers(self, holder):
        page = holder.confirm(holder.fill())
        thief = Road(holder.issuer, holder.url)
        made = holder.device.get(holder.get(f"{page.url}/proof/options").json())
        form = {"csrf_token": csrf(page), "credential": json.dumps(made)}
        answered = holder.browser.post(
            f"{page.url}/proof", data=form, headers={"Referer": page.url}, allow_redirects=False, timeout=5
        )

        assert thief.get(answered.headers["Location"]).status_code == 400

    def test_a_draft_is_nobody_elses(self, provider, holder):
        back = holder.confirm(holder.fill(), decision="cancel")
        provider.enter("other", document_number="330000199001010022", phone="+8610000000002")
        other = Road(holder.issuer, holder.url)
        other.sign_in("other")

        assert "6200000000000000018" not in other.get(back.url).text


def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(road):
    road.sign_in()

    for name, value, says in WRONG:
        back = road.fill(**{name: value})

        assert (back.status_code, says in back.text) == (422, True), value
        assert 'role="alert"' in back.text
        assert name == "amount" or 'value="12000"' in back.text


def test_the_pages_are_english_for_whoever_reads_english(holder):
    holder.get("/?lang=en")
    pages = [holder.get("/withdrawals/new"), holder.fill(amount="x")]
    done = holder.draw(bank="Example Bank")
    pages += [done, holder.post(f"{done.url}/change", {})]

    assert "The withdrawal is done" in done.text
    for page in pages:
        told = re.sub(r">中文<|张三丰|示例银行", "", page.text)
        assert CHINESE.findall(told) == []


def test_who_is_not_signed_in_is_led_there(road):
    assert "/interaction/" in road.get("/withdrawals/new").url
    assert road.post("/withdrawals", TYPED).status_code == 401
