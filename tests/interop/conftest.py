"""One provider, set up and served as an operator would, over TLS, for all stock clients."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page

from tests.support import found
from tests.support.operator import Operator
from tests.support.ports import free_port
from tests.support.tls import TlsFiles, make_tls_files

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Served:
    """A provider that listens, its operator, and the certificates of its machine."""

    issuer: str
    operator: Operator
    tls: TlsFiles


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return the provider; one person is known to it."""
    folder = tmp_path_factory.mktemp("interop")
    tls = make_tls_files(folder)
    port = free_port()
    issuer = f"https://localhost:{port}"
    operator = Operator(folder, IDP_ISSUER=issuer, IDP_TEST_IDENTITIES="true")
    operator.prepare()
    operator.enter()
    options = ("--tls-cert", str(tls.certificate), "--tls-key", str(tls.key))
    with operator.serving(port, *options, trust=tls.authority):
        yield Served(issuer, operator, tls)


@pytest.fixture
def person(served: Served) -> Iterator[requests.Session]:
    """Return the cookies and the trust of a person without a browser."""
    with requests.Session() as session:
        session.trust_env = False  # what other programs on this machine trust is not meant
        session.verify = str(served.tls.authority)
        yield session


@pytest.fixture(scope="session")
def node() -> Path:
    """Return the path of Node.js, with the locked packages beside this file."""
    found.require("node packages")
    return found.require("node")


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """Return a page of a visitor whose browser takes the test's certificates."""
    with chromium.new_context(ignore_https_errors=True, locale="zh-CN") as context:
        yield context.new_page()
