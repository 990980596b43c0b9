"""What happened, in words: an event of the audit log as its person reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from idp.domain.assurance import DEVICE_BOUND, LIVE_FACE, ONE_TIME_CODE, PASSWORD, SYNCED
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
    HeldBack,
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
    Ended,
    FaceAgreed,
    FaceChecked,
    FaceReferenceKept,
    FaceReferenceRemoved,
)
from idp.domain.clients import Client
from idp.domain.ids import ClientId
from idp.services.disowning import KINDS
from idp.web.account.titles import Named, Titles
from idp.web.party import party_of

SENTENCES: dict[type[Event], Any] = {
    PersonCreated: _l("Your account was opened"),
    SignedIn: _l("Sign-in"),
    SignInRefused: _l("A try to sign in was refused"),
    SessionEnded: _l("A device was signed out"),
    Disowned: _l("You said: this was not me"),
    ConsentGiven: _l("You allowed %(party)s to see your data"),
    ConsentRefused: _l("You did not allow %(party)s to see your data"),
    ConsentWithdrawn: _l("You withdrew the permission of %(party)s"),
    NoticeShown: _l("You were told what is provided by law to %(party)s"),
    TransactionConfirmed: _l("You confirmed a transaction at %(party)s"),
    TransactionProved: _l("You proved a transaction at %(party)s"),
    TransactionNotProved: _l("A try to prove a transaction at %(party)s was refused"),
    ReceiptIssued: _l("%(party)s received a receipt of your transaction"),
    TransactionRefused: _l("You did not confirm a transaction at %(party)s"),
    TransactionChanged: _l("A transaction at %(party)s was stopped: it was not what you had been shown"),
    TransactionHeldBack: _l("%(party)s wanted you to confirm a transaction, and you were not asked"),
    FaceAgreed: _l("You agreed to a face check for %(party)s"),
    FaceChecked: _l("A face check for %(party)s"),
    FaceReferenceKept: _l("You had a reference of your face kept"),
    FaceReferenceRemoved: _l("You removed the reference of your face"),
    GrantIssued: _l("%(party)s received data"),
    GrantRevoked: _l("The access of %(party)s was ended"),
    PasswordChanged: _l("You changed your password"),
    PasswordRefused: _l("A try to change your password was refused"),
    PasskeyAdded: _l("You added a passkey"),
    PasskeyRemoved: _l("You removed a passkey"),
    CodeAppAdded: _l("You added an app that shows codes"),
    CodeAppRemoved: _l("You removed the app that shows codes"),
    DataCopied: _l("You took a copy of your data"),
    ClosingBegun: _l("You closed your account"),
    ClosingTakenBack: _l("You kept your account after all"),
}
WARNINGS = (
    *(SignInRefused, Disowned, TransactionChanged, TransactionHeldBack, TransactionNotProved),
    *(PasswordRefused, ClosingBegun),
)

TRANSACTIONS = (
    *(TransactionConfirmed, TransactionProved, TransactionNotProved, ReceiptIssued),
    *(TransactionRefused, TransactionChanged, TransactionHeldBack),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """A sentence, its *facts* (label and value), and what it was about; *number* if it can be disowned.

    *receipt* is the number of one that can be taken.
    """

    at: datetime
    icon: str
    sentence: str
    facts: list[tuple[str, str]]
    about: Named
    number: int | None
    receipt: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Puts events into words; portals that are gone are called so."""

    find_client: Callable[[ClientId], Client | None]
    titles: Titles

    def __call__(self, entry: Entry) -> Happening:
        """Return the event as a page shows it."""
        event = entry.event
        return Happening(
            at=event.at,
            icon=_icon(event),
            sentence=self._sentence(event),
            facts=_facts(event),
            about=self.titles(_names(event)),
            number=entry.number if isinstance(event, KINDS) else None,
            receipt=event.receipt_id if isinstance(event, ReceiptIssued) else None,
        )

    def _sentence(self, event: Event) -> str:
        return str(SENTENCES[type(event)]) % {"party": self._party(event.client_id)}

    def _party(self, client_id: ClientId | None) -> str:
        client = self.find_client(client_id) if client_id else None
        return party_of(client).name if client else str(_("a portal that is no longer here"))


def _icon(event: Event) -> str:
    if isinstance(event, WARNINGS):
        return "warning"
    if isinstance(event, SignedIn | PersonCreated | PasswordChanged | PasskeyAdded | CodeAppAdded):
        return "key"
    return "device" if isinstance(event, SessionEnded) else "shield"


def _facts(event: Event) -> list[tuple[str, str]]:
    facts = []
    if isinstance(event, SignedIn | SignInRefused | SessionEnded):
        facts.append((_("Device"), event.device or _("Unknown device")))
    if isinstance(event, SignedIn | TransactionProved):
        facts.append((_("By"), _way(event.amr)))
    if isinstance(event, SignInRefused | PasswordRefused):
        facts.append((_("Reason"), _why_refused(event)))
    if isinstance(event, TransactionNotProved) and event.reason:
        facts.append((_("Reason"), _why_not_proved(event.reason)))
    if isinstance(event, TransactionHeldBack):
        facts.append((_("Reason"), _why_held_back(event.reason)))
    if isinstance(event, SessionEnded):
        facts.append((_("Reason"), _why_ended(event.reason)))
    if isinstance(event, GrantRevoked):
        facts.append((_("Reason"), _why_revoked(event.reason)))
    if isinstance(event, FaceChecked):
        facts.append((_("Result"), _how_checked(event.ended)))
    if isinstance(event, ReceiptIssued):
        facts.append((_("By"), _way(event.methods)))
        facts.append((_("Number"), event.receipt_id))
    if isinstance(event, Disowned):
        facts.append((_("What you meant"), _what_disowned(event)))
    return [(str(label), str(value)) for label, value in facts]


def _what_disowned(event: Disowned) -> str:
    if event.passkey:
        return str(_("Passkey"))
    if event.code_app:
        return str(_("Codes from an app"))
    return str(_("Data was given to a portal") if event.grant_id else _("A sign-in"))


def _how_checked(ended: Ended) -> str:
    sentences = {
        "passed": _("It was passed."),
        "failed": _("It was not passed."),
        "no_reference": _("There was no picture to compare with."),
    }
    return str(sentences.get(ended, _("It broke off.")))


def _names(event: Event) -> tuple[str, ...]:
    if isinstance(event, ConsentGiven):
        return event.allowed
    if isinstance(event, ConsentRefused | NoticeShown):
        return event.asked
    if isinstance(event, TRANSACTIONS):
        return event.types
    return (*event.scopes, *event.claims, *event.resources) if isinstance(event, GrantIssued) else ()


def _way(amr: tuple[str, ...]) -> str:
    if DEVICE_BOUND in amr or SYNCED in amr:
        return str(_("Passkey"))
    ways = {
        PASSWORD: _("Password"),
        "password": _("Password"),
        "passkey": _("Passkey"),
        LIVE_FACE: _("Face"),
        ONE_TIME_CODE: _("Codes from an app"),
        "code_app": _("Codes from an app"),
    }
    return " · ".join(str(ways.get(each, each)) for each in amr)


def _why_refused(event: SignInRefused | PasswordRefused) -> str:
    sentences = {
        "passkey": _("The passkey did not fit."),
        "passkey_count": _("The passkey may have been copied."),
    }
    reason = event.reason if isinstance(event, SignInRefused) else ""
    return str(sentences.get(reason, _("The password was not right.")))


def _why_not_proved(reason: str) -> str:
    sentences = {
        "late_challenge": _("It took too long."),
        "passkey_count": _("The passkey may have been copied."),
        "wrong_password": _("The password was not right."),
        "wrong_code": _("The code was not right."),
    }
    return str(sentences.get(reason, _("The passkey did not fit.")))


def _why_held_back(reason: HeldBack) -> str:
    if reason == "asked_often":
        return str(_("It asked too often."))
    return str(_("You had said no to it several times."))


def _why_ended(reason: str) -> str:
    reasons = {
        "by_person": _("You signed out."),
        "by_relying_party": _("A portal signed you out."),
        "signed_in_again": _("Somebody else signed in with the same browser."),
        "switched_account": _("You chose another account."),
        "expired": _("The time was over."),
        "disowned": _("You said: this was not me."),
        "password_changed": _("The password was changed."),
        "closing": _("You closed the account."),
    }
    return str(reasons.get(reason, _("For your safety.")))


def _why_revoked(reason: str) -> str:
    return str(_("The portal gave it back.") if reason == "by_client" else _("For your safety."))
