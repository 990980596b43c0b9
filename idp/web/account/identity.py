"""What is kept about who a person is, masked, and what the level of that means."""

from flask_babel import gettext as _

from idp.domain.accounts import Person
from idp.domain.assurance import Level
from idp.domain.names import mask_name, mask_number, mask_phone
from idp.web.words import Words, document_label


def identity_facts(person: Person, words: Words) -> list[tuple[str, str]]:
    """Return labels and masked values of what there is."""
    document = person.document
    facts = [
        (_("Name"), mask_name(person.name)),
        (_("Document"), document_label(document.type) if document else None),
        (_("Document number"), mask_number(document.number) if document else None),
        (_("Mobile"), mask_phone(person.phone) if person.phone else None),
        (_("Region"), words.region(person.region)),
        (_("User name"), mask_name(person.username) if person.username else None),
    ]
    return [(str(label), value) for label, value in facts if value]


def level_meaning(level: Level) -> str:
    """Return what a real-name level says and what it is good for."""
    meanings: dict[Level, str] = {
        Level.L1: _(
            "Nobody has checked yet who you are. Services that need a real name are not open to you."
        ),
        Level.L2: _("Your name and your document were checked against the official records."),
        Level.L3: _("Beyond the records, it was checked that you are the person whom the document names."),
        Level.L4: _("Your identity was checked in the strictest way, also for matters of great weight."),
    }
    return meanings[level]
