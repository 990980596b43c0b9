"""A provider to talk to, and a visitor of a portal."""

import logging
from collections.abc import Iterator

import pytest

from tests.examples.stub import Stub
from tests.examples.visitor import Visitor, visit


@pytest.fixture
def stub() -> Iterator[Stub]:
    """Return a provider that listens."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    provider = Stub()
    provider.start()
    yield provider
    provider.stop()


@pytest.fixture
def visitor(stub: Stub) -> Visitor:
    """Return somebody who has just arrived at the portal of Zhejiang."""
    return visit(stub)
