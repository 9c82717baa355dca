"""Text on its way into a spreadsheet and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accord_portal.foundation.spreadsheets import as_it_was, defused, lines


@pytest.mark.parametrize(
    "text", ["=1+1", "+64 4", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "  =1", "\u00a0=1", "＝1", " ＠x"]
)
def test_nothing_in_it_is_a_formula_to_a_spreadsheet(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Hēmi", "a=b", "1 - 2", "hemi+news@example.org", "'quoted'"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@given(st.text(alphabet="'=+@- \t\r\n＝aA1", max_size=6))
def test_it_comes_back_as_it_was(text: str) -> None:
    assert as_it_was(defused(text)) == text


@pytest.mark.parametrize("text", ["'Ofa", "’Ofa", "'quoted'", "O'Brien", "'"])
def test_an_apostrophe_of_a_name_stays(text: str) -> None:
    assert as_it_was(text) == text


def test_lines_are_quoted_where_they_must_be() -> None:
    rows = [["a", 'b "c"', "d,e"], ["=1", 5, "-"]]
    assert lines(rows) == 'a,"b ""c""","d,e"\r\n\'=1,5,\'-\r\n'
