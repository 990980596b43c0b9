"""What a sign-in comes from: a coarse name for the browser, and the browsers that a person used before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from idp.domain.ids import PersonId, digest

# The first word found decides: Edge calls itself Chrome too, and Chrome calls itself Safari.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def coarse_name(user_agent: str) -> str:
    """Return a name such as ``Chrome, Windows``, made of the words above alone, or nothing.

    Millions share each of these names, so it may stand where personal data may not.
    """
    names = [next((name for word, name in table if word in user_agent), "") for table in (BROWSERS, SYSTEMS)]
    return ", ".join(filter(None, names))


def browser_digest(person_id: PersonId, secret: str) -> str:
    """Return what is kept of a browser's long-lived secret: for each person something else.

    So nobody who reads the table learns which people share a browser.
    """
    return digest(f"{person_id}:{secret}")


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """What is kept of a browser, for whoever signed in with it."""

    language: str
    last_used_at: datetime


class KnownBrowsers(Protocol):
    """The browsers that people have signed in with, durable for as long as they are used."""

    def meet(self, person_id: PersonId, browser: str, *, language: str, at: datetime) -> bool:
        """Write down that the person signed in with it; say whether for the first time."""

    def language(self, person_id: PersonId, *, but: str) -> str | None:
        """Return the language of the person's sign-in before, in any browser *but* this one."""

    def of_person(self, person_id: PersonId) -> tuple[KnownBrowser, ...]:
        """Return the person's browsers, the last used first."""

    def erase_of_person(self, person_id: PersonId) -> int:
        """Forget all browsers of the person; return how many."""

    def purge(self, before: datetime, *, limit: int) -> int:
        """Forget browsers that were not used since then; return how many."""
