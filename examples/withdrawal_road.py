"""The road of a withdrawal (RFC 9470): the API says what is missing, the provider proves it, money is drawn.

The API is asked with the token of the sign-in, and says what it needs. The portal takes that to the provider
together with the transaction (RFC 9396), and comes back with a token that is good for it alone.
"""

import json
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from werkzeug.wrappers import Response

from examples.fund_client import FundClient, Told
from examples.languages import TAGS, language
from examples.problems import Problem
from examples.receipts import ReceiptError, verify_receipt
from examples.relying_party import RelyingParty
from examples.resource_server import allows
from examples.sessions import SignedIn
from examples.settings import Settings
from examples.store import BoundedStore
from examples.withdrawal_form import Draft

CALLBACK = "/withdrawals/callback"
KEPT_SECONDS = 3600
MOST = 1000
INSUFFICIENT = "insufficient_user_authentication"
MORE = Decimal("1000.00")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A withdrawal that was carried out: what for, with which token, and the receipt if it is right."""

    draft: Draft
    access_token: str
    claims: dict[str, Any]
    balance: str
    receipt: dict[str, Any] | None


class Withdrawals:
    """What the pages have in common."""

    def __init__(self, relying_party: RelyingParty, settings: Settings, api: FundClient) -> None:
        self._relying_party = relying_party
        self._settings = settings
        self._api = api
        self.drafts = BoundedStore[Draft](most=MOST, seconds=KEPT_SECONDS)
        self.done = BoundedStore[Done](most=MOST, seconds=KEPT_SECONDS)

    def account(self, signed_in: SignedIn) -> dict[str, Any]:
        """Return the number of the account and what is in it."""
        told = self._api.balance(_token(signed_in))
        if told.status == HTTPStatus.UNAUTHORIZED and told.challenge.get("error") == INSUFFICIENT:
            raise Problem("level_too_low")
        if told.status != HTTPStatus.OK:
            raise Problem("unavailable" if told.status == HTTPStatus.SERVICE_UNAVAILABLE else "not_signed_in")
        return told.body

    def ask(self, key: str, draft: Draft, signed_in: SignedIn) -> Response:
        """Ask the API; take what it asks for to the provider."""
        told = self._api.withdraw(_token(signed_in), draft.detail)
        if told.challenge.get("error") != INSUFFICIENT:
            raise Problem("unavailable")
        wanted = {name: told.challenge[name] for name in ("acr_values", "max_age") if name in told.challenge}
        details = json.dumps([draft.detail], ensure_ascii=False)
        return self._relying_party.push(
            CALLBACK, key, authorization_details=details, ui_locales=TAGS[language()], **wanted
        )

    def carry_out(self, draft: Draft) -> Done:
        """Redeem what the provider answered, and draw the money with it."""
        token = self._relying_party.redeem(resource=self._api.url)
        # Somebody else may have signed in at the provider meanwhile; the yes must be the account holder's.
        if token["userinfo"]["sub"] != draft.subject or not allows(token, draft.detail):
            raise Problem("bad_answer")
        told = self._api.withdraw(token["access_token"], draft.detail)
        if told.status != HTTPStatus.CREATED:
            raise Problem("unavailable")
        return Done(
            draft=draft,
            access_token=token["access_token"],
            claims=token["userinfo"],
            balance=told.body["balance"],
            receipt=self._checked_receipt(token),
        )

    def change(self, done: Done) -> tuple[str, Told]:
        """Ask for more money with the token of a withdrawal, as a thief of it might."""
        amount = str(Decimal(done.draft.detail["amount"]["value"]) + MORE)
        changed = done.draft.detail | {
            "amount": {"currency": "CNY", "value": amount},
            "application_no": f"{done.draft.detail['application_no']}x",
        }
        return amount, self._api.withdraw(done.access_token, changed)

    def _checked_receipt(self, token: dict[str, Any]) -> dict[str, Any] | None:
        if "receipt" not in token:
            return None
        try:
            return verify_receipt(
                token["receipt"],
                self._relying_party.fetch_key_history(),
                issuer=self._settings.issuer,
                client_id=self._settings.client_id,
            )
        except (ReceiptError, Problem):
            return None


def _token(signed_in: SignedIn) -> str:
    if signed_in.api_tokens is None:
        raise Problem("not_signed_in")
    return signed_in.api_tokens.current()
