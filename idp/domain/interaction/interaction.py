"""The stored transaction of one visit."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

from idp.domain.ids import ClientId, InteractionId, PersonId, SessionId
from idp.domain.interaction.proving import Proof
from idp.domain.interaction.request import AuthorizationRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmation:
    """A yes to a transaction: in which session, and the hash of what was shown."""

    session_id: SessionId
    transaction_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One visit: its request (None for a visit to the account pages), and what was answered so far.

    *browser* is the digest of the secret of the browser it belongs to; None until the first page.
    *face_agreed* is the session in which the person agreed that the face is processed for the transaction,
    *face_kept* that a reference of it is kept for later ones.
    *account_page* is where a visit to the account pages ends, and *max_age* how many seconds old the
    sign-in may be for that.
    """

    id: InteractionId
    request: AuthorizationRequest | None
    started_at: datetime
    browser: str | None = None
    chosen: PersonId | None = None
    consented_by: PersonId | None = None
    confirmation: Confirmation | None = None
    proofs: tuple[Proof, ...] = ()
    face_agreed: SessionId | None = None
    face_kept: bool = False
    account_page: str = "/"
    max_age: int | None = None

    def bound_to(self, browser: str) -> "Interaction":
        """Return the interaction as belonging to this browser."""
        return replace(self, browser=browser)

    def choosing(self, person_id: PersonId) -> "Interaction":
        """Return the interaction as one that goes on as this person."""
        return replace(self, chosen=person_id)

    def consented(self, person_id: PersonId) -> "Interaction":
        """Return the interaction with this person's consent in it."""
        return replace(self, consented_by=person_id)

    def confirmed(self, confirmation: Confirmation) -> "Interaction":
        """Return the interaction with a yes to its transaction in it; what proved another is gone."""
        return replace(self, confirmation=confirmation, proofs=(), face_agreed=None, face_kept=False)

    def agreeing_to_face(self, session_id: SessionId, *, keep: bool) -> "Interaction":
        """Return the interaction with the leave to process the face, and perhaps to *keep* a reference."""
        return replace(self, face_agreed=session_id, face_kept=keep)

    def proved(self, proof: Proof) -> "Interaction":
        """Return the interaction with one proof more of its transaction."""
        return replace(self, proofs=(*self.proofs, proof))


class Interactions(Protocol):
    """The visits under way."""

    def get(self, interaction_id: InteractionId) -> Interaction | None:
        """Return the interaction, or None when it is finished or expired."""

    def put(self, interaction: Interaction, *, ttl: timedelta) -> None:
        """Keep the interaction."""

    def party(self, interaction_id: InteractionId) -> ClientId | None:
        """Return where the interaction came from; known for as long again as it is kept."""

    def replace(self, old: Interaction, new: Interaction) -> bool:
        """Swap *old* for *new* unless somebody else was quicker."""

    def extend(self, interaction: Interaction, *, ttl: timedelta) -> None:
        """Keep the interaction for *ttl* from now, if it is still there."""

    def finish(self, interaction_id: InteractionId) -> bool:
        """Forget the interaction; True for exactly one of several callers."""
