"""The world outside as a test makes it: documents at addresses, and who asked for them."""

import json
from collections.abc import Mapping
from typing import Any

from idp.domain.errors import Unavailable
from idp.domain.outbound import Fetched


class Outside:
    """An Outbound for tests; where nothing is shown, nobody is."""

    def __init__(self) -> None:
        self.documents: dict[str, Fetched] = {}
        self.asked: list[str] = []

    def show(
        self, address: str, document: Any, *, status: int = 200, media_type: str = "application/json"
    ) -> None:
        """Show a document: bytes as they are, anything else as JSON."""
        body = document if isinstance(document, bytes) else json.dumps(document).encode()
        self.documents[address] = Fetched(status=status, media_type=media_type, body=body)

    def get(self, url: str, *, accept: str = "application/json") -> Fetched:
        """Return what is shown."""
        del accept
        self.asked.append(url)
        if url not in self.documents:
            raise Unavailable("Nobody is there.")
        return self.documents[url]

    def post(self, url: str, form: Mapping[str, str]) -> Fetched:
        """Take nothing."""
        del url, form
        raise Unavailable("Nobody takes anything.")
