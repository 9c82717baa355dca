"""Whatever headings and cells a list has: each row is accounted for once, and a No is never a Yes."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import strategies as st

from accord_portal.staff.models import User
from responses.contacts import exporting
from responses.importing import columns, steps
from responses.models import Contact, ContactImport, Involvement
from tests import workbooks
from tests.factories import UserFactory
from tests.profiles import costly
from tests.responses.importing.lists import everything, let_in, uploaded

pytestmark = pytest.mark.django_db

names = st.sampled_from(
    ["Aroha Ngata", "@Home Trust", "= Voices", "'Ofa", "", "-", "=1+1", "\u200b", "x" * 201, "Bo"]
)
mailboxes = st.sampled_from(
    ["a@example.org", "A@Example.org ", "b@example.org", "c@straße.example", "nobody", "", "@"]
)
numbers = st.sampled_from(
    ["021 123 456", "+64 4 494 5718", "6.42112E+11", "12/03/2015", "12", "", "211234567", "½"]
)
answers = st.sampled_from(["yes", "no", "", "Y", "0", "confirmed", "perhaps", "-", "unsubscribed"])
against = st.sampled_from(["", "no", "yes", "2019-03-12", "Asked never to be written to again", "x", "=1"])
COLUMNS = {
    "Name": names,
    "E-mail": mailboxes,
    "Phone": numbers,
    "Mobile": numbers,
    "Keep informed": answers,
    "keep_informed": answers,
    "Do not email": against,
    "Shoe size": st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=4),
}
headings = st.permutations(sorted(COLUMNS)).flatmap(
    lambda order: st.integers(2, len(order)).map(lambda n: [*{"Name", "E-mail"} - set(order[:n]), *order[:n]])
)
lists = headings.flatmap(
    lambda heading: st.lists(st.tuples(*(COLUMNS[name] for name in heading)), min_size=1, max_size=6).map(
        lambda rows: [list(heading), *map(list, rows)]
    )
)


@contextmanager
def another_world() -> Iterator[User]:
    """One example, of which nothing is left for the next; with somebody on the staff."""
    with transaction.atomic():
        yield UserFactory()
        transaction.set_rollback(True)


def file_of(rows: list[list[str]], kind: str) -> bytes:
    if kind == "xlsx":
        printable = [["".join(c for c in cell if c.isprintable()) or None for cell in row] for row in rows]
        return workbooks.workbook(printable)
    text = io.StringIO()
    csv.writer(text, delimiter=kind).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def bring_in(content: bytes, mere: User) -> ContactImport:
    """From the upload to the end, with what is not known left out."""
    found = uploaded(content, mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    if found.state == "matching":
        steps.match(contact_import=found, holds=[c["holds"] or "" for c in found.columns], by=mere)
        steps.go_on(found.pk)
        let_in(found)
        steps.go_on(found.pk)
        found.refresh_from_db()
    return found


def said_no(rows: list[list[str]]) -> set[str]:
    """The mailboxes of which any cell of the list says No."""
    found = set()
    for row in rows[1:]:
        said = list(zip(rows[0], row, strict=True))
        no = any(
            (columns.guess(name, ())[0] == "keep_informed" and cell in ("no", "0", "unsubscribed"))
            or (name == "Do not email" and cell not in ("", "no"))
            for name, cell in said
        )
        if no:
            found |= {cell.strip().lower() for name, cell in said if name == "E-mail"}
    return found


@costly(8)
@given(lists, st.sampled_from([",", ";", "\t", "xlsx"]))
def test_every_row_has_one_fate_a_no_stays_a_no_and_twice_is_once(rows: list[list[str]], kind: str) -> None:
    content = file_of(rows, kind)
    with another_world() as mere:
        _check(rows, content, mere)


def _check(rows: list[list[str]], content: bytes, mere: User) -> None:
    """One list, from the upload to the end, and once more."""
    found = bring_in(content, mere)
    assert found.state in ("done", "refused"), found.state
    if found.state == "refused":
        return
    number = found.rows.count()
    assert number == sum(found.fates.values()) == found.layout["rows"]
    assert Counter(found.rows.values_list("fate", flat=True)) == Counter(found.fates)
    assert number <= len(rows) - 1
    yes = {i.contact.mailbox for i in Involvement.objects.current().select_related("contact")}
    assert not yes & said_no(rows)
    before = everything()
    again = bring_in(content, mere)
    assert set(again.fates) <= {"known", "repeated", "suppressed", "error", "says_no"}
    assert everything() == before


@costly(8)
@example(
    [
        ["E-mail", "Phone", "Name"],
        ["a@example.org", "021 123 456", "Aroha Ngata"],
        ["", "021 123 456", "Aroha Ngata"],  # may be the same person: in our export it is one row of two
    ]
)
@given(lists)
def test_what_is_exported_comes_in_again_and_changes_nothing(rows: list[list[str]]) -> None:
    with another_world() as mere:
        bring_in(file_of(rows, ","), mere)
        before = everything()
        if not Contact.objects.exists():
            return
        again = bring_in("".join(exporting.pieces()).encode(), mere)
        assert (again.state, set(again.fates) <= {"known", "repeated", "suppressed"}) == ("done", True), (
            again.fates
        )
        assert everything() == before


@costly(8)
@given(
    st.lists(st.lists(st.text(max_size=6), min_size=1, max_size=4), max_size=5),
    st.sampled_from([",", ";", "\t"]),
)
def test_no_list_at_all_stops_a_worker(rows: list[list[str]], kind: str) -> None:
    storable = [[cell.encode("utf-8", "replace").decode() for cell in row] for row in rows]
    with another_world() as mere:
        found = uploaded(file_of(storable, kind), mere)
        steps.go_on(found.pk)
        found.refresh_from_db()
        assert found.state in ("matching", "refused")
