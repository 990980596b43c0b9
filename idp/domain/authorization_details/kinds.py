"""What a member of a transaction may hold, and how it is shown: masked where others may look on."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from idp.domain.names import mask_name

DEFAULT_LENGTH = 100
# To the fen, and written one way only: no sign, no exponent, no leading zero.
AMOUNT = re.compile(r"(0|[1-9]\d{0,8})\.\d\d", re.ASCII)
ACCOUNT = re.compile(r"\d{8,30}", re.ASCII)
CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SHOWN_DIGITS = 4


class Kind(StrEnum):
    """The kinds of members."""

    AMOUNT = "amount"
    TEXT = "text"
    CHOICE = "choice"
    ACCOUNT = "account"
    PAYEE = "payee"
    ORGANISATION = "organisation"


def is_amount(value: Any) -> bool:
    """Say whether *value* is more than nothing, in yuan and fen."""
    fits = _has(value, {"currency": _is_yuan, "value": _is_number})
    return fits and Decimal(value["value"]) > 0


def is_text(value: Any, *, longest: int = DEFAULT_LENGTH) -> bool:
    """Say whether *value* is one line that cannot be made to read otherwise by invisible characters."""
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        return False
    return value.isprintable() and value == value.strip()


def is_account(value: Any) -> bool:
    """Say whether *value* may be the number of an account."""
    return isinstance(value, str) and ACCOUNT.fullmatch(value) is not None


def is_payee(value: Any) -> bool:
    """Say whether *value* names a person or firm, the bank and the account there."""
    return _has(value, {"name": is_text, "bank": is_text, "account": is_account})


def is_organisation(value: Any) -> bool:
    """Say whether *value* is a name and a unified social credit code."""
    return _has(value, {"name": is_text, "uscc": is_credit_code})


def is_credit_code(value: Any) -> bool:
    """Say whether *value* is a unified social credit code whose check character is right (GB 32100-2015)."""
    if not isinstance(value, str) or not CREDIT_CODE.fullmatch(value):
        return False
    weighted = sum(CREDIT_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(value[:17]))
    return CREDIT_ALPHABET[-weighted % 31] == value[17]


def show_amount(value: Mapping[str, str], language: str) -> str:
    """Return an amount with its thousands apart; where Chinese is not read, the sign could mean yen."""
    whole, _, fen = value["value"].partition(".")
    return f"{'¥' if language == 'zh' else 'CNY '}{int(whole):,}.{fen}"


def show_account(number: str) -> str:
    """Return the number with its middle hidden, and of a short one all but its end."""
    start = number[:SHOWN_DIGITS] if len(number) >= 3 * SHOWN_DIGITS else ""
    return f"{start}****{number[-SHOWN_DIGITS:]}"


def show_payee(value: Mapping[str, str]) -> str:
    """Return who receives the money, masked."""
    return " · ".join((mask_name(value["name"]), value["bank"], show_account(value["account"])))


def show_organisation(value: Mapping[str, str], language: str) -> str:
    """Return the name and the code."""
    opening, closing = ("（", "）") if language == "zh" else (" (", ")")
    return f"{value['name']}{opening}{value['uscc']}{closing}"


def _is_yuan(value: Any) -> bool:
    return isinstance(value, str) and value == "CNY"


def _is_number(value: Any) -> bool:
    return isinstance(value, str) and AMOUNT.fullmatch(value) is not None


def _has(value: Any, members: Mapping[str, Callable[[Any], bool]]) -> bool:
    """Say whether *value* is an object of exactly these *members*, each as it must be."""
    if not isinstance(value, dict) or value.keys() != members.keys():
        return False
    return all(fits(value[name]) for name, fits in members.items())
