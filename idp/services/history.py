"""What happened in a person's account, newest first, page by page."""

from dataclasses import dataclass

from idp.domain.audit import (
    ClosingBegun,
    ClosingTakenBack,
    ConsentGiven,
    ConsentRefused,
    ConsentWithdrawn,
    DataCopied,
    Disowned,
    Entry,
    Event,
    GrantIssued,
    GrantRevoked,
    NoticeShown,
    PasskeyAdded,
    PasskeyRemoved,
    PasswordChanged,
    PasswordRefused,
    PersonCreated,
    ReceiptIssued,
    SessionEnded,
    SignedIn,
    SignInRefused,
    TransactionChanged,
    TransactionConfirmed,
    TransactionHeldBack,
    TransactionNotProved,
    TransactionProved,
    TransactionRefused,
)
from idp.domain.audit_of_codes import CodeAppAdded, CodeAppRemoved
from idp.domain.audit_of_faces import (
    FaceAgreed,
    FaceChecked,
    FaceReferenceKept,
    FaceReferenceRemoved,
)
from idp.domain.receipts import Receipt
from idp.domain.sessions import Session
from idp.domain.work import Records

SHOWN: tuple[type[Event], ...] = (
    PersonCreated,
    SignedIn,
    SignInRefused,
    SessionEnded,
    Disowned,
    ConsentGiven,
    ConsentRefused,
    ConsentWithdrawn,
    NoticeShown,
    TransactionConfirmed,
    TransactionNotProved,
    TransactionProved,
    ReceiptIssued,
    TransactionRefused,
    TransactionChanged,
    TransactionHeldBack,
    FaceAgreed,
    FaceChecked,
    FaceReferenceKept,
    FaceReferenceRemoved,
    GrantIssued,
    GrantRevoked,
    PasswordChanged,
    PasswordRefused,
    PasskeyAdded,
    PasskeyRemoved,
    CodeAppAdded,
    CodeAppRemoved,
    DataCopied,
    ClosingBegun,
    ClosingTakenBack,
)
PAGE_LENGTH = 20
MOST_PAGES = 10


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some events; *older* is the number before which the next page begins, None at the end."""

    entries: tuple[Entry, ...]
    older: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Shows people their own events; others' do not exist here."""

    records: Records

    def page(self, session: Session, *, before: int | None) -> HistoryPage:
        """Return the newest events, or those *before* the one of that number."""
        with self.records.read() as work:
            found = work.audit.of_person(session.person_id, SHOWN, before=before, limit=PAGE_LENGTH + 1)
        entries = found[:PAGE_LENGTH]
        return HistoryPage(entries, entries[-1].number if len(found) > PAGE_LENGTH else None)

    def receipt(self, session: Session, receipt_id: str) -> Receipt | None:
        """Return the person's receipt of that number; others' do not exist here."""
        with self.records.read() as work:
            return work.receipts.get(session.person_id, receipt_id)

    def sign_in_before(self, session: Session) -> SignedIn | None:
        """Return the last sign-in before the one that *session* goes back to.

        Newer ones elsewhere stand before it; whoever makes very many of them cannot be looked behind.
        """
        before = None
        with self.records.read() as work:
            for _ in range(MOST_PAGES):
                found = work.audit.of_person(session.person_id, (SignedIn,), before=before, limit=PAGE_LENGTH)
                for entry in found:
                    if isinstance(entry.event, SignedIn) and entry.event.at < session.auth_time:
                        return entry.event
                if len(found) < PAGE_LENGTH:
                    break
                before = found[-1].number
        return None
