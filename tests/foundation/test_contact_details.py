"""Addresses and numbers in free text are hidden; days, references and small numbers are not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.contact_details import ADDRESS_HIDDEN, MAY_HOLD_ONE, NUMBER_HIDDEN, hidden
from tests.effort import effort


@pytest.mark.parametrize(
    "address",
    [
        "aroha@example.org",
        "AROHA.N+news@Example.ORG",
        "info@tepūkenga.ac.nz",
        "aroha@xn--teklenga-9kb.ac.nz",
        "aroha＠example.org",
        "aroha @ example.org",
        "aroha (at) example.org",
        "aroha [at] example [dot] org",
        "aroha%40example.org",
        '"aroha ngata"@example.org',
        "postmaster@localhost",
        "o'neil@example.org",
    ],
)
@pytest.mark.parametrize(
    "around", ["{}", "Rang. {}, busy", "mailto:{}", "<{}>: 550 no such user", "«{}»\nnext"]
)
def test_an_address_is_hidden(address: str, around: str) -> None:
    shown = hidden(around.format(address))
    assert ADDRESS_HIDDEN in shown
    for part in ("aroha", "example", "pūkenga", "postmaster", "neil"):
        assert part not in shown.lower()


@pytest.mark.parametrize(
    "number",
    [
        "04 494 5718",
        "(04) 494-5718",
        "+64 4 494 5718",
        "+64 (0)21 123 4567",
        "0211234567",
        "021.123.4567",
        "021/123/4567",
        "494 5718",
        "0 2 1 1 2 3 4 5 6 7",
        "０２１ １２３ ４５６７",
        "021 123 4567",
        "021–123–4567",
    ],
)
@pytest.mark.parametrize("around", ["{}", "Rang {} at noon", "tel:{}", "ph{}.", "({})"])
def test_a_number_is_hidden(number: str, around: str) -> None:
    shown = hidden(around.format(number))
    assert NUMBER_HIDDEN in shown
    assert not any(character.isdigit() for character in shown)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Rang on 12 December 2015 at 5:30pm; 30 came",
        "Between 2026-11-26 and 26/11/2026, or 26.11.2026",
        "In 2011–2015 and 2011-2015",
        "Name, Telephone (as in 2345678K)",
        "Likes kōrero @ the marae",
        "@HapoLiTrust says so",
        "Meet @ 5.30pm",
        "About 14,000 people in 120 places",
        "Is not an email address, such as name@example.org",
        "0800 ACCORD",
    ],
)
def test_everything_else_stays(text: str) -> None:
    assert hidden(text) == text


@given(st.text(), st.from_regex(r"[a-z0-9.]{1,20}@[a-z]{1,10}\.(org|nz)", fullmatch=True), st.text())
def test_no_address_stands_in_what_is_shown_whatever_is_around_it(
    before: str, address: str, after: str
) -> None:
    if address != "name@example.org":
        assert address not in hidden(f"{before} {address} {after}")


@given(
    st.text(alphabet='ab1. -/+()[]@＠%4"\n')
    | st.from_regex(r"\d[\d .()/+-]{6,12} ?(a|\(at\)) ?b ?[(\[]dot[)\]] ?org")
)
def test_a_database_asked_for_texts_that_may_hold_one_leaves_none_out(text: str) -> None:
    if hidden(text) != text:
        assert re.search(MAY_HOLD_ONE, text, re.IGNORECASE)


@given(st.text())
def test_hiding_twice_is_hiding_once(text: str) -> None:
    assert hidden(hidden(text)) == hidden(text)


@pytest.mark.parametrize(
    "piece", ["a", "1", "1 ", "@", "a.", "a(at)", '"', '"a', " ", "a   ", "A1", "a@", "a @ b . ", "1.1."]
)
def test_a_long_text_made_to_be_slow_is_not(piece: str) -> None:
    """Doubling the text doubles the time: a text of the longest size takes a fraction of a second."""
    assert effort(lambda: hidden(piece * (20_000 // len(piece)))) < 26  # 2 seconds on one core of ours
