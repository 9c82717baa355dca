"""Who speaks for a champion: people change, the champion stays; nobody is named who has not said so."""

import datetime as dt

import pytest
from django.test import Client

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from accord_portal.staff.revisions import changes
from champions import office, personal_data
from champions.models import Champion, OfficeHolder
from tests.factories import ChampionFactory
from tests.html import fields, read
from tests.staff.pages import act_url, page_of, refusals

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
MAY, JUNE = dt.date(2026, 5, 1), dt.date(2026, 6, 1)


@pytest.fixture
def champion() -> Champion:
    return ChampionFactory(published=True)


def chair(champion: Champion, by: User, name: str, on: dt.date, how: str = "") -> OfficeHolder:
    return office.take(champion=champion, by=by, office="Chair", name=name, since_on=on, agreed_how=how)


def test_the_next_one_follows_the_last(champion: Champion, mere: User) -> None:
    first = chair(champion, mere, "Aroha", MAY)
    secretary = office.take(champion=champion, by=mere, office="Secretary", name="Hēmi", since_on=MAY)
    second = chair(champion, mere, "Tama", JUNE)
    first.refresh_from_db()
    assert (first.until_on, list(OfficeHolder.objects.current())) == (JUNE, [secretary, second])
    (change,) = changes([first])
    assert [difference.label for difference in change.differences] == ["Until on"]
    texts = list(champion.contact.activities.order_by("pk").values_list("text", flat=True))
    assert texts[-1] == "Chair since 1 June 2026: Tama"


def test_nobody_takes_an_office_before_whoever_has_it(champion: Champion, mere: User) -> None:
    chair(champion, mere, "Aroha", JUNE)
    with pytest.raises(NotPossible, match="took it later"):
        chair(champion, mere, "Tama", MAY)


def test_an_office_is_left_once_and_not_before_it_was_taken(champion: Champion, mere: User) -> None:
    holder = chair(champion, mere, "Aroha", JUNE)
    with pytest.raises(NotPossible, match="on 1 June 2026: choose a later day"):
        office.leave(champion=champion, by=mere, holder=holder, until_on=MAY)
    office.leave(champion=champion, by=mere, holder=holder, until_on=JUNE)
    with pytest.raises(NotPossible, match="left this office already"):
        office.leave(champion=champion, by=mere, holder=holder, until_on=JUNE)


def test_who_said_so_is_named_and_nobody_else(client: Client, champion: Champion, mere: User) -> None:
    chair(champion, mere, "Aroha", MAY, "By telephone")
    office.take(champion=champion, by=mere, office="Secretary", name="Hēmi", since_on=MAY)
    text = read(client.get(champion.get_absolute_url())).one("main").text
    assert ("Aroha, since 1 May 2026" in text, "Hēmi" in text, "Secretary" in text) == (True, False, False)


def test_staff_write_it_down_on_the_champions_page(
    client: Client, superuser: User, champion: Champion
) -> None:
    def press(act: str, **typed: str) -> object:
        url = act_url("champions/champion", champion.pk, act)
        form = read(client.get(page_of("champions/champion", champion.pk))).one("form", action=url)
        return client.post(url, {**fields(form), **typed}, follow=True)

    press("office", office="Chair", name="Aroha", since_on="2026-05-01", agreed_how="By email")
    holder = OfficeHolder.objects.get()
    assert (holder.may_be_named, holder.agreed_how, holder.added_by) == (True, "By email", superuser)
    page = read(press("office", office="Chair", name="Tama", since_on="2027-05-01"))  # type: ignore[arg-type]
    assert refusals(page) == ["Choose today or an earlier day"]
    press("leave", holder=str(holder.pk), until_on="2026-06-01")
    told = read(client.get(page_of("champions/champion", champion.pk))).one(class_="told").text
    assert "Chair: Aroha, since 1 May 2026 until 1 June 2026, may be named" in told.replace(" ,", ",")


def test_erasure_blanks_the_name_and_keeps_the_office(champion: Champion, mere: User) -> None:
    chair(champion, mere, "Aroha", MAY, "By telephone")
    keys = [champion.contact_id]
    assert personal_data.held(keys)["Who holds an office with you"][0]["Name"] == "Aroha"
    personal_data.take_down(keys)
    personal_data.erase(keys)
    holder = OfficeHolder.objects.get()
    assert (holder.office, holder.name, holder.may_be_named) == ("Chair", "Erased", False)
