"""What a file holds, whatever its bytes: the rows with their numbers, or a reason in plain words."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tests import workbooks
from tests.responses.importing.files import USUAL, rows, rows_or_reason


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\xff\xfe", b"name,email\n", b"<"]))
def test_no_bytes_at_all_are_anything_but_rows_or_a_reason(content: bytes, head: bytes) -> None:
    assert all(number > 0 for number, _ in rows_or_reason(head + content))


@given(st.data())
def test_a_workbook_with_any_byte_changed_is_rows_or_a_reason(data: st.DataObject) -> None:
    content = bytearray(USUAL)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    assert all(number > 0 for number, _ in rows_or_reason(bytes(content)))


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8"), max_size=8), min_size=1, max_size=3), max_size=4)
)
def test_what_stands_in_a_workbook_comes_out(texts: Sequence[Sequence[str]]) -> None:
    storable = [[c.replace("\r", "") if c.isprintable() else "" for c in row] for row in texts]
    found = dict(rows(workbooks.workbook([[c or None for c in row] for row in storable])))
    for number, row in enumerate(storable, 1):
        if any(cell.strip() for cell in row):
            width = max(place for place, cell in enumerate(row) if cell) + 1
            assert found[number] == row[:width]
