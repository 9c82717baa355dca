"""Staff keep initiatives: each button does it and says so, and what is refused stays typed."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accord_portal.staff.models import User
from champions.models import Champion, Initiative
from tests.factories import ChampionFactory, InitiativeFactory
from tests.html import fields as html_fields
from tests.html import read
from tests.register import MilestoneFactory, PartnerFactory, ProgressReportFactory
from tests.staff.pages import act_url, page_of, refusals, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
INITIATIVES, CHAMPIONS = "champions/initiative", "champions/champion"


def press(client: Client, kind: str, record: Any, act: str, **fields: Any) -> Any:
    """Fills the form in as it stands on the page, and presses its button."""
    url = act_url(kind, record.pk, act)
    page = read(client.get(page_of(kind, record.pk)))
    form = page.one("form", action=url)
    chosen = {
        select["name"]: next((o["value"] for o in options if "selected" in o.attrs), options[0]["value"])
        for select in form.all("select")
        if (options := select.all("option"))
    }
    typed = {**chosen, **html_fields(form)}
    return read(client.post(url, {**typed, **fields}, follow=True))


@pytest.fixture
def hall() -> Initiative:
    """A published initiative with a partner, a milestone, and a word to read."""
    one = InitiativeFactory(published=True, title="A hall", description="Open.")
    MilestoneFactory(initiative=one, what="A roof")
    PartnerFactory(initiative=one, champion__name="Sport New Zealand")
    ProgressReportFactory(initiative=one, why="We have begun.")
    return one


def test_each_button_does_it_and_says_so(client: Client, superuser: User, hall: Initiative) -> None:
    ChampionFactory(name="Te Hapori", kind="group")
    sport = Champion.objects.get(name="Sport New Zealand")
    told = {"champion": sport.pk, "state": "done", "why": "All is paid.", "how": "By telephone"}
    presses: dict[str, tuple[dict[str, Any], str]] = {
        "report": (told, "Written down."),
        "read": ({"report": hall.reports.get().pk, "show": "yes"}, "Saved."),
        "milestone": ({"what": "A floor", "due_on": "2027-02-01", "how": "In person"}, "Added."),
        "reached": (
            {"milestone": hall.milestones.get().pk, "reached_on": "2026-11-02"},
            "Written down.",
        ),
        "partner": ({"champion": "te hapori"}, "Added. They are not named until they agree."),
        "part": ({"partner": hall.partners.get().pk}, "Written down."),
        "reword": ({"reason": "To meet.", "how": "By telephone"}, "Corrected."),
    }
    for act, (fields, said) in presses.items():
        page = press(client, INITIATIVES, hall, act, **fields)
        assert [m.text for m in page.one("ul", class_="messagelist").all("li")] == [said], act
    told_of = read(client.get(page_of(INITIATIVES, hall.pk))).one(class_="told").text
    for words in ("All is paid.", "Shown to the public.", "A floor", "reached on 2 November", "Te Hapori"):
        assert words in told_of
    assert ("Sport New Zealand :" in told_of, "To meet." in told_of) == (False, True)


def test_an_initiative_is_registered_from_its_champions_page(client: Client, superuser: User) -> None:
    champion = ChampionFactory(published=True)
    page = press(client, CHAMPIONS, champion, "initiative", title="A garden", reason="To eat.")
    assert "Registered. It is not public until they agree." in page.text
    assert champion.initiatives.values_list("title", "reason", "agreed").get() == (
        "A garden",
        "To eat.",
        False,
    )


@pytest.mark.parametrize(
    ("act", "fields", "why"),
    [
        ("report", {"state": "done", "how": "By email"}, "Say in a sentence why"),
        (
            "report",
            {"state": "done", "why": "We have begun.", "how": "By email"},
            "in a new sentence why",
        ),
        (
            "report",
            {"state": "done", "why": "x", "how": "By email", "said_on": "2027-01-01"},
            "earlier day",
        ),
        ("reword", {"description": "Shut."}, "ask them about the new words"),
        ("partner", {"champion": "nobody at all"}, "No champion is registered under this name"),
        ("reached", {"reached_on": "2027-01-01"}, "Choose today or an earlier day"),
        ("milestone", {"what": "A floor", "due_on": "2027-01-01"}, "how they agreed"),
    ],
)
def test_what_is_refused_says_why_and_stays_typed(
    client: Client, superuser: User, hall: Initiative, act: str, fields: dict[str, str], why: str
) -> None:
    page = press(client, INITIATIVES, hall, act, **fields)
    assert why in " ".join(refusals(page))
    form = page.one("form", action=act_url(INITIATIVES, hall.pk, act))
    kept = {e["name"]: e["value"] or e.text for e in form.all("input", "textarea")}
    for name, value in fields.items():
        if name not in ("state", "how"):
            assert kept[name] == value
    assert [d for d in page.all("details") if "open" in d.attrs and d.all("form", action=form["action"])]


def test_two_champions_whom_a_name_fits_are_named(client: Client, superuser: User, hall: Initiative) -> None:
    for name in ("Hapori of the north", "Hapori of the south"):
        ChampionFactory(name=name)
    page = press(client, INITIATIVES, hall, "partner", champion="hapori of the")
    assert "More than one fits" in " ".join(refusals(page))


def test_the_names_that_fit_hide_a_number_from_those_who_may_not_see_it(
    client: Client, hall: Initiative
) -> None:
    sign_in(client, "view_initiative", "change_initiative")
    for name in ("Hapori 04 494 5718 of the north", "Hapori 04 494 5718 of the south"):
        ChampionFactory(name=name)
    page = press(client, INITIATIVES, hall, "partner", champion="hapori")
    (said,) = [line for line in refusals(page) if "More than one fits" in line]
    assert (said.count("[number hidden]"), "494" in said) == (2, False)


def test_words_are_read_by_whoever_publishes(client: Client, hall: Initiative) -> None:
    sign_in(client, "view_initiative", "change_initiative")
    page = read(client.get(page_of(INITIATIVES, hall.pk)))
    actions = {form["action"] for form in page.all("form", class_="act")}
    assert act_url(INITIATIVES, hall.pk, "read") not in actions
    assert act_url(INITIATIVES, hall.pk, "report") in actions


@pytest.mark.parametrize(("said", "found"), [("stale", ["Silent"]), ("to_read", ["A hall"])])
def test_the_list_finds_what_is_stale_and_what_is_to_be_read(
    client: Client, superuser: User, hall: Initiative, said: str, found: list[str]
) -> None:
    silent = InitiativeFactory(published=True, title="Silent")
    Initiative.objects.filter(pk=silent.pk).update(published_at="2026-01-01T00:00Z")
    page = read(client.get(reverse("admin:champions_initiative_changelist"), {"said": said}))
    assert [cell.text for cell in page.all("th", class_="field-title")] == found
