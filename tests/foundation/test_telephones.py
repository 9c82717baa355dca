import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.telephones import international


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


@given(st.text(max_size=60))
def test_no_text_is_refused(typed: str) -> None:
    number = international(typed)
    assert number == "" or (number[0] == "+" and number[1:].isdecimal() and len(number) <= 20)
