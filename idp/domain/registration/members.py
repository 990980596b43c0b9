"""The members of a metadata document, each refused by its name when it cannot be right."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from idp.domain.errors import Refusal
from idp.domain.redirect_uris import check_page_uri

MAX_SECONDS = 10**9
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Members:
    """What was given."""

    given: Mapping[str, Any]

    def text(self, name: str) -> str | None:
        """Return a text that is not empty."""
        value = self.given.get(name)
        if value is not None and not isinstance(value, str):
            raise refuse(f"The member {name} is not a text.")
        return value or None

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.given.get(name) or []
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise refuse(f"The member {name} is not a list of texts.")
        return tuple(dict.fromkeys(values))

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return true or false."""
        value = self.given.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise refuse(f"The member {name} is neither true nor false.")
        return value

    def seconds(self, name: str) -> int | None:
        """Return a number of seconds."""
        value = self.given.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SECONDS:
            raise refuse(f"The member {name} is not a number of seconds.")
        return value

    def choice(self, name: str, kind: type[E], default: E) -> E:
        """Return one of an enumeration."""
        return self.choice_or_none(name, kind) or default

    def choice_or_none(self, name: str, kind: type[E]) -> E | None:
        """Return one of an enumeration, or None when nothing is given."""
        value = self.text(name)
        try:
            return kind(value) if value is not None else None
        except ValueError:
            raise refuse(f"The member {name} has an unsupported value.") from None

    def page(self, name: str) -> str | None:
        """Return the address of a page."""
        value = self.text(name)
        return check_page_uri(value, name) if value else None


def refuse(sentence: str) -> Refusal:
    """Return the refusal of metadata that cannot be right."""
    return Refusal("invalid_client_metadata", sentence)
