"""The colours of the style sheet, as WCAG 2.2 measures contrast, in both schemes and in easy mode."""

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[2] / "idp/web/static/tongxing.css").read_text("utf-8")
VARIABLE = re.compile(r"--tx-([\w-]+):\s*#([0-9a-f]{3}|[0-9a-f]{6});")
DARK = r"@media \(prefers-color-scheme: dark\) {\n  "
BLOCKS = {
    "light": [r"^:root"],
    "dark": [r"^:root", DARK + ":root"],
    "easy light": [r"^:root", r"^\[data-easy\]"],
    "easy dark": [r"^:root", DARK + ":root", r"^\[data-easy\]", DARK + r"\[data-easy\]"],
}
TEXT = [
    *(
        ("ink", ground)
        for ground in ("page", "surface", "raised", "primary-tint", "success-tint", "danger-tint")
    ),
    *(("ink", ground) for ground in ("caution-tint",)),
    *(("ink-soft", ground) for ground in ("page", "surface", "raised", "caution-tint")),
    *(("primary", ground) for ground in ("page", "surface", "raised", "primary-tint", "caution-tint")),
    *(("primary-hover", ground) for ground in ("page", "surface", "raised", "primary-tint")),
    *(("on-primary", ground) for ground in ("primary", "primary-hover")),
    *(("danger", ground) for ground in ("surface", "danger-tint")),
    ("caution", "caution-tint"),
    *(("success", ground) for ground in ("surface", "success-tint")),
    ("panel-ink", "panel"),
]
SHAPES = [
    *(("line-strong", ground) for ground in ("page", "surface", "caution-tint")),
    *(("focus", ground) for ground in ("page", "surface", "raised", "primary-tint")),
    ("danger", "surface"),
]


def colours(scheme):
    """Return the colours of *scheme* by name; later blocks win."""
    found: dict[str, str] = {}
    for opening in BLOCKS[scheme]:
        [block] = re.findall(opening + r" {\n(.*?)}", SHEET, re.DOTALL | re.MULTILINE)[:1]
        found |= dict(VARIABLE.findall(block))
    return found


def luminance(colour):
    """Return the relative luminance (WCAG 2.2)."""
    full = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    channels = [int(full[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    """Return the contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_21():
    assert round(contrast("000", "ffffff"), 2) == 21


@pytest.mark.parametrize("scheme", BLOCKS)
def test_text_stands_out_from_its_ground(scheme):
    of = colours(scheme)

    assert [pair for pair in TEXT if contrast(of[pair[0]], of[pair[1]]) < 4.5] == []


@pytest.mark.parametrize("scheme", ["easy light", "easy dark"])
def test_in_easy_mode_text_stands_out_strongly(scheme):
    of = colours(scheme)

    assert [pair for pair in TEXT if contrast(of[pair[0]], of[pair[1]]) < 7] == []


@pytest.mark.parametrize("scheme", BLOCKS)
def test_edges_of_fields_and_the_focus_stand_out(scheme):
    of = colours(scheme)

    assert [pair for pair in SHAPES if contrast(of[pair[0]], of[pair[1]]) < 3] == []


def test_the_blue_is_strong_on_white():
    assert contrast(colours("light")["primary"], "ffffff") >= 7


def test_rules_name_colours_by_their_variables():
    rules = SHEET[SHEET.index("/* Ground */") :]

    assert set(re.findall(r"#[0-9a-f]{3,6}\b", rules)) <= {"#fff", "#10325f", "#e3ebf5", "#ffd166"}
