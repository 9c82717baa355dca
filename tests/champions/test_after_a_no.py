"""What staff and the public are told, once a person said No or an agency was added: only what is so."""

import pytest
from django.core.management import call_command
from django.test import Client

from accord_portal.figures import panels
from accord_portal.staff.models import User
from champions.models import Agency, AgencyName, Champion
from responses.consent import switches
from tests.factories import ChampionFactory, InitiativeFactory, subscriber
from tests.html import read

pytestmark = pytest.mark.django_db


def test_after_a_no_staff_pages_and_figures_say_that_nothing_is_shown(
    admin_client: Client, superuser: User
) -> None:
    champion = ChampionFactory(published=True, ticked=True, contact=subscriber())
    InitiativeFactory(champion=champion, published=True, title="Open the hall")
    kept = ChampionFactory(published=True, name="Kept Trust")
    page = f"/staff/champions/champion/{champion.pk}/change/"
    assert champion.get_absolute_url() in admin_client.get(page).content.decode()
    switches.set_switches(contact=champion.contact, wanted={"champion_accord": True})
    switches.set_switches(contact=champion.contact, wanted={"champion_accord": False})
    assert list(Champion.objects.hidden_by_a_no()) == [champion]
    shown = read(admin_client.get(page)).one(class_="told")
    assert shown.one(class_="state").text.startswith("Not shown The person has said No")
    assert [link["href"] for link in shown.all("a") if link["href"] == champion.get_absolute_url()] == []
    assert "Open the hall : Not shown" in shown.text
    rows = read(admin_client.get("/staff/champions/champion/")).all("td", class_="field-where_it_stands")
    assert {row.text for row in rows} == {"Not shown: the person has said No since", "Published"}
    figures = panels(superuser, weeks=13)["champions"]
    numbers = {shown.title: {row.label: row.cells[0].text for row in shown.rows} for shown in figures}
    hidden = "Not shown: said No since"
    assert numbers == {
        "Champions": {"Draft": "0", "Published": "1", "Withdrawn": "0", hidden: "1"},
        "Initiatives": {"Draft": "0", "Published": "0", "Withdrawn": "0", hidden: "1"},
        "Partnerships": {"Public, the whole record": "0", "Public, in summary": "0", "Not public": "0"},
    }
    assert list(Champion.objects.published()) == [kept]


def test_agencies_added_since_are_none_of_2011(client: Client) -> None:
    call_command("load_accord", verbosity=0)
    for slug, since in (("later", 2026), ("never", None)):
        agency = Agency.objects.create(slug=slug, champion_since=since)
        AgencyName.objects.create(agency=agency, name=f"Ministry {slug}")
    names = read(client.get("/about/")).one("ul", class_="agencies").all("li")
    assert len(names) == 7
    assert [
        name.text for name in names if "Ministry later" in name.text or "Ministry never" in name.text
    ] == []
