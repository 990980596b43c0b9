"""The page where a transaction is confirmed: once, by the person it was shown to, as it was shown."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.interaction.interaction import Confirmation
from idp.storage.ephemeral.kept import KeptInteractions
from tests.support.provider import ISSUER
from tests.support.relying_party import (
    Visit,
    answer,
    authorize,
    csrf,
    decide,
    get,
    post,
    redeem,
    sign_in,
    walk,
)
from tests.support.transactions import (
    come_to_page,
    confirm,
    form_at,
    open_with_types,
    register,
    transfer,
    written,
)

TITLE = "请核对并确认办理内容"
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path)


@pytest.fixture
def client(provider):
    return register(provider)


def kinds(provider):
    return Counter(kind for kind, _ in provider.events())


def grants(provider):
    return kinds(provider)["GrantIssued"]


def kept(provider, page):
    interactions = KeptInteractions(provider.house.neighbours.ephemeral.expiring)
    return interactions, interactions.get(page.rpartition("/")[2])


class TestThePage:
    def test_it_shows_who_asks_and_every_row_masked_in_our_words(self, browser, visit):
        page = come_to_page(browser, visit, transfer(note="房租"))

        shown = get(browser, page).text

        assert TITLE in shown
        assert "测试门户" in shown
        assert "测试转账" in shown
        assert "¥12,000.00" in shown
        assert "李*** · 示例银行 · 6200****0018" in shown
        assert "房租" in shown
        assert "请仔细核对。" in shown
        assert "张**" in shown
        assert "确认转账" in shown
        assert "6200000000000000018" not in shown
        assert "李四光明" not in shown

    def test_it_is_english_for_whoever_reads_english(self, browser, visit):
        page = come_to_page(browser, visit)

        shown = get(browser, f"{page}?lang=en").text

        assert "Test transfer" in shown
        assert "CNY 12,000.00" in shown
        told = re.sub(r"中文|测试门户|测|统一身份认证|通行|李\*\*\* · 示例银行|张\*\*", "", shown)
        assert not CHINESE.search(told), CHINESE.findall(told)

    def test_several_are_shown_and_confirmed_together(self, browser, visit):
        page = come_to_page(browser, visit, transfer("1.00"), transfer("2.00"))

        shown = get(browser, page).text

        assert "¥1.00" in shown
        assert "¥2.00" in shown
        assert "确认以上全部内容" in shown

    def test_what_the_portal_writes_brings_no_markup_along(self, browser, visit):
        page = come_to_page(browser, visit, transfer(note="<b>x</b>&amp;\"'"))

        shown = get(browser, page).text

        assert "<b>x" not in shown
        assert "&lt;b&gt;x" in shown

    def test_the_enter_key_confirms_nothing(self, browser, visit):
        shown = get(browser, come_to_page(browser, visit)).text

        assert re.findall(r'name="decision" value="(\w+)"', shown) == ["cancel", "confirm"]

    def test_it_comes_after_consent_and_consent_says_nothing_of_it(self, browser, visit):
        page = authorize(browser, visit, authorization_details=written(transfer())).headers["Location"]
        sign_in(browser, page)

        consent = get(browser, page).text
        decide(browser, page)

        assert 'value="allow"' in consent
        assert "12,000.00" not in consent
        assert TITLE in get(browser, page).text


class TestTheAnswer:
    def test_a_yes_is_written_down_and_a_code_is_given(self, provider, browser, visit):
        page = come_to_page(browser, visit)

        told = answer(confirm(browser, page))

        [event] = [details for kind, details in provider.events() if kind == "TransactionConfirmed"]
        assert redeem(browser, visit, told["code"]).status_code == 200
        assert event["types"] == ["https://tongxing.example/ns/authorization/transfer/v1"]
        assert "12000.00" not in str(provider.events())
        assert "您确认了在测试门户的一项办理" in get(browser, "/account/history").text

    def test_the_grant_keeps_the_hash_of_what_was_shown(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        shown = form_at(browser, page)["transaction"]

        confirm(browser, page)

        [granted] = [details for kind, details in provider.events() if kind == "GrantIssued"]
        with provider.house.neighbours.database.read() as work:
            assert work.grants.get(granted["grant_id"]).transaction_hash == shown

    def test_whoever_cancels_gives_nothing_and_the_portal_is_told(self, provider, browser, visit):
        page = come_to_page(browser, visit)

        told = answer(confirm(browser, page, decision="cancel"))

        assert (told["error"], told["state"]) == ("access_denied", visit.state)
        assert (grants(provider), kinds(provider)["TransactionRefused"]) == (0, 1)
        assert "您没有确认在测试门户的一项办理" in get(browser, "/account/history").text

    def test_it_is_asked_each_time_whatever_was_allowed_before(self, browser, client):
        confirm(browser, come_to_page(browser, Visit(client)))

        again = authorize(browser, Visit(client), authorization_details=written(transfer()))

        assert TITLE in get(browser, again.headers["Location"]).text

    def test_a_silent_request_gets_none(self, browser, client):
        confirm(browser, come_to_page(browser, Visit(client)))

        told = answer(
            authorize(browser, Visit(client), authorization_details=written(transfer()), prompt="none")
        )

        assert told["error"] == "consent_required"

    def test_it_is_asked_also_where_a_law_gives_the_data(self, provider, browser):
        duty = register(provider, lawful_basis="statutory_duty", statute="《住房公积金管理条例》第五条")
        page = authorize(browser, Visit(duty), authorization_details=written(transfer())).headers["Location"]
        sign_in(browser, page)
        form = form_at(browser, page)
        post(browser, f"{page}/notice", form)

        assert TITLE in get(browser, page).text
        assert "code" in answer(confirm(browser, page))

    def test_reading_in_one_language_and_confirming_after_a_look_at_the_other_is_fine(self, browser, visit):
        page = come_to_page(browser, visit)
        form = form_at(browser, page)

        get(browser, f"{page}?lang=en")

        assert "code" in answer(post(browser, f"{page}/transaction", form))


class TestAttacks:
    @pytest.mark.parametrize("shown", ["", "x", "A" * 43, "字"])
    def test_a_yes_to_something_else_ends_the_visit(self, provider, browser, visit, shown):
        page = come_to_page(browser, visit)

        told = answer(confirm(browser, page, transaction=shown))

        assert told["error"] == "access_denied"
        assert (grants(provider), kinds(provider)["TransactionChanged"]) == (0, 1)
        assert get(browser, page).status_code == 400

    def test_a_yes_to_another_transaction_of_ones_own_is_no_yes_to_this_one(self, provider, browser, client):
        small = form_at(browser, come_to_page(browser, Visit(client), transfer("1.00")))
        page = come_to_page(browser, Visit(client), transfer("40000.00"))

        told = answer(confirm(browser, page, transaction=small["transaction"]))

        assert told["error"] == "access_denied"
        assert grants(provider) == 0

    def test_what_is_changed_behind_the_page_is_not_confirmed(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        form = form_at(browser, page)
        interactions, interaction = kept(provider, page)
        request = replace(interaction.request, details=(transfer("49000.00"),))
        interactions.replace(interaction, replace(interaction, request=request))

        told = answer(post(browser, f"{page}/transaction", form))

        assert told["error"] == "access_denied"
        assert (grants(provider), kinds(provider)["TransactionChanged"]) == (0, 1)

    def test_what_is_changed_between_yes_and_end_is_asked_again(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        shown = form_at(browser, page)["transaction"]
        interactions, interaction = kept(provider, page)
        session = next(details["session_id"] for kind, details in provider.events() if kind == "SignedIn")
        said_yes = interaction.confirmed(Confirmation(session_id=session, transaction_hash=shown))
        request = replace(interaction.request, details=(transfer("49000.00"),))
        interactions.replace(interaction, replace(said_yes, request=request))

        assert "¥49,000.00" in get(browser, page).text
        assert grants(provider) == 0

    def test_a_yes_in_one_session_does_not_count_in_another(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        shown = form_at(browser, page)["transaction"]
        interactions, interaction = kept(provider, page)
        stolen = Confirmation(session_id="another", transaction_hash=shown)
        interactions.replace(interaction, interaction.confirmed(stolen))

        assert TITLE in get(browser, page).text
        assert grants(provider) == 0

    def test_types_that_are_gone_meanwhile_end_the_visit(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        interactions, interaction = kept(provider, page)
        request = replace(interaction.request, details=(transfer(type="https://rp.test/gone"),))
        interactions.replace(interaction, replace(interaction, request=request))

        assert answer(get(browser, page))["error"] == "invalid_authorization_details"

    def test_another_persons_yes_does_not_count(self, provider, browser, visit):
        provider.enter("lisiguangming", name="李四光明", document_number="440000198802290029", phone=None)
        page = come_to_page(browser, visit)
        form = form_at(browser, page)
        post(browser, f"{page}/switch", {"csrf_token": csrf(browser, page)})
        sign_in(browser, page, "lisiguangming")
        decide(browser, page)

        reply = post(browser, f"{page}/transaction", form)

        assert TITLE in reply.text
        assert (grants(provider), kinds(provider)["TransactionConfirmed"]) == (0, 0)

    def test_another_browser_can_neither_see_nor_confirm_it(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        form = form_at(browser, page)
        thief = provider.browser()
        walk(thief, visit)
        before = grants(provider)

        seen, sent = get(thief, page), post(thief, f"{page}/transaction", form)

        assert (seen.status_code, sent.status_code) == (400, 400)
        assert "12,000.00" not in seen.text + sent.text
        assert grants(provider) == before

    @pytest.mark.parametrize("headers", [{}, {"Referer": "https://evil.test/"}])
    def test_another_site_cannot_post_it(self, provider, browser, visit, headers):
        page = come_to_page(browser, visit)
        form = form_at(browser, page)
        if not headers:
            del form["csrf_token"]

        reply = browser.post(f"{page}/transaction", base_url=ISSUER, data=form, headers=headers)

        assert reply.status_code == 400
        assert grants(provider) == 0

    def test_a_yes_counts_once(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        form = form_at(browser, page)
        post(browser, f"{page}/transaction", form)

        again = post(browser, f"{page}/transaction", form)

        assert again.status_code == 400
        assert "Location" not in again.headers
        assert grants(provider) == 1

    def test_of_many_tabs_that_confirm_at_once_one_gets_a_code(self, any_provider_with_types):
        provider = any_provider_with_types
        browser, visit = provider.browser(), Visit(register(provider))
        page = come_to_page(browser, visit)
        form = form_at(browser, page)
        tabs = [same_cookies(provider, browser) for _ in range(8)]

        with ThreadPoolExecutor(8) as pool:
            replies = list(pool.map(lambda tab: post(tab, f"{page}/transaction", form), tabs))

        codes = [each for each in replies if "code=" in each.headers.get("Location", "")]
        assert (len(codes), grants(provider)) == (1, 1)

    def test_consent_alone_does_not_confirm(self, provider, browser, visit):
        page = come_to_page(browser, visit)

        reply = decide(browser, page)

        assert TITLE in reply.text
        assert grants(provider) == 0

    @pytest.mark.parametrize("decision", ["", "yes", "allow"])
    def test_an_unknown_decision_changes_nothing(self, provider, browser, visit, decision):
        page = come_to_page(browser, visit)

        assert TITLE in confirm(browser, page, decision=decision).text
        assert grants(provider) == 0

    def test_confirming_before_it_is_due_does_nothing(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        form = form_at(browser, page)
        provider.clock.advance(timedelta(seconds=1))
        early = authorize(
            browser, Visit(visit.client), authorization_details=written(transfer()), prompt="login"
        ).headers["Location"]

        post(browser, f"{early}/transaction", form)

        assert (grants(provider), kinds(provider)["TransactionConfirmed"]) == (0, 0)
        assert 'name="password"' in get(browser, early).text

    def test_a_client_that_is_gone_meanwhile_gets_nothing(self, provider, browser, visit):
        page = come_to_page(browser, visit)
        form = form_at(browser, page)
        provider.house.tools.client_upkeep.disable(visit.client.client_id)
        provider.clock.advance(timedelta(seconds=2))

        assert post(browser, f"{page}/transaction", form).status_code == 400
        assert grants(provider) == 0


@pytest.fixture(params=["in process", "servers"])
def any_provider_with_types(request, tmp_path):
    if request.param == "in process":
        return request.getfixturevalue("provider")
    return open_with_types(
        tmp_path,
        database_url=request.getfixturevalue("postgresql_url"),
        store_url=request.getfixturevalue("redis_url"),
    )


def same_cookies(provider, browser):
    """Return another tab of *browser*."""
    tab = provider.browser()
    tab._cookies = dict(browser._cookies)  # noqa: SLF001 - werkzeug has no way to copy a jar
    return tab
