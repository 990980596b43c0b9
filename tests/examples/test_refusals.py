"""Answers that a portal must not take, and the pages that say so."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.examples.stub import OTHER_KEY
from tests.examples.visitor import Visitor, visit


def assert_refused(visitor, reply, status, words):
    assert reply.status_code == status
    assert words in reply.text
    assert 'href="/"' in reply.text
    assert "Traceback" not in reply.text
    assert visitor.get("/me.json").status_code == 401


@pytest.mark.parametrize("issuer", ["http://evil.test", "", None])
def test_an_answer_of_another_issuer_is_refused(stub, visitor, issuer):
    stub.answer = {"iss": issuer}

    reply = visitor.sign_in()

    assert_refused(visitor, reply, 400, "无法确认登录结果的来源")
    assert stub.redeemed == 0


def test_an_issuer_is_not_asked_of_a_provider_that_promises_none(stub, visitor):
    stub.metadata = {"authorization_response_iss_parameter_supported": False}
    stub.answer = {"iss": None}

    assert visitor.sign_in().status_code == 303


def test_an_error_answer_of_another_issuer_is_refused_too(stub, visitor):
    stub.answer = {"iss": "http://evil.test", "code": None, "error": "access_denied"}

    assert_refused(visitor, visitor.sign_in(), 400, "无法确认登录结果的来源")


@pytest.mark.parametrize(
    "query", ["", "code=c", "code=c&state=", "code=c&state=guess", "error=access_denied&state=guess"]
)
def test_an_answer_nobody_asked_for_is_refused(stub, visitor, query):
    reply = visitor.get(f"/callback?{query}&iss={stub.issuer}")

    assert_refused(visitor, reply, 400, "这个登录链接已使用或已过期")
    assert stub.redeemed == 0


def test_an_answer_for_another_browser_is_refused(stub, visitor):
    stranger = Visitor(visitor.browser.application.test_client())
    callback = stranger.walk_to_provider()

    assert_refused(visitor, visitor.get(callback), 400, "这个登录链接已使用或已过期")
    assert stranger.get(callback).status_code == 303


def test_going_back_to_the_callback_keeps_the_person_signed_in(visitor):
    callback = visitor.walk_to_provider()
    visitor.get(callback)

    again = visitor.get(callback)

    assert again.status_code == 400
    assert visitor.get("/me.json").status_code == 200


def test_of_many_clicks_at_once_only_one_redeems_the_code(stub, visitor):
    callback = visitor.walk_to_provider()
    flow = visitor.cookie("zj_flow")

    def click(_):
        browser = visitor.browser.application.test_client()
        browser.set_cookie("zj_flow", flow, domain="localhost")
        return Visitor(browser).get(callback).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(click, range(8)))

    assert sorted(statuses) == [303] + [400] * 7
    assert stub.redeemed == 1


@pytest.mark.parametrize("subject", ["somebody-else", None])
def test_claims_of_another_person_are_refused(stub, visitor, subject):
    stub.user_info = {"sub": subject}

    assert_refused(visitor, visitor.sign_in(), 502, "登录没有完成")


@pytest.mark.parametrize(
    "lie",
    [
        {"iss": "http://evil.test"},
        {"aud": "another-portal"},
        {"nonce": "replayed"},
        {"exp": 1_600_000_000},
        {"sub": None},
    ],
)
def test_an_id_token_that_does_not_fit_is_refused(stub, visitor, lie):
    stub.id_token = lie

    assert_refused(visitor, visitor.sign_in(), 502, "登录没有完成")


def test_an_id_token_with_a_forged_signature_is_refused(stub, visitor):
    stub.signing_key = OTHER_KEY

    assert_refused(visitor, visitor.sign_in(), 502, "登录没有完成")


def test_an_answer_without_id_token_is_refused(stub, visitor):
    stub.token = {"id_token": None}

    assert_refused(visitor, visitor.sign_in(), 502, "登录没有完成")


@pytest.mark.parametrize(
    ("error", "status", "words"),
    [
        ("access_denied", 403, "您没有同意授权"),
        ("login_required", 401, "您还没有登录统一身份认证"),
        ("interaction_required", 401, "您还没有登录统一身份认证"),
        ("consent_required", 403, "需要您先确认授权"),
        ("unmet_authentication_requirements", 403, "实名等级不足"),
        ("temporarily_unavailable", 503, "登录服务暂时不可用"),
        ("invalid_scope", 502, "登录没有完成"),
        ("<script>", 502, "登录没有完成"),
    ],
)
def test_each_error_of_the_provider_has_a_page_with_a_way_on(stub, visitor, error, status, words):
    stub.answer = {"code": None, "error": error, "error_description": "<b>secret</b>"}

    reply = visitor.sign_in()

    assert_refused(visitor, reply, status, words)
    assert 'href="/login' in reply.text
    assert "secret" not in reply.text
    assert "<script>" not in reply.text


@pytest.mark.parametrize(("error", "status"), [("invalid_grant", 400), ("invalid_client", 502)])
def test_an_error_of_the_token_endpoint_has_a_page(stub, visitor, error, status):
    stub.token = {"error": error}

    assert_refused(visitor, visitor.sign_in(), status, "重新登录")


def test_a_provider_that_is_down_gives_503_and_the_portal_recovers(stub):
    stub.stop()
    visitor = visit(stub)
    front, down = visitor.get("/"), visitor.get("/login")
    stub.start()

    assert front.status_code == 200
    assert_refused(visitor, down, 503, "登录服务暂时不可用")
    assert down.headers["Retry-After"] == "30"
    assert visitor.sign_in().status_code == 303


def test_a_provider_that_goes_down_halfway_gives_503(stub, visitor):
    callback = visitor.walk_to_provider()
    stub.stop()

    assert_refused(visitor, visitor.get(callback), 503, "登录服务暂时不可用")


@pytest.mark.parametrize("metadata", [{"issuer": "http://evil.test"}, {"token_endpoint": None}])
def test_a_wrong_discovery_document_is_not_remembered(stub, visitor, metadata):
    stub.metadata = metadata
    refused = visitor.get("/login")
    stub.metadata = {}

    assert refused.status_code == 503
    assert visitor.sign_in().status_code == 303


def test_an_unknown_address_has_a_page(visitor):
    reply = visitor.get("/nowhere")

    assert reply.status_code == 404
    assert "没有找到这个页面" in reply.text
