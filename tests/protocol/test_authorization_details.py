"""Rich authorization requests (RFC 9396): what may be asked, by whom, and what the tokens say of it."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, text

from idp.domain.assurance import Level
from idp.domain.errors import Refusal
from tests.support.provider import FUND, ISSUER
from tests.support.relying_party import (
    Visit,
    answer,
    ask,
    authorize,
    claims_of,
    get,
    redeem,
    sign_in,
    token,
    tokens,
    walk,
)
from tests.support.signing import a_key, jwks_of, sign
from tests.support.transactions import (
    KINDS,
    NS,
    PAYEE,
    TRANSFER,
    code_for,
    come_to_page,
    confirm,
    open_with_types,
    register,
    transfer,
    written,
)

SECRET, HIGH = KINDS[1:3]

NO_DETAILS = [
    "x",
    "null",
    "{}",
    "[]",
    '"text"',
    "[1]",
    "[null]",
    "[[]]",
    "[{}]",
    "[" * 400 + "]" * 400,
    '[{"type": ' + "[" * 10 + "]" * 10 + "}]",
    '[{"type": {"a": {"a": {"a": {"a": {}}}}}}]',
    json.dumps([{"type": TRANSFER, "more": list(range(300))}]),
    "[" + " " * 5000 + "]",
    '[{"type": "' + "x" * 5000 + '"}]',
    '[{"type": "x\\u0000"}]',
    '[{"type": "x\\ud800"}]',
    '[{"type": NaN}]',
    '[{"type": 1e999}]',
    '[{"type": 1.5}]',
    '[{"type": 9007199254740993}]',
    written(transfer()).replace('"type"', '"type": "x", "type"'),
    written(transfer()).replace('"value"', '"value": "1.00", "value"'),
    written(transfer(), transfer()),
    written(transfer(), dict(reversed(transfer().items()))),
    written(*(transfer(f"{each}.00") for each in range(1, 7))),
    written(transfer(type="transfer")),
    written(transfer(type=f"{NS}transfer/v2")),
    written(transfer(type=[TRANSFER])),
    written(transfer(hidden="x")),
    written(transfer(payee=None)),
    written(transfer("12000")),
    written(transfer(amount=12000)),
    written(transfer(), transfer(type=f"{NS}unknown/v1")),
]


@pytest.fixture
def provider(tmp_path):
    return open_with_types(tmp_path)


@pytest.fixture
def client(provider):
    return register(provider)


def asked(browser, visit, text, **changes):
    return answer(authorize(browser, visit, authorization_details=text, **changes))


def refreshed(browser, visit, held, **changes):
    form = {"grant_type": "refresh_token", "refresh_token": held["refresh_token"]} | changes
    return token(browser, visit.client, form)


def push(browser, visit, details):
    return ask(browser, "/par", visit.client, **visit.params(authorization_details=written(*details)))


class TestAsking:
    @pytest.mark.parametrize("text", NO_DETAILS, ids=range(len(NO_DETAILS)))
    def test_what_is_not_a_list_of_known_transactions_is_refused(self, browser, visit, text):
        told = asked(browser, visit, text)

        assert told["error"] == "invalid_authorization_details"
        assert told["state"] == visit.state

    def test_the_refusal_repeats_nothing_that_was_sent(self, browser, visit):
        reply = authorize(browser, visit, authorization_details=written(transfer(note="6200\u202e")))

        assert answer(reply)["error"] == "invalid_authorization_details"
        assert "6200" not in reply.headers["Location"]

    def test_a_client_asks_only_for_the_types_that_it_was_allowed(self, provider, browser):
        stranger = register(provider, authorization_details_types=[])
        other = register(provider, authorization_details_types=[HIGH])

        for client in (stranger, other):
            told = asked(browser, Visit(client), written(transfer()))
            assert told["error"] == "invalid_authorization_details"

    def test_a_type_that_nobody_knows_cannot_be_registered(self, provider):
        with pytest.raises(Refusal, match="authorization_details_types"):
            provider.register(authorization_details_types=[f"{NS}x/v1"])

    def test_whoever_registers_itself_is_allowed_no_transaction(self, tmp_path):
        provider = open_with_types(tmp_path, registration={"mode": "open"})
        metadata = {"redirect_uris": ["https://rp.test/cb"], "authorization_details_types": KINDS}

        made = provider.browser().post("/register", json=metadata, base_url=ISSUER)

        assert made.status_code == 201
        assert "authorization_details_types" not in dict(made.json)
        with provider.house.neighbours.database.read() as work:
            assert work.clients.get(made.json["client_id"]).authorization_details_types == frozenset()

    def test_what_belongs_in_no_address_must_be_pushed(self, browser, visit):
        detail = transfer(type=SECRET)

        told = asked(browser, visit, written(detail))
        pushed = push(browser, visit, [detail])
        page = authorize(browser, visit, request_uri=pushed.json["request_uri"]).headers["Location"]

        assert told["error"] == "invalid_authorization_details"
        assert pushed.status_code == 201
        assert page.startswith("/interaction/")
        assert "6200" not in page

    def test_a_pushed_request_is_judged_where_it_is_pushed(self, browser, visit):
        refused = push(browser, visit, [transfer(hidden="x")])

        assert (refused.status_code, refused.json["error"]) == (400, "invalid_authorization_details")

    def test_a_signed_request_carries_them_as_json(self, provider, browser):
        visit = Visit(register(provider, jwks=jwks_of(a_key())))

        taken = authorize_signed(provider, browser, visit, [transfer()])
        bare = authorize_signed(provider, browser, visit, [transfer(type=SECRET)])
        wrong = authorize_signed(provider, browser, visit, ["x"])

        assert taken.headers["Location"].startswith("/interaction/")
        assert answer(bare)["error"] == "invalid_authorization_details"
        assert answer(wrong)["error"] == "invalid_request_object"

    def test_discovery_names_the_types(self, browser):
        told = get(browser, "/.well-known/openid-configuration").json

        assert sorted(told["authorization_details_types_supported"]) == sorted(KINDS)


def authorize_signed(provider, browser, visit, details):
    expires = int((provider.clock.now() + timedelta(minutes=5)).timestamp())
    about = {"iss": visit.client.client_id, "aud": ISSUER, "exp": expires}
    request = sign(visit.params() | about | {"authorization_details": details}, a_key())
    return authorize(browser, visit, request=request)


class TestLevels:
    @pytest.mark.parametrize("kind", [HIGH])
    @pytest.mark.parametrize("prompt", [None, "none"])
    def test_what_no_sign_in_reaches_is_said_at_once_and_nothing_is_issued(
        self, provider, browser, visit, kind, prompt
    ):
        told = asked(browser, visit, written(transfer(type=kind)), prompt=prompt)

        assert told["error"] == "unmet_authentication_requirements"
        assert "code" not in told
        assert "GrantIssued" not in [kind for kind, _ in provider.events()]

    @pytest.mark.parametrize("kind", [HIGH])
    def test_a_session_changes_nothing_about_that(self, provider, browser, client, kind):
        walk(browser, Visit(client))
        before = len(provider.events())

        told = asked(browser, Visit(client), written(transfer(), transfer(type=kind)))

        assert told["error"] == "unmet_authentication_requirements"
        assert len(provider.events()) == before

    def test_a_lower_level_that_is_essential_does_not_lower_the_need(self, browser, visit):
        claims = json.dumps({"id_token": {"acr": {"essential": True, "value": f"{NS}acr/l2"}}})

        told = asked(browser, visit, written(transfer(type=HIGH)), claims=claims)

        assert told["error"] == "unmet_authentication_requirements"

    def test_a_person_who_is_not_proved_cannot(self, provider, browser, visit):
        provider.enter("ouyang", document_number="110000199912310084", phone=None, level=Level.L1)
        page = authorize(browser, visit, authorization_details=written(transfer())).headers["Location"]
        sign_in(browser, page, "ouyang")

        assert answer(get(browser, page))["error"] == "unmet_authentication_requirements"


class TestTokens:
    def test_the_token_says_what_was_confirmed_and_so_do_the_answers_about_it(self, browser, visit, client):
        held = redeem(browser, visit, code_for(browser, visit)).json

        told = ask(browser, "/introspect", client, token=held["access_token"]).json
        about = ask(browser, "/introspect", client, token=held["refresh_token"]).json
        assert held["authorization_details"] == [transfer()]
        assert claims_of(held["access_token"])["authorization_details"] == [transfer()]
        assert told["authorization_details"] == about["authorization_details"] == [transfer()]
        assert "authorization_details" not in claims_of(held["id_token"])

    def test_an_opaque_token_says_so_at_introspection(self, provider, browser):
        visit = Visit(register(provider, access_token_format="opaque"))

        held = redeem(browser, visit, code_for(browser, visit)).json

        told = ask(browser, "/introspect", visit.client, token=held["access_token"]).json
        assert told["authorization_details"] == [transfer()]

    def test_without_a_transaction_nothing_is_said_of_any(self, browser, visit):
        held = tokens(browser, visit)

        assert "authorization_details" not in held
        assert "authorization_details" not in claims_of(held["access_token"])

    def test_the_code_may_be_redeemed_for_less(self, browser, visit):
        small, large = transfer("1.00"), transfer("2.00")
        code = code_for(browser, visit, small, large)

        held = redeem(browser, visit, code, authorization_details=written(large)).json

        assert held["authorization_details"] == [large]
        assert claims_of(held["access_token"])["authorization_details"] == [large]

    def test_a_refresh_may_be_for_less_and_the_next_for_all_again(self, browser, visit):
        small, large = transfer("1.00"), transfer("2.00")
        held = redeem(browser, visit, code_for(browser, visit, small, large)).json
        turned = dict(reversed(small.items()))

        less = refreshed(browser, visit, held, authorization_details=written(turned)).json
        again = refreshed(browser, visit, less).json

        assert less["authorization_details"] == [small]
        assert again["authorization_details"] == [small, large]

    @pytest.mark.parametrize(
        "wider",
        [
            [transfer("12000.01")],
            [transfer("1.00")],
            [transfer(note="x")],
            [transfer(), transfer("2.00")],
            [transfer(payee=PAYEE | {"account": "6200000000100000018"})],
            [{"type": TRANSFER}],
            [transfer(type=SECRET)],
        ],
    )
    def test_neither_code_nor_refresh_token_yields_more_or_other_than_was_confirmed(
        self, browser, visit, wider
    ):
        code = code_for(browser, visit)

        at_code = redeem(browser, visit, code, authorization_details=written(*wider))
        held = redeem(browser, visit, code).json
        at_refresh = refreshed(browser, visit, held, authorization_details=written(*wider))
        after = refreshed(browser, visit, held)

        assert (at_code.status_code, at_code.json["error"]) == (400, "invalid_authorization_details")
        assert (at_refresh.status_code, at_refresh.json["error"]) == (400, "invalid_authorization_details")
        assert after.json["authorization_details"] == [transfer()]

    @pytest.mark.parametrize("text", ["x", "{}", "[]", "[" * 400, '[{"a": 1.5}]', '[{"a": 1, "a": 1}]'])
    def test_what_is_no_list_of_objects_is_refused_there_too(self, browser, visit, text):
        held = redeem(browser, visit, code_for(browser, visit)).json

        refused = refreshed(browser, visit, held, authorization_details=text)

        assert (refused.status_code, refused.json["error"]) == (400, "invalid_authorization_details")

    def test_what_an_operator_forbids_is_neither_asked_nor_refreshed_any_more(
        self, provider, browser, visit, client
    ):
        held = redeem(browser, visit, code_for(browser, visit)).json
        begun = Visit(client)
        page = come_to_page(browser, begun)

        provider.house.tools.client_upkeep.forbid_details(client.client_id, TRANSFER)
        provider.clock.advance(timedelta(seconds=2))
        named = refreshed(browser, visit, held, authorization_details=written(transfer()))
        left = refreshed(browser, visit, held)

        assert answer(get(browser, page))["error"] == "invalid_authorization_details"
        assert named.json["error"] == "invalid_authorization_details"
        assert left.status_code == 200
        assert "authorization_details" not in left.json
        assert "authorization_details" not in claims_of(left.json["access_token"])

    def test_a_grant_without_transactions_gives_none(self, browser, visit):
        held = tokens(browser, visit)

        refused = refreshed(browser, visit, held, authorization_details=written(transfer()))

        assert refused.json["error"] == "invalid_authorization_details"

    def test_a_client_on_its_own_behalf_confirms_nothing(self, browser, client):
        form = {"grant_type": "client_credentials", "authorization_details": written(transfer())}

        refused = token(browser, client, form)

        assert (refused.status_code, refused.json["error"]) == (400, "invalid_authorization_details")

    def test_the_resource_server_learns_it_from_a_token_for_itself(self, provider, browser):
        fund = provider.register(redirect_uris=[], resources=[FUND], scope="openid")
        visit = Visit(register(provider))
        code = code_for(browser, visit, resource=FUND)

        held = redeem(browser, visit, code, resource=FUND).json

        told = ask(browser, "/introspect", fund, token=held["access_token"]).json
        assert claims_of(held["access_token"])["aud"] == FUND
        assert told["authorization_details"] == [transfer()]

    def test_what_was_transacted_is_sealed_at_rest_and_not_in_the_audit_log(self, provider, browser, visit):
        redeem(browser, visit, code_for(browser, visit))
        url = provider.house.tools.settings.database.url

        with create_engine(url).connect() as connection:
            rows = connection.execute(text("SELECT document, transaction_sealed FROM grants")).all()
        kept = str(rows) + str(provider.events())

        assert len(rows) == 1
        assert rows[0].transaction_sealed
        for secret in ("6200000000000000018", "李四光明", "12000.00"):
            assert secret not in kept
            assert secret.encode() not in rows[0].transaction_sealed

    def test_the_whole_road_works_on_servers_too(self, tmp_path, postgresql_url, redis_url):
        provider = open_with_types(tmp_path, database_url=postgresql_url, store_url=redis_url)
        browser, visit = provider.browser(), Visit(register(provider))

        held = redeem(browser, visit, answer(confirm(browser, come_to_page(browser, visit)))["code"]).json

        assert refreshed(browser, visit, held).json["authorization_details"] == [transfer()]
