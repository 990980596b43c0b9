"""Face checks under way, as typed values on the ephemeral store; no frame is ever among them."""

from datetime import timedelta

from idp.domain.face_checks import FaceCheck
from idp.domain.ids import PersonId
from idp.domain.stores import ExpiringStore
from idp.storage.codec import Codec

CHECKS = Codec(FaceCheck)


class KeptFaceChecks:
    """Implements FaceChecks."""

    def __init__(self, store: ExpiringStore) -> None:
        self._store = store

    def get(self, person_id: PersonId) -> FaceCheck | None:
        """Return the check of the person, or None when there is none any more."""
        text = self._store.get(_check(person_id))
        return None if text is None else CHECKS.decode(text)

    def put(self, check: FaceCheck, *, ttl: timedelta) -> None:
        """Keep the check, in place of the one before."""
        self._store.put(_check(check.person_id), CHECKS.encode(check), ttl=ttl)

    def replace(self, old: FaceCheck, new: FaceCheck) -> bool:
        """Swap *old* for *new* unless somebody else was quicker."""
        return self._store.replace(_check(old.person_id), old=CHECKS.encode(old), new=CHECKS.encode(new))

    def finish(self, check: FaceCheck) -> bool:
        """Forget the check of its person; True for exactly one of several callers."""
        return self._store.delete(_check(check.person_id))


def _check(person_id: PersonId) -> str:
    return f"face:{person_id}"
