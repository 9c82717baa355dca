"""Two contacts side by side: staff say whether they are one."""

import pytest
from django.test import Client

from accord_portal.staff.models import User
from responses.contacts import acts as contact_acts
from responses.models import Contact, Duplicate, Merge
from tests.factories import ContactFactory
from tests.html import read
from tests.responses.admin.pages import page, press, url
from tests.staff.pages import STALE, filled_in, refusals

pytestmark = pytest.mark.django_db

LIST, PAIRS = "/staff/responses/contact/", "/staff/responses/duplicate/"


def test_the_two_are_shown_with_what_differs(client: Client, pair: Duplicate) -> None:
    rows = page(client, pair).one("table").one("tbody").all("tr")
    shown = {row.one("th").text: [cell.text for cell in row.all("td")] for row in rows}
    assert shown["Name"] == ["Mere Tūtahi", "Mere Tutahi", "Differs"]
    assert shown["Telephone"] == ["+64 4 494 5718", "+64 4 494 5718", "Same"]
    assert shown["Email address"] == ["mere@example.org", "Not given", "Differs"]
    assert shown["Forms"][:2] == ["0", "1"]
    assert shown["Lines of consent"][:2] == ["2", "4"]


@pytest.mark.parametrize(("act", "kept"), [("keep_first", "first"), ("keep_second", "second")])
def test_staff_say_which_one_is_kept(client: Client, ana: User, pair: Duplicate, act: str, kept: str) -> None:
    done = ["Merged. Their histories are read together from now on."]
    assert press(client, pair, act) == done
    merge = Merge.objects.get()
    assert (merge.kept, merge.merged_by) == (getattr(pair, kept), ana)
    shown = page(client, pair)
    assert (shown.one(class_="state").all("a")[0]["href"], shown.all("form", class_="act")) == (
        url(merge.kept),
        [],
    )
    assert press(client, merge.kept, "undo_merge", merge=str(merge.pk)) == ["The merge is undone."]
    assert Contact.objects.filter(merged_into=None).count() == 2


def test_staff_say_they_are_two(client: Client, pair: Duplicate) -> None:
    assert press(client, pair, "tell_apart") == ["They are two. They are not suggested again."]
    assert read(client.get(PAIRS)).all("tbody") == []
    assert "decided" in page(client, pair).one(class_="state").text.lower()
    assert len(read(client.get(f"{PAIRS}?decided=yes")).one("tbody").all("tr")) == 1


def test_nobody_merges_what_has_changed_since(client: Client, ana: User, pair: Duplicate) -> None:
    sent = filled_in(page(client, pair), url(pair, "keep_first"))
    contact_acts.restrict(contact=pair.second, by=ana, why="She rang.")
    refused = read(client.post(url(pair, "keep_first"), sent))
    assert refusals(refused) == [STALE]
    assert Merge.objects.count() == 0


def test_staff_name_a_pair_by_number_or_address(client: Client, ana: User, mere: Contact) -> None:
    other = ContactFactory(name="Hōne", email="hone@example.org")
    for typed in (str(other.pk), "HONE@example.org"):
        press(client, mere, "compare", other=typed)
    pair = Duplicate.objects.get()
    assert (pair.first, pair.second, pair.reason) == (mere, other, "staff")
    assert url(pair) in [link["href"] for link in page(client, mere).all("a")]
    sent = filled_in(page(client, mere), url(mere, "compare"))
    for nobody in ("999999", "nobody@example.org", "a@b@c", "9" * 30):
        refused = read(client.post(url(mere, "compare"), {**sent, "other": nobody}))
        assert refused.one(class_="error").text == "Error: No contact has this number or address"
