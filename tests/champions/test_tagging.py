"""Several are tagged at once: each is named with what it gets, and it is done for all or for none."""

import pytest
from django.test import Client

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import Revision, User
from champions import tagging
from champions.models import CodeListEntry, Principle
from champions.tagging import Tags
from tests.factories import ChampionFactory, InitiativeFactory, PrincipleFactory, UserFactory
from tests.html import fields, read
from tests.partnerships import PartnershipFactory
from tests.staff.pages import refusals, said, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def faith() -> Principle:
    return PrincipleFactory(text="we will act in good faith")


@pytest.fixture
def otago() -> CodeListEntry:
    return CodeListEntry.objects.create(list="region", position=1, label="Otago")


def test_each_kind_gets_what_it_may_have(mere: User, faith: Principle, otago: CodeListEntry) -> None:
    rows = [InitiativeFactory(), ChampionFactory(), PartnershipFactory(published_at=None)]
    tags = Tags(principles=[faith], regions=[otago])
    assert [tagging.additions(row, tags) for row in rows] == [[faith, otago], [faith], [faith, otago]]
    assert tagging.tag(rows=rows, tags=tags, by=mere) == 3
    assert [tagging.additions(row, tags) for row in rows] == [[], [], []]
    assert Revision.objects.count() == 3
    assert tagging.tag(rows=rows, tags=tags, by=mere) == 0


def test_what_was_ticked_needs_how_they_agreed_and_it_is_all_or_none(mere: User, faith: Principle) -> None:
    free, ticked = InitiativeFactory(), InitiativeFactory(title="Open the hall", ticked=True)
    tags = Tags(principles=[faith])
    with pytest.raises(NotPossible, match="Open the hall: The champion has ticked"):
        tagging.tag(rows=[free, ticked], tags=tags, by=mere)
    assert free.principles.count() == 0
    assert tagging.tag(rows=[free, ticked], tags=tags, by=mere, how="By telephone") == 2


def test_what_an_editor_tags_comes_down(faith: Principle) -> None:
    editor = UserFactory(is_editor=True)
    rows = [PartnershipFactory(), InitiativeFactory(published=True), ChampionFactory(published=True)]
    tagging.tag(rows=rows, tags=Tags(principles=[faith]), by=editor, how="By letter")
    for row in rows:
        row.refresh_from_db()
    assert [row.is_published for row in rows] == [False, False, False]


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("partnership", lambda: PartnershipFactory(published_at=None)),
        ("initiative", InitiativeFactory),
        ("champion", ChampionFactory),
    ],
)
def test_from_the_list_to_the_confirming_page(
    client: Client, faith: Principle, kind: str, make: type[object]
) -> None:
    sign_in(client, f"view_{kind}", f"change_{kind}")
    one, two, other = (make() for _ in range(3))
    keys = [one.pk, two.pk]
    answer = client.post(f"/staff/champions/{kind}/", {"action": "tag_these", "_selected_action": keys})
    url = answer.headers["Location"]
    assert url == f"/staff/champions/{kind}/tag/?rows={one.pk}.{two.pk}"
    assert refusals(read(client.post(url, {"how": ""}))) == ["Choose what to tag them with"]
    page = read(client.post(url, {"principles": [faith.pk]}))
    assert [li.text for li in page.one("main").one("div", class_="told").one("ul").all("li")] == [
        f"{row} : we will act in good faith" for row in (one, two)
    ]
    assert one.principles.count() == 0  # looking changes nothing
    done = client.post(url, fields(page.one("form", class_="act")), follow=True)
    assert said(done) == ["Tagged: 2."]
    assert [row.principles.count() for row in (one, two, other)] == [1, 1, 0]


def test_who_may_not_change_them_may_not_tag_them(client: Client) -> None:
    sign_in(client, "view_initiative")
    assert client.get("/staff/champions/initiative/tag/?rows=1").status_code == 403
    InitiativeFactory()
    assert "Tag these" not in client.get("/staff/champions/initiative/").content.decode()


def test_rows_that_are_none_are_none(client: Client) -> None:
    sign_in(client, "view_initiative", "change_initiative")
    assert "Nothing." in client.get("/staff/champions/initiative/tag/?rows=x.99").content.decode()
