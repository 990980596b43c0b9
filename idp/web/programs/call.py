"""What a program sent, read from the WSGI environment when it is asked for."""

from dataclasses import dataclass
from typing import Any

from idp.domain.errors import Unavailable
from idp.domain.params import Params
from idp.web.bodies import BUSY, TOO_MANY
from idp.web.params import FORM, not_a_form, parse


@dataclass(frozen=True, slots=True)
class Call:
    """One request; its query never counts."""

    environ: dict[str, Any]

    @property
    def method(self) -> str:
        """Return the method."""
        return str(self.environ["REQUEST_METHOD"])

    @property
    def authorization(self) -> str:
        """Return the Authorization header."""
        return self._header("HTTP_AUTHORIZATION")

    @property
    def accept(self) -> str:
        """Return the Accept header."""
        return self._header("HTTP_ACCEPT")

    @property
    def known_tag(self) -> str:
        """Return the If-None-Match header."""
        return self._header("HTTP_IF_NONE_MATCH")

    @property
    def length(self) -> int:
        """Return how many bytes the body has; it was read before, unless it is larger than any may be."""
        announced = self._header("CONTENT_LENGTH")
        return int(announced) if announced.isascii() and announced.isdigit() else 0

    @property
    def is_form(self) -> bool:
        """Say whether the body is a form."""
        return self._header("CONTENT_TYPE").partition(";")[0].strip().lower() == FORM

    def form(self) -> Params:
        """Return the form's parameters, or refuse what is none."""
        if not self.is_form:
            raise not_a_form()
        if self.environ.get(BUSY):
            raise Unavailable(TOO_MANY)
        return parse(self.environ["wsgi.input"].read(self.length))

    def posted_form(self) -> Params | None:
        """Return the parameters of a posted form, or None when none was posted."""
        return self.form() if self.method == "POST" and self.is_form else None

    def _header(self, name: str) -> str:
        return str(self.environ.get(name) or "")
