import pytest
from hypothesis import given

from accord_portal.foundation.telephones import can_be_rung, international
from tests import strategies


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("04 494 5718", "+6444945718"),
        ("(04) 494-5718", "+6444945718"),
        ("+64 4 494 5718", "+6444945718"),
        ("0064 4 494 5718", "+6444945718"),
        ("021 123 4567", "+64211234567"),
        ("0800 83 83 83", "+64800838383"),
        ("+61 2 9374 4000", "+61293744000"),
        ("04 494 5718 ext 12", "+6444945718"),
        ("ring my aunty", ""),
        ("494 5718", ""),
        ("111", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_as_dialled_from_new_zealand(typed: str, dialled: str) -> None:
    assert international(typed) == dialled


@given(strategies.telephones)
def test_no_text_is_refused(typed: str) -> None:
    number = international(typed)
    assert number == "" or (number[0] == "+" and number[1:].isdecimal() and len(number) <= 20)


CAN_BE_RUNG = [
    "04 494 5718",
    "(04) 494-5718 ext 12",
    "+64 21 123 4567",
    "0064 21 123 4567",
    "0800 83 83 83",
    "+61 2 9374 4000",
    "+682 20 000",
    "04 494 5718 or 021 123 456",
    "04 494 5718 / 021 123 4567",
    "04 494 5718, ask for Aroha",
    "Mum’s: 04 494 5718 after 5 please",
    "０４ ４９４ ５７１８",
]
CANNOT_BE_RUNG = [
    "",
    "12",
    "-",
    "n/a",
    "none",
    "see above",
    "ask Bob",
    "call after 5 please",
    "1" * 40,
    "0" * 10,
    "04494571804494571804494571",
    "494 5718",  # of which town?
    "111",
    "12/12/2026",
    "2026-11-26",
    "6.42112E+11",
    "3 Main St, Wellington 6011",
    "+64 21",
    "+999 123 456",
    "aroha@example.org",
    "\u0661\u0662",
]


@pytest.mark.parametrize("typed", CAN_BE_RUNG)
def test_a_number_that_can_be_dialled_can_be_rung(typed: str) -> None:
    assert can_be_rung(typed)


@pytest.mark.parametrize("typed", CANNOT_BE_RUNG)
def test_what_nobody_can_dial_cannot_be_rung(typed: str) -> None:
    assert not can_be_rung(typed)


@given(strategies.telephones)
def test_asking_whether_it_can_be_rung_never_fails(typed: str) -> None:
    assert can_be_rung(typed) >= bool(international(typed))
