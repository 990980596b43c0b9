"""The centre's API: the balance for whoever is signed in by real name, money for what was proved alone."""

from decimal import Decimal
from typing import Any

import requests
from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from examples.fund_ledger import Ledger, account_of
from examples.resource_server import Challenge, Requirement, ResourceServer

NAMESPACE = "https://tongxing.example/ns/"
WITHDRAWAL = f"{NAMESPACE}authorization/housing-fund-withdrawal/v1"
# A unified social credit code that is right in form and nobody's.
CENTRE = {"name": "示例市住房公积金管理中心", "uscc": "12990000MB0000000F"}
SIGNED_IN = Requirement(acr_values=tuple(f"{NAMESPACE}acr/{level}" for level in ("l2", "l3", "l4")))
PROVED, NEWEST = (f"{NAMESPACE}acr/l3-tx",), 300
MOST_BYTES = 8192


def fund_api(server: ResourceServer, ledger: Ledger) -> Blueprint:
    """Build the API; *server* reads the tokens."""
    api = Blueprint("fund_api", __name__, url_prefix="/api")

    @api.errorhandler(Challenge)
    def challenge(error: Challenge) -> ResponseReturnValue:
        answer = jsonify(error=error.parameters.get("error", "no_token"))
        answer.headers["WWW-Authenticate"] = error.header
        return answer, error.status

    @api.errorhandler(requests.RequestException)
    def no_keys(error: requests.RequestException) -> ResponseReturnValue:
        del error
        return jsonify(error="temporarily_unavailable"), 503

    @api.get("/balance")
    def balance() -> ResponseReturnValue:
        claims = server.check(request.headers.get("Authorization", ""), SIGNED_IN)
        subject = claims["sub"]
        return jsonify(account=account_of(subject), value=str(ledger.balance(subject)), currency="CNY")

    @api.post("/withdrawals")
    def withdraw() -> ResponseReturnValue:
        request.max_content_length = MOST_BYTES
        body: Any = request.get_json(silent=True)
        asked: dict[str, Any] = body if isinstance(body, dict) else {}
        # The token is looked at first: whoever has none learns nothing of what would be right.
        needed = Requirement(acr_values=PROVED, max_age=NEWEST, transaction=asked)
        claims = server.check(request.headers.get("Authorization", ""), needed)
        subject = claims["sub"]
        is_ours = asked.get("type") == WITHDRAWAL and asked.get("centre") == CENTRE
        if not is_ours or asked.get("account") != account_of(subject) or not asked.get("application_no"):
            return jsonify(error="not_here"), 422
        # The provider has looked at the amount's form, and the token holds it to the letter.
        amount = Decimal(asked["amount"]["value"])
        outcome = ledger.draw(subject, amount, asked["application_no"])
        if outcome != "done":
            return jsonify(error=outcome), 409
        return jsonify(application_no=asked["application_no"], balance=str(ledger.balance(subject))), 201

    return api
