"""Names and numbers of people: normal forms for comparing, masks for showing."""

import unicodedata

INTERPUNCT = "\u00b7"
# GB 18030 A1A4 is the interpunct of Chinese names; these look alike and are typed instead of it.
LOOKALIKES = dict.fromkeys(map(ord, "\u2022\u30fb\uff65\u2027\u2219\u22c5\uff0e"), INTERPUNCT)
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"), None)
MAX_NAME = 100


def clean_name(text: str) -> str:
    """Return *text* as a name to keep: NFC, one kind of interpunct, single spaces, or raise ValueError.

    GB 18030-2022 asks for fields of 50 characters at least; letters of any script are taken, and
    code points are counted.
    """
    name = unicodedata.normalize("NFC", text.translate(INVISIBLE).translate(LOOKALIKES))
    name = " ".join(name.split())
    if not 1 <= len(name) <= MAX_NAME:
        raise ValueError("A name has between 1 and 100 characters.")
    if not all(_belongs(char) for char in name):
        raise ValueError("A name holds letters, spaces and \u00b7 only.")
    return name


def fold(text: str) -> str:
    """Return the form of a typed identifier that is looked up: half width, no spaces, one case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def mask_name(name: str) -> str:
    """Keep the first character of *name*: 张三丰 becomes 张**."""
    return name[:1] + "*" * min(max(len(name) - 1, 1), 4)


def mask_number(number: str) -> str:
    """Keep the first and the last character of a document number."""
    return number[:1] + "*" * max(len(number) - 2, 1) + number[-1:]


def mask_middle(number: str) -> str:
    """Keep the region (six characters) and the last four of a long document number, else one and one."""
    if len(number) < len("000000####0000"):
        return mask_number(number)
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_phone(phone: str) -> str:
    """Keep the first three and the last four digits of the national number: 138****0001."""
    national = phone.removeprefix("+86")
    return national[:3] + "****" + national[-4:]


def _belongs(char: str) -> bool:
    # Private-use characters (Co) are old encodings of rare names: kept, never refused at a counter.
    return unicodedata.category(char)[0] in "LM" or char in f"{INTERPUNCT} .,'-" or _private(char)


def _private(char: str) -> bool:
    return unicodedata.category(char) == "Co"
