"""Telephone numbers, by the phonenumbers package."""

import re

import phonenumbers

REGION = "CN"
# Mainland mobile numbers begin with 13 to 19, so nobody can be called at these.
FICTITIOUS = re.compile(r"\+86100\d{8}", re.ASCII)


class NumberingPlan:
    """Reads what people type; a number without a country is Chinese."""

    def canonical(self, text: str) -> str | None:
        """Return the E.164 form of *text*, or None when it is no possible number."""
        try:
            number = phonenumbers.parse(text, REGION)
        except phonenumbers.NumberParseException:
            return None
        if not phonenumbers.is_possible_number(number):
            return None
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

    def is_valid(self, canonical: str) -> bool:
        """Say whether somebody could be called at the E.164 number *canonical*."""
        return phonenumbers.is_valid_number(phonenumbers.parse(canonical))

    def is_fictitious(self, canonical: str) -> bool:
        """Say whether the number follows the convention for made-up people."""
        return FICTITIOUS.fullmatch(canonical) is not None
