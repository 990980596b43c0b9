"""A copy of all that is kept about a person, for the person alone: to read, or signed to hand on."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal

from idp.domain.accounts import Person
from idp.domain.audit import DataCopied, Event
from idp.domain.claims.verified import describe
from idp.domain.clients import Client
from idp.domain.clock import Clock
from idp.domain.code_apps import CodeApp
from idp.domain.face_templates import FaceTemplate
from idp.domain.grants import Consent
from idp.domain.ids import ClientId
from idp.domain.passkeys import Passkey
from idp.domain.receipts import Receipt
from idp.domain.sessions import Session
from idp.domain.throttle import Throttle, Tries
from idp.domain.work import Records, UnitOfWork
from idp.protocol.tokens.personal_data import PersonalData
from idp.services.history import SHOWN

Form = Literal["readable", "signed"]
CHUNK = 500
# Of the newest events; older ones are told of by the log's keeper.
MAX_EVENTS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CopyData:
    """Makes copies, not too many in a row for one person."""

    records: Records
    personal_data: PersonalData
    find_client: Callable[[ClientId], Client | None]
    copies: Throttle
    clock: Clock

    def make(self, session: Session, form: Form) -> str | Tries | None:
        """Return the copy, or when the next one is allowed; None when the person is gone."""
        tries = self.copies.hit(session.person_id)
        if not tries.allowed:
            return tries
        now = self.clock.now()
        with self.records.read() as work:
            person = work.persons.get(session.person_id)
            if person is None:
                return None
            whole = self._whole(work, person)
        plain = _plain({"issuer": self.personal_data.issuer, "made_at": now, **whole})
        with self.records.begin() as work:
            work.audit.append(
                DataCopied(at=now, person_id=person.id, session_id=session.id, signed=form == "signed")
            )
        if form == "signed":
            return self.personal_data.sign(plain)
        return json.dumps(plain, ensure_ascii=False, indent=2) + "\n"

    def _whole(self, work: UnitOfWork, person: Person) -> dict[str, Any]:
        away = work.grants.offline_until(person.id, self.clock.now())
        consents = work.consents.of_person(person.id)
        return {
            "identity": _identity(person),
            "evidence": [describe(each) for each in person.proofs],
            "consents": [self._consent(each, away.get(each.client_id)) for each in consents],
            "devices": [self._device(work, each) for each in work.sessions.of_person(person.id)],
            "passkeys": [_passkey(each) for each in work.passkeys.of_person(person.id)],
            "code_app": _code_app(work.code_apps.of_person(person.id)),
            "face_reference": _face_reference(work.face_templates.get(person.id)),
            "receipts": [self._receipt(each) for each in work.receipts.of_person(person.id)],
            "browsers": [asdict(each) for each in work.known_browsers.of_person(person.id)],
            "history": [self._event(each) for each in _events(work, person)],
        }

    def _consent(self, consent: Consent, away_until: datetime | None) -> dict[str, Any]:
        return {
            "portal": self._portal(consent.client_id),
            "asked": sorted(consent.asked),
            "allowed": sorted(consent.allowed),
            "basis": consent.basis,
            "statute": consent.statute,
            "given_at": consent.given_at,
            "until": consent.until,
            "while_you_are_away_until": away_until,
        }

    def _device(self, work: UnitOfWork, session: Session) -> dict[str, Any]:
        return {
            "device": session.device,
            "signed_in_at": session.auth_time,
            "signed_in_by": session.amr,
            "last_seen_at": session.last_seen_at,
            "ends_at": session.expires_at,
            "portals": [self._portal(each) for each in work.grants.parties(session.id)],
        }

    def _receipt(self, receipt: Receipt) -> dict[str, Any]:
        return {
            "number": receipt.id,
            "portal": self._portal(receipt.client_id),
            "issued_at": receipt.issued_at,
            "signed": receipt.token,
        }

    def _event(self, event: Event) -> dict[str, Any]:
        facts = {name: value for name, value in asdict(event).items() if not name.endswith("_id")}
        portal = {"portal": self._portal(event.client_id)} if event.client_id else {}
        return {"event": event.kind, **facts, **portal}

    def _portal(self, client_id: ClientId) -> dict[str, str | None]:
        client = self.find_client(client_id)
        return {"client_id": client_id, "name": client.name if client else None}


def _identity(person: Person) -> dict[str, Any]:
    document = person.document
    return {
        "name": person.name,
        "real_name_level": person.level,
        "document_type": document.type if document else None,
        "document_number": document.number if document else None,
        "birthdate": person.birthdate,
        "gender": person.gender,
        "phone": person.phone,
        "username": person.username,
        "region": person.region,
        "created_at": person.created_at,
        "updated_at": person.updated_at,
    }


def _passkey(passkey: Passkey) -> dict[str, Any]:
    return {
        "name": passkey.name,
        "proves": passkey.factors.amr,
        "model": passkey.aaguid,
        "created_at": passkey.created_at,
        "last_used_at": passkey.last_used_at,
    }


def _code_app(app: CodeApp | None) -> dict[str, datetime] | None:
    return {"created_at": app.created_at, "last_used_at": app.last_used_at} if app else None


def _events(work: UnitOfWork, person: Person) -> list[Event]:
    found: list[Event] = []
    before = None
    while len(found) < MAX_EVENTS:
        entries = work.audit.of_person(person.id, SHOWN, before=before, limit=CHUNK)
        found += [entry.event for entry in entries]
        if len(entries) < CHUNK:
            break
        before = entries[-1].number
    return found


def _plain(value: Any) -> Any:
    """Return *value* with nothing in it but what JSON knows."""
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _face_reference(reference: FaceTemplate | None) -> dict[str, Any] | None:
    # Not its figures: they are of use to nobody but whoever would stand in for the person.
    if reference is None:
        return None
    return {"made_at": reference.made_at, "expires_at": reference.expires_at, "consent": reference.consent}
