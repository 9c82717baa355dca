import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.text import (
    cleaned,
    composed,
    is_visible,
    placeholders_in,
    trimmed,
    with_placeholders_filled,
)
from tests.foundation.unseen import NOTHING_TO_SEE


@pytest.mark.parametrize("typed", NOTHING_TO_SEE)
def test_what_nobody_can_see_is_no_answer(typed: str) -> None:
    assert not is_visible(typed)
    assert cleaned(typed) == ""


@pytest.mark.parametrize(
    "name",
    [
        "Aroha",
        "X",
        "-",
        "‘Okina",
        "毛利",
        "김",
        "नि",
        "ชื่อ",
        "ᱚ",
        "👩🏽‍🌾",
        "❤️",
        "می‌خواهم",  # Persian, with a joiner that it needs
        "ශ්‍රී",
        "\U00011f10",  # a letter younger than this Python's Unicode
        "\ue000",  # private use
    ],
)
def test_no_name_is_refused_or_changed(name: str) -> None:
    assert cleaned(name) == unicodedata.normalize("NFC", name)


def test_every_character_without_a_shape_is_known() -> None:
    """All of Unicode: whatever its categories call control, format, separator or mark is not visible."""
    shown = {
        "Cf": {c for c in map(chr, range(0x110000)) if unicodedata.category(c) == "Cf" and is_visible(c)}
    }
    arabic_and_syriac = {*"\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2"}
    kaithi_and_hieroglyphs = {*"\U000110bd\U000110cd", *map(chr, range(0x13430, 0x13439))}
    assert shown["Cf"] == arabic_and_syriac | kaithi_and_hieroglyphs  # these are drawn
    for category in ("Zs", "Zl", "Zp", "Cc", "Mn", "Mc", "Me"):
        found = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) == category]
        assert [c for c in found if is_visible(c)] == []


@pytest.mark.parametrize("turning", [*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))])
def test_what_turns_text_round_is_dropped(turning: str) -> None:
    assert composed(f"Aroha {turning}Ngata{turning}") == "Aroha Ngata"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Aroha\x00\x07 Ngata", "Aroha Ngata"),
        ("one\x0btwo", "one\ntwo"),
        ("one\r\n\r\ntwo\rthree", "one\n\ntwo\nthree"),
        ("a\u202e\u0304", "ā"),
        ("tab\there", "tab\there"),
        ("\u05d0\u200f\u05d1\u200e", "\u05d0\u200f\u05d1\u200e"),  # marks that turn nothing else round stay
    ],
)
def test_text_is_kept_in_one_form(typed: str, kept: str) -> None:
    assert composed(typed) == kept


ODD = st.text(
    st.sampled_from([*"aA1 \n\r\t\x0b\x1f\u0304\u202e\u2066\u200b\u3164\u00ad\ufdfa\u1100\u1161ß👩\u200d"])
)


@given(ODD | st.text())
def test_cleaning_twice_changes_nothing(typed: str) -> None:
    for clean in (composed, cleaned, trimmed):
        assert clean(clean(typed)) == clean(typed)
    kept = cleaned(typed)
    assert unicodedata.is_normalized("NFC", kept)
    assert kept == "" or is_visible(kept)


def test_what_stands_in_braces_is_filled_in_once_and_stays_where_nothing_is_known() -> None:
    text = "{name}, {reference} {day}{name} {not\nthis} {}"
    assert placeholders_in(text) == ["name", "reference", "day", "name", ""]
    filled = with_placeholders_filled(text, {"name": "{day}", "reference": ""})
    assert filled == "{day}, {reference} {day}{day} {not\nthis} {}"
