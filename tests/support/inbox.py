"""Relying parties outside: they write down what they are sent, and answer as they are told to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from idp.domain.errors import Unavailable
from idp.domain.outbound import Fetched


@dataclass
class Inbox:
    """An Outbound that reaches this test alone; an *answer* of None means out of reach."""

    answer: Callable[[str], int | None] = lambda _: 200
    posted: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def get(self, url: str, *, accept: str = "application/json") -> Fetched:
        """Fetch nothing."""
        del url, accept
        raise Unavailable("Nothing is fetched here.")

    def post(self, url: str, form: Mapping[str, str]) -> Fetched:
        """Write the form down and answer."""
        self.posted.append((url, dict(form)))
        status = self.answer(url)
        if status is None:
            raise Unavailable("The place is out of reach.")
        return Fetched(status=status, media_type="", body=b"")
