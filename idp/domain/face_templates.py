"""References of faces: figures that a model made of a live face, kept only where its person asked for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from idp.domain.ids import PersonId

# Whoever stores 100,000 faces or more files that with the authorities (face recognition measures of 2025).
MOST_BY_LAW = 99_999


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceTemplate:
    """A person's reference; *model* is the SHA-256 of what made it, *consent* the version agreed to."""

    person_id: PersonId
    template: bytes
    model: str
    made_at: datetime
    expires_at: datetime
    consent: str


class FaceTemplates(Protocol):
    """The references, durable and sealed, one a person."""

    def put(self, template: FaceTemplate) -> None:
        """Store the reference over an older one."""

    def get(self, person_id: PersonId) -> FaceTemplate | None:
        """Return the person's reference."""

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget the person's reference; return how many there were."""

    def count(self) -> int:
        """Return how many people have one."""

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget references that expired before then; return how many."""
