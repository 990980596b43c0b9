"""Notices: what happened to an account is told to its person, outside of the browser it happened in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from idp.domain.accounts import Person
from idp.domain.clock import Clock
from idp.domain.devices import browser_digest
from idp.domain.ids import random_id
from idp.domain.messages import Message, Messages, Topic, civil_moment
from idp.domain.work import UnitOfWork

# Where "this was not me" is said.
HISTORY = "/account/history"
Way = Literal["password"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """Writes messages; *texts* are the sentences by topic and language. Who has no phone is told nothing."""

    messages: Messages
    texts: Mapping[str, Any]
    clock: Clock
    issuer: str

    def signed_in(self, work: UnitOfWork, person: Person, *, device: str, secret: str, language: str) -> None:
        """Tell of a sign-in if *secret* is that of a browser with which the person never signed in before.

        Whoever signs in there may be somebody else, so the message speaks the language that the person
        used before; only a person who is met for the first time is believed.
        """
        now, browser = self.clock.now(), browser_digest(person.id, secret)
        if not work.known_browsers.meet(person.id, browser, language=language, at=now):
            return
        spoken = work.known_browsers.language(person.id, but=browser) or language
        shown = device or self.texts["unknown_device"][spoken]
        self._send(work, person, Topic.NEW_DEVICE, spoken, device=shown)

    def way_changed(self, work: UnitOfWork, person: Person, way: Way, *, language: str) -> None:
        """Tell that a way of signing in was changed, in the *language* of the page where it was."""
        self._send(work, person, Topic.WAY_CHANGED, language, way=self.texts["way"][way][language])

    def passkey_added(self, work: UnitOfWork, person: Person, *, language: str) -> None:
        """Tell that there is a new passkey, in the *language* of the page where it was made."""
        self._send(work, person, Topic.PASSKEY_ADDED, language)

    def passkey_removed(self, work: UnitOfWork, person: Person, *, language: str) -> None:
        """Tell that a passkey opens nothing any more, in the *language* of the page where it was removed."""
        self._send(work, person, Topic.PASSKEY_REMOVED, language)

    def passkey_copied(self, work: UnitOfWork, person: Person, *, language: str) -> None:
        """Tell that a passkey may have been copied, in the *language* of the page where it was used."""
        self._send(work, person, Topic.PASSKEY_COPIED, language)

    def code_app_added(self, work: UnitOfWork, person: Person, *, language: str) -> None:
        """Tell that an app shows codes now, in the *language* of the page where it was added."""
        self._send(work, person, Topic.CODE_APP_ADDED, language)

    def code_app_removed(self, work: UnitOfWork, person: Person, *, language: str) -> None:
        """Tell that the app's codes are taken no more, in the *language* of the page where it was removed."""
        self._send(work, person, Topic.CODE_APP_REMOVED, language)

    def closing(self, work: UnitOfWork, person: Person, closes_at: datetime, *, language: str) -> None:
        """Tell that the account closes, and until when that can be taken back."""
        self._send(work, person, Topic.CLOSING, language, until=civil_moment(closes_at, language))

    def _send(self, work: UnitOfWork, person: Person, topic: Topic, language: str, **words: str) -> None:
        if person.phone is None:
            return
        now = self.clock.now()
        text = self.texts[topic][language].format(
            time=civil_moment(now, language), link=f"{self.issuer}{HISTORY}", **words
        )
        self.messages.send(
            work,
            Message(
                id=random_id(),
                person_id=person.id,
                topic=topic,
                language=language,
                phone=person.phone,
                text=text,
                created_at=now,
            ),
        )
