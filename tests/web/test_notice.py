"""The notice that stands in the place of consent where a law gives what is asked for."""

from dataclasses import replace
from datetime import timedelta

import pytest

from idp.domain.errors import Refusal
from idp.domain.lawful_basis import Ground, LawfulBasis
from tests.support.provider import open_provider
from tests.support.relying_party import (
    HIDDEN,
    Visit,
    answer,
    authorize,
    csrf,
    decide,
    get,
    post,
    redeem,
    sign_in,
    token,
    userinfo,
    walk,
)

AUTHORISATIONS = "/account/authorisations"
NOTICE = "依法提供的信息"
STATUTE = "《住房公积金管理条例》第五条"


def kept(provider, visit):
    with provider.house.neighbours.database.read() as work:
        return work.consents.get(provider.people["zhangsanfeng"], visit.client.client_id)


@pytest.fixture
def duty(provider):
    """Return a visit to a portal that fulfils a duty."""
    return Visit(
        provider.register(
            lawful_basis="statutory_duty",
            statute=STATUTE,
            **{"statute#en": "Regulations on Housing Provident Funds, article 5"},
        )
    )


def read_notice(browser, page, **changes):
    form = dict(HIDDEN.findall(get(browser, page).text)) | changes
    return post(browser, f"{page}/notice", form)


def test_where_the_law_says_so_the_person_is_told_and_not_asked(browser, duty):
    page = authorize(browser, duty, scope="openid profile cn_id_number").headers["Location"]
    sign_in(browser, page)

    shown = get(browser, page).text
    english = get(browser, f"{page}?lang=en").text

    assert NOTICE in shown
    assert STATUTE in shown
    assert "无需取得您的同意" in shown
    assert "3****************4" in shown
    assert 'value="allow"' not in shown
    assert 'type="checkbox"' not in shown
    assert "Regulations on Housing Provident Funds, article 5" in english


def test_a_notice_is_shown_once_for_each_thing(provider, browser, duty):
    page = authorize(browser, duty, scope="openid profile cn_id_number").headers["Location"]
    sign_in(browser, page)
    done = read_notice(browser, page)

    issued = redeem(browser, duty, answer(done)["code"]).json
    assert sorted(issued["scope"].split()) == ["cn_id_number", "openid", "profile"]
    assert "code" in answer(authorize(browser, Visit(duty.client), scope="openid profile"))
    more = authorize(browser, Visit(duty.client), scope="openid phone").headers["Location"]
    assert NOTICE in get(browser, more).text


def test_a_notice_speaks_of_no_choice(browser, duty):
    scopes = "openid profile cn_id_number offline_access"
    page = authorize(browser, duty, scope=scopes).headers["Location"]
    sign_in(browser, page)

    shown, english = get(browser, page).text, get(browser, f"{page}?lang=en").text
    read_notice(browser, page)
    listed = get(browser, "/account/authorisations?lang=zh").text
    listed_english = get(browser, "/account/authorisations?lang=en").text

    for text in (shown, listed):
        assert not [word for word in ("不同意", "您撤回授权", "直至您撤回") if word in text]
    for text in (english, listed_english):
        assert not [
            word
            for word in (
                "You can sign in without it",
                "If you do not want it",
                "ntil you withdraw",
                "you withdraw it",
            )
            if word in text
        ]
    assert "You are told again only if something changes." in english
    assert "Turn to 测试门户 to see, correct or question what it holds." in listed_english


def test_the_name_of_a_law_in_chinese_is_marked_on_an_english_page(provider, browser):
    visit = Visit(provider.register(lawful_basis="statutory_duty", statute=STATUTE))
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)

    assert f'<span lang="zh-CN">{STATUTE}</span>' in get(browser, f"{page}?lang=en").text
    read_notice(browser, page)
    assert f'<span lang="zh-CN">{STATUTE}</span>' in get(browser, "/account/authorisations").text


def test_a_notice_is_in_the_history(browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)
    read_notice(browser, page)

    assert (
        "You were told what is provided by law to 测试门户" in get(browser, "/account/history?lang=en").text
    )


def test_another_law_is_told_anew(provider, browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)
    code = answer(read_notice(browser, page))["code"]
    held = redeem(browser, duty, code).json

    rest_on(provider, duty, Ground(basis=LawfulBasis.STATUTORY_DUTY, statute="《另一部法律》"))

    page = authorize(browser, Visit(duty.client)).headers["Location"]
    assert "《另一部法律》" in get(browser, page).text
    assert userinfo(browser, held["access_token"]).status_code == 401
    assert "code" in answer(read_notice(browser, page))
    assert "《另一部法律》" in get(browser, AUTHORISATIONS).text
    assert "code" in answer(authorize(browser, Visit(duty.client)))


@pytest.mark.parametrize("was_duty", [True, False])
def test_another_basis_ends_all_that_rested_on_the_old_one(provider, browser, visit, duty, was_duty):
    mine = duty if was_duty else visit
    scopes = "openid profile offline_access"
    page = authorize(browser, mine, scope=scopes).headers["Location"]
    sign_in(browser, page)
    done = read_notice(browser, page) if was_duty else decide(browser, page)
    held = redeem(browser, mine, answer(done)["code"]).json

    rest_on(
        provider, mine, Ground() if was_duty else Ground(basis=LawfulBasis.STATUTORY_DUTY, statute=STATUTE)
    )

    again = token(
        browser, mine.client, {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    )
    assert again.json["error"] == "invalid_grant"
    assert userinfo(browser, held["access_token"]).status_code == 401
    assert kept(provider, mine) is None
    page = authorize(browser, Visit(mine.client), scope=scopes).headers["Location"]
    assert (NOTICE in get(browser, page).text) is not was_duty
    [event] = [details for kind, details in provider.events() if kind == "LawfulBasisChanged"]
    basis = "consent" if was_duty else "statutory_duty"
    assert (event["basis"], event["consents"], event["grants"]) == (basis, 1, 1)


def test_a_notice_answered_at_the_moment_of_the_change_yields_nothing_that_lasts(provider, browser, duty):
    page = authorize(browser, duty, scope="openid profile offline_access").headers["Location"]
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text))
    provider.house.tools.client_upkeep.rest_on(duty.client.client_id, Ground())
    code = answer(post(browser, f"{page}/notice", form))["code"]
    held = redeem(browser, duty, code).json
    provider.clock.advance(timedelta(seconds=2))

    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    assert token(browser, duty.client, form).json["error"] == "invalid_grant"


def test_whoever_read_of_another_law_is_told_anew(provider, browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text))
    rest_on(provider, duty, Ground(basis=LawfulBasis.STATUTORY_DUTY, statute="《另一部法律》"))

    assert "《另一部法律》" in post(browser, f"{page}/notice", form).text
    assert kept(provider, duty) is None


def test_what_was_told_can_be_withdrawn_once_it_needs_consent(provider, browser, duty):
    page = authorize(browser, duty, scope="openid offline_access").headers["Location"]
    sign_in(browser, page)
    held = redeem(browser, duty, answer(read_notice(browser, page))["code"]).json
    # As when a notice is answered at the very moment of the change.
    change_ground(provider, duty, duty=False)

    assert f"/account/authorisations/{duty.client.client_id}/withdraw" in get(browser, AUTHORISATIONS).text
    form = {"csrf_token": csrf(browser, "/account/settings")}
    post(browser, f"/consents/{duty.client.client_id}/withdraw", form)

    assert kept(provider, duty) is None
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]}
    assert token(browser, duty.client, form).json["error"] == "invalid_grant"


def test_a_notice_is_in_the_audit_log(provider, browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)
    read_notice(browser, page)

    [told] = [details for kind, details in provider.events() if kind == "NoticeShown"]
    assert (told["asked"], told["basis"]) == (["openid", "profile"], "statutory_duty")
    assert told["statute"] == STATUTE
    assert told["client_id"] == duty.client.client_id
    assert "ConsentGiven" not in [kind for kind, _ in provider.events()]


def test_whoever_cancels_at_the_notice_gives_nothing(browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text))

    assert answer(post(browser, f"{page}/cancel", form))["error"] == "access_denied"


def test_a_silent_request_before_the_notice_needs_an_interaction(provider, browser, visit, duty):
    walk(browser, visit)

    assert answer(authorize(browser, duty, prompt="none"))["error"] == "interaction_required"


def test_a_notice_answered_for_another_session_is_shown_again(provider, browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)

    assert NOTICE in read_notice(browser, page, session="another").text
    assert kept(provider, duty) is None


def test_a_notice_without_its_guard_gives_nothing(provider, browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)
    form = dict(HIDDEN.findall(get(browser, page).text))
    del form["csrf_token"]

    assert post(browser, f"{page}/notice", form).status_code == 400
    assert kept(provider, duty) is None


def test_a_yes_is_no_answer_to_a_notice(provider, browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)

    reply = decide(browser, page)

    assert NOTICE in reply.text
    assert kept(provider, duty) is None


def test_a_notice_is_no_answer_to_a_portal_that_needs_consent(provider, browser, visit):
    page = authorize(browser, visit).headers["Location"]
    sign_in(browser, page)

    reply = read_notice(browser, page)

    assert 'value="allow"' in reply.text
    assert kept(provider, visit) is None


def test_a_statute_belongs_to_a_duty_and_to_nothing_else(provider):
    for metadata in (
        {"lawful_basis": "statutory_duty"},
        {"statute": STATUTE},
        {"lawful_basis": "consent", "statute": STATUTE},
        {"statute#en": "Act"},
        {"lawful_basis": "statutory_duty", "statute#en": "Act"},
        {"lawful_basis": "statutory_duty", "statute": "x" * 201},
        {"lawful_basis": "statutory_duty", "statute": "a\x00b"},
        {"lawful_basis": "because"},
    ):
        with pytest.raises(Refusal):
            provider.register(**metadata)


def test_who_registers_itself_cannot_do_without_consent(tmp_path):
    provider = open_provider(
        tmp_path, database_url=f"sqlite:///{tmp_path}/idp.db", registration={"mode": "open"}
    )
    metadata = {
        "redirect_uris": ["https://rp.test/cb"],
        "lawful_basis": "statutory_duty",
        "statute": STATUTE,
    }

    made = provider.browser().post("/register", json=metadata, base_url="https://idp.test")

    assert made.status_code == 201
    assert not {"lawful_basis", "statute"} & made.json.keys()
    with provider.house.neighbours.database.read() as work:
        assert work.clients.get(made.json["client_id"]).ground.is_consent


def test_what_the_law_gives_is_listed_and_cannot_be_withdrawn(provider, browser, duty):
    page = authorize(browser, duty).headers["Location"]
    sign_in(browser, page)
    code = answer(read_notice(browser, page))["code"]
    held = redeem(browser, duty, code)
    address = f"/account/authorisations/{duty.client.client_id}/withdraw"

    shown = get(browser, "/account/authorisations").text
    asked = get(browser, address)
    form = {"csrf_token": csrf(browser, "/account/settings")}
    tried = post(browser, f"/consents/{duty.client.client_id}/withdraw", form)

    assert (STATUTE in shown, "/withdraw" in shown) == (True, False)
    assert asked.headers["Location"] == "/account/authorisations"
    assert (held.status_code, tried.headers["Location"]) == (200, "/account/authorisations")
    assert kept(provider, duty).allowed == {"openid", "profile"}


def test_a_yes_from_before_is_no_notice_and_a_notice_no_yes(provider, browser, visit):
    walk(browser, visit)
    change_ground(provider, visit, duty=True)

    page = authorize(browser, Visit(visit.client)).headers["Location"]
    assert NOTICE in get(browser, page).text
    assert "code" in answer(read_notice(browser, page))

    change_ground(provider, visit, duty=False)
    page = authorize(browser, Visit(visit.client)).headers["Location"]
    assert 'value="allow"' in get(browser, page).text


def rest_on(provider, visit, ground):
    provider.house.tools.client_upkeep.rest_on(visit.client.client_id, ground)
    provider.clock.advance(timedelta(seconds=2))


def change_ground(provider, visit, *, duty):
    ground = Ground(basis=LawfulBasis.STATUTORY_DUTY, statute=STATUTE) if duty else Ground()
    with provider.house.neighbours.database.begin() as work:
        work.clients.replace(replace(work.clients.get(visit.client.client_id), ground=ground))
    provider.clock.advance(timedelta(seconds=2))
