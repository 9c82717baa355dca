"""What a record said before it was changed is kept, by one way for all, and read on its history page."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accord_portal.foundation import personal_data
from accord_portal.staff import revisions
from accord_portal.staff.models import Revision, User
from champions import enrolment
from champions.models import Agency, CodeListEntry, Principle, TimelineEvent
from tests.database import holding
from tests.factories import (
    CallFactory,
    ChampionFactory,
    InitiativeFactory,
    PracticeStoryFactory,
    PrincipleFactory,
    UpdateFactory,
    UserFactory,
)
from tests.html import read
from tests.partnerships import PartnershipFactory
from tests.register import AccordTextFactory, ReferenceFactory

pytestmark = pytest.mark.django_db


def agency() -> Agency:
    made = Agency.objects.create(slug="dia")
    made.names.create(position=1, name="Internal Affairs")
    return made


def principle() -> Principle:
    made: Principle = PrincipleFactory()
    made.expectations.create(position=1, text="Old words")
    return made


CASES: dict[str, tuple[Callable[[], Any], str]] = {
    "partnership": (lambda: PartnershipFactory(parties=["Hapori Trust"]), "title"),
    "practice story": (
        lambda: PracticeStoryFactory(title="Lines", slug="lines", body="One line", published_at=None),
        "body",
    ),
    "update": (UpdateFactory, "summary"),
    "call": (CallFactory, "title"),
    "code list": (lambda: CodeListEntry.objects.create(list="region", position=1, label="Otago"), "label"),
    "text": (AccordTextFactory, "written"),
    "reference": (ReferenceFactory, "note"),
    "event": (lambda: TimelineEvent.objects.create(position=1, when="2011", what="Signed"), "what"),
    "agency": (agency, "note"),
    "name of an agency": (agency, "names-0-name"),
    "expectation": (principle, "expectations-0-text"),
    "colleague": (lambda: UserFactory(), "name"),
}


def typed(client: Client, url: str) -> dict[str, Any]:
    """What a browser posts from the page where nothing is typed."""
    form = read(client.get(url)).one("form", class_="sheet")
    sent: dict[str, Any] = {}
    for box in form.all("input", "textarea", "select"):
        if box["name"] is None or "__prefix__" in box["name"]:
            continue
        if box.tag == "textarea":
            sent[box["name"]] = box.text
        elif box.tag == "select":
            chosen = [option["value"] for option in box.all("option") if "selected" in option.attrs]
            sent[box["name"]] = chosen if "multiple" in box.attrs else "".join(str(c) for c in chosen)
        elif box["type"] == "checkbox":
            if "checked" in box.attrs:
                sent.setdefault(box["name"], []).append(box["value"] or "on")
        elif box["type"] != "submit":
            sent[box["name"]] = box["value"] or ""
    return sent


@pytest.mark.parametrize("case", CASES)
def test_what_a_form_changes_is_kept_and_read(client: Client, superuser: User, case: str) -> None:
    make, field = CASES[case]
    record = make()
    name = record._meta.label_lower.replace(".", "_")
    page = "edit" if case in ("partnership", "practice story") else "change"
    url = reverse(f"admin:{name}_{page}", args=[record.pk])
    sent = typed(client, url)
    if "names-TOTAL_FORMS" in sent:
        sent["names-TOTAL_FORMS"] = 1
    old = str(sent[field])
    assert client.post(url, {**sent, field: "New words"}).status_code == 302
    line = Revision.objects.get()
    assert (list(line.before.values()), line.changed_by) == ([old], superuser)
    sent |= {"seen": typed(client, url)["seen"], field: "Newer words"}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 302  # pressed twice: nothing is different
    assert list(Revision.objects.values_list("before", flat=True)) == [
        dict.fromkeys(line.before, "New words"),
        line.before,
    ]
    page = read(client.get(reverse(f"admin:{name}_history", args=[record.pk])))
    assert [(gone.text, new.text) for gone, new in zip(page.all("del"), page.all("ins"), strict=True)] == [
        ("New words", "Newer words"),
        (" ".join(old.split()) or "Nothing", "New words"),
    ]
    ids = sorted(element["id"] or "" for element in page.all() if element["id"])
    assert ids == sorted(set(ids))


def test_a_champion_keeps_what_staff_and_the_person_changed(client: Client, superuser: User) -> None:
    one, two = PrincipleFactory(text="good faith"), PrincipleFactory(text="respect")
    champion = ChampionFactory(name="Hapori Trust", summary="We weave.", kind="group")
    champion.principles.set([one])
    initiative = InitiativeFactory(champion=champion)
    enrolment.reword(
        champion=champion,
        by=superuser,
        kind="organisation",
        name="Hapori",
        summary="",
        principles=[one, two],
        agency=None,
    )
    ticks = {"name": True, "summary": False, "initiatives": [initiative.pk]}
    enrolment.agree(champion=champion, how="By letter", **ticks)
    enrolment.publish(champion=champion, by=superuser)
    enrolment.withdraw(champion=champion)
    first = Revision.objects.earliest("pk")
    assert first.changed_by == superuser
    assert {**first.before, "slug": ""} == {
        "kind": "group",
        "name": "Hapori Trust",
        "summary": "We weave.",
        "slug": "",
        "principles": [one.pk],
    }
    by = {line.changed_by for line in Revision.objects.filter(before__has_key="name_agreed")}
    assert by == {None}
    page = read(client.get(reverse("admin:champions_champion_history", args=[champion.pk])))
    gone = [element.text for element in page.all("del")]
    assert {"Hapori Trust", "We weave.", "Group", "good faith"} <= set(gone)
    assert "good faith; respect" in [element.text for element in page.all("ins")]


def test_what_cannot_be_done_leaves_no_line() -> None:
    partnership = PartnershipFactory()

    def fail() -> None:
        with transaction.atomic(), revisions.kept(partnership, by=None):
            partnership.title = "New"
            partnership.save()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not Revision.objects.exists()


def test_erasing_blanks_what_was_said_before_and_the_line_stays(superuser: User) -> None:
    champion = ChampionFactory(name="Old Name Trust")
    enrolment.reword(
        champion=champion, by=superuser, kind="group", name="New", summary="", principles=[], agency=None
    )
    keys = champion.contact.keys
    assert "Old Name Trust" in str(personal_data.held(keys)["What these said before"])
    assert holding("Old Name Trust") == ["staff_revision"]
    personal_data.erase(keys)
    assert holding("Old Name Trust") == []
    assert Revision.objects.count() == 1


def test_keeping_costs_the_same_however_many_records(superuser: User) -> None:
    def cost(number: int) -> int:
        champion = ChampionFactory(ticked=True)
        for _ in range(number):
            InitiativeFactory(champion=champion)
        with CaptureQueriesContext(connection) as queries:
            revisions.said([champion, *champion.initiatives.all()])
        return len(queries)

    assert cost(1) == cost(6)


def test_the_history_of_a_record_never_changed_says_so_once(client: Client, superuser: User) -> None:
    url = reverse("admin:champions_partnership_history", args=[PartnershipFactory().pk])
    page = read(client.get(url))
    assert [said.text for said in page.one("main").all("p", class_="empty")] == ["No earlier words are kept."]
