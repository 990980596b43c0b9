"""Values of claims as people read them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import format_date, get_locale
from flask_babel import gettext as _

from idp.domain.assurance import Level
from idp.domain.documents import DocumentType, Gender


def language() -> str:
    """Return the language of this page: ``zh`` or ``en``."""
    locale = get_locale()
    return locale.language if locale else "zh"


def level_label(level: str) -> str:
    """Return the name of a real-name level."""
    names: dict[Level, str] = {
        Level.L1: _("Basic (not verified)"),
        Level.L2: _("Real-name verified"),
        Level.L3: _("Real-person verified"),
        Level.L4: _("High-assurance verified"),
    }
    return names[Level(level)]


def document_label(kind: str) -> str:
    """Return the name of a document type."""
    names: dict[DocumentType, str] = {
        DocumentType.RESIDENT_ID: _("Resident identity card"),
        DocumentType.HMT_RESIDENCE_PERMIT: _("Residence permit for HK, Macao and Taiwan residents"),
        DocumentType.HM_TRAVEL_PERMIT: _("Mainland Travel Permit for HK and Macao residents"),
        DocumentType.TW_TRAVEL_PERMIT: _("Mainland Travel Permit for Taiwan residents"),
        DocumentType.FOREIGN_PR_ID: _("Foreign Permanent Resident ID Card"),
        DocumentType.PASSPORT: _("Passport"),
        DocumentType.OFFICER_ID: _("Officer's identity card"),
    }
    return names[DocumentType(kind)]


@dataclass(frozen=True, slots=True)
class Words:
    """Puts values into the page's language; *regions* are names by code and language."""

    regions: Mapping[str, Mapping[str, str]]

    def region(self, code: str | None) -> str:
        """Return the name of a region, or the code where the name is unknown."""
        if code is None:
            return ""
        return self.regions.get(code, {}).get(language(), code)

    def of_source(self, source: str, value: object) -> str:
        """Return *value* as the consent page shows it."""
        if isinstance(value, bool):
            return str(_("Yes") if value else _("No"))
        if source == "updated_at" and isinstance(value, int):
            return _day(datetime.fromtimestamp(value, UTC).date())
        if source == "birthdate":
            return _day(date.fromisoformat(str(value)))
        if source == "gender":
            return str(_("Male") if value == Gender.MALE else _("Female"))
        if source == "level":
            return level_label(str(value))
        if source == "document_type":
            return document_label(str(value))
        if source == "region":
            return self.region(str(value))
        return str(value)


def _day(day: date) -> str:
    # The pattern is translated like any sentence.
    return str(format_date(day, _("d MMMM y")))
