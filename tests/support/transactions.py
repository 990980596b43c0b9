"""Transactions of types that exist in tests alone: asked for, and answered on their page."""

import json
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.support.provider import Provider, Registered, open_provider
from tests.support.relying_party import HIDDEN, Visit, answer, authorize, decide, get, post, sign_in

TYPES = Path(__file__).parent / "authorization_details"
NS = "https://tongxing.example/ns/authorization/"
TRANSFER = f"{NS}transfer/v1"
KINDS = [
    *(TRANSFER, f"{NS}secret-transfer/v1", f"{NS}high-transfer/v1", f"{NS}proved-transfer/v1"),
    f"{NS}strong-transfer/v1",
]
PAYEE = {"name": "李四光明", "bank": "示例银行", "account": "6200000000000000018"}


def transfer(yuan: str = "12000.00", **changes: Any) -> dict[str, Any]:
    """Return a transfer; a change to None leaves a member out."""
    usual = {"type": TRANSFER, "amount": {"currency": "CNY", "value": yuan}, "payee": PAYEE}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def written(*details: Any) -> str:
    """Return the parameter."""
    return json.dumps(details, ensure_ascii=False)


def open_with_types(folder: Path, **settings: Any) -> Provider:
    """Return a provider with one person, that knows the types of the tests."""
    usual = {"database_url": f"sqlite:///{folder}/idp.db", "authorization": {"details": TYPES}}
    provider = open_provider(folder, **(usual | settings))
    provider.enter()
    return provider


def register(provider: Provider, **metadata: Any) -> Registered:
    """Register a client that may ask for every type."""
    return provider.register(**({"authorization_details_types": KINDS} | metadata))


def come_to_page(browser: FlaskClient, visit: Visit, *details: Any, **changes: Any) -> str:
    """Sign in and consent; return the address of the page where the transaction is due."""
    asked = {"authorization_details": written(*(details or (transfer(),)))} | changes
    page = authorize(browser, visit, **asked).headers["Location"]
    assert page.startswith("/"), page
    if 'name="password"' in get(browser, page).text:
        sign_in(browser, page)
    if 'value="allow"' in get(browser, page).text:
        decide(browser, page)
    return page


def form_at(browser: FlaskClient, page: str, decision: str = "confirm") -> dict[str, str]:
    """Return the form of the transaction page, filled in."""
    return dict(HIDDEN.findall(get(browser, page).text)) | {"decision": decision}


def confirm(browser: FlaskClient, page: str, **changes: str) -> TestResponse:
    """Say yes on the page."""
    return post(browser, f"{page}/transaction", form_at(browser, page) | changes)


def code_for(browser: FlaskClient, visit: Visit, *details: Any, **changes: Any) -> str:
    """Go the whole way; return the code."""
    return answer(confirm(browser, come_to_page(browser, visit, *details, **changes)))["code"]
