"""What is typed into the form of a withdrawal, checked, and as the authorization detail that is asked for."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from examples.claims import BEIJING
from examples.fund_api import CENTRE, WITHDRAWAL
from examples.languages import Text

AMOUNT = re.compile(r"([1-9]\d{0,8})(?:\.(\d{1,2}))?", re.ASCII)
ACCOUNT = re.compile(r"\d{8,30}", re.ASCII)
MAX_BANK = 40
# Data item 204008 of JGJ/T 320, as far as the demo goes.
REASONS = {
    "07": Text("租房", "Rent"),
    "01": Text("购买住房", "Buying a home"),
    "06": Text("偿还住房贷款", "Repaying a housing loan"),
    "09": Text("重大疾病", "Serious illness"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The form as it was typed."""

    amount: str = ""
    reason: str = "07"
    bank: str = ""
    account: str = ""

    def faults(self, balance: Decimal) -> dict[str, str]:
        """Return what is wrong with which field, by a key of the words."""
        faults = {}
        amount = read_amount(self.amount)
        if amount is None:
            faults["amount"] = "amount_wrong"
        elif Decimal(amount) > balance:
            faults["amount"] = "amount_too_much"
        if self.reason not in REASONS:
            faults["reason"] = "reason_wrong"
        if not 0 < len(self.bank) <= MAX_BANK or not self.bank.isprintable():
            faults["bank"] = "bank_wrong"
        if not ACCOUNT.fullmatch(self.account):
            faults["account"] = "account_wrong"
        return faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A withdrawal that the person of *subject* has begun; *detail* is what the provider is asked for."""

    subject: str
    typed: Typed
    detail: dict[str, Any]


def read_form(form: Any) -> Typed:
    """Return what was typed; spaces that people put between digits are nothing."""
    return Typed(
        amount=re.sub(r"[\s,，¥]", "", form.get("amount", ""))[:20],
        reason=form.get("reason", "")[:2],
        bank=form.get("bank", "").strip()[: MAX_BANK + 1],
        account=re.sub(r"[\s-]", "", form.get("account", ""))[:31],
    )


def read_amount(text: str) -> str | None:
    """Return an amount to the fen, as authorization details write it, or None."""
    found = AMOUNT.fullmatch(text)
    return f"{found[1]}.{(found[2] or '').ljust(2, '0')}" if found else None


def draft_of(typed: Typed, *, subject: str, name: str, fund_account: str) -> Draft:
    """Return the draft of a form without faults; money goes to the person alone."""
    day = datetime.now(BEIJING)
    detail = {
        "type": WITHDRAWAL,
        "amount": {"currency": "CNY", "value": read_amount(typed.amount) or ""},
        "reason": typed.reason,
        "payee": {"name": name, "bank": typed.bank, "account": typed.account},
        "account": fund_account,
        "centre": CENTRE,
        "application_no": f"{day:%Y%m%d}-{secrets.token_hex(4)}",
    }
    return Draft(subject=subject, typed=typed, detail=detail)
