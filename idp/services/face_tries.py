"""How often a face is checked: by visit, by person, by address, and by the relying party that asks."""

from dataclasses import dataclass
from datetime import datetime

from idp.domain.face_checks import FaceCheck
from idp.domain.ids import ClientId, InteractionId, PersonId
from idp.domain.throttle import Throttle


@dataclass(frozen=True, slots=True, kw_only=True)
class FaceTries:
    """A check is a try from the first action that was told: whoever stops there has learned something.

    What passed, and what nobody judged, was none. Beginnings are counted whatever comes of them.
    """

    of_visit: Throttle
    of_person: Throttle
    pause_of_person: Throttle
    beginnings_of_address: Throttle
    beginnings_of_client: Throttle

    def paused_until(self, visit: InteractionId, person_id: PersonId) -> datetime | None:
        """Return until when the person has no try left in this visit, or None where there is one."""
        peeked = [counter.peek(key) for counter, key in self._counters(visit, person_id)]
        return max((each.until for each in peeked if not each.allowed), default=None)

    def begin(self, *, address: str, client_id: ClientId | None) -> bool:
        """Count a beginning; say whether it is allowed."""
        counted = [self.beginnings_of_address.hit(address), self.beginnings_of_client.hit(client_id or "")]
        return all(each.allowed for each in counted)

    def count(self, check: FaceCheck) -> None:
        """Count a try."""
        for counter, key in self._counters(check.visit, check.person_id):
            counter.hit(key)

    def give_back(self, check: FaceCheck) -> None:
        """Take the try back, if it was counted."""
        if check.counted:
            for counter, key in self._counters(check.visit, check.person_id):
                counter.give_back(key)

    def left(self, visit: InteractionId, person_id: PersonId) -> int:
        """Return how many tries there are now."""
        return min(counter.peek(key).remaining for counter, key in self._counters(visit, person_id))

    def _counters(self, visit: InteractionId, person_id: PersonId) -> tuple[tuple[Throttle, str], ...]:
        return (
            (self.of_visit, visit),
            (self.of_person, person_id),
            (self.pause_of_person, person_id),
        )
