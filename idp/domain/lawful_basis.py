"""Why a relying party may learn what it asks for: because the person agrees, or because the law says so."""

from dataclasses import dataclass
from enum import StrEnum


class LawfulBasis(StrEnum):
    """The grounds of the Personal Information Protection Law, article 13, that a client may rest on.

    Where it is not consent, the person is told and not asked (articles 13, 17 and 35).
    """

    CONSENT = "consent"
    STATUTORY_DUTY = "statutory_duty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """The basis, and the statute that it rests on, as people are told; consent needs none."""

    basis: LawfulBasis = LawfulBasis.CONSENT
    statute: str | None = None
    statute_en: str | None = None

    @property
    def is_consent(self) -> bool:
        """Say whether people are asked."""
        return self.basis is LawfulBasis.CONSENT


BY_CONSENT = Ground()
