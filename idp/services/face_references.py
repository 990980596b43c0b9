"""Whose face it is: a register knows, which is shown one frame of the live check."""

from dataclasses import dataclass

from idp.domain.accounts import Person
from idp.domain.faces import Judged, Match, Registers


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFaces:
    """Implements FaceReferences. The frame goes to the register and nowhere else."""

    register: Registers

    def reference(self, person: Person) -> bytes | None:
        """Return the template that was made of the person: none is kept."""
        del person
        return None

    def match(self, person: Person, judged: Judged) -> Match:
        """Say whether the face that was *judged* live is the person's."""
        if judged.portrait is None:
            return Match.LOW_QUALITY
        return self.register.match_face(person, judged.portrait)
