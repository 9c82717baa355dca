"""What the room of champions shows on the pages about a contact."""

import pytest

from accord_portal.staff.models import User
from champions import contact_sections
from champions.links import offer_url, own_page_url, publication_url
from responses.answers import intake
from responses.contact_sections import LinkList, PageLink
from tests.factories import ChampionFactory, ContactFactory, UserFactory, answers, permitted, received

pytestmark = pytest.mark.django_db
ENROL = "/staff/champions/champion/enrol/"


@pytest.fixture
def officer() -> User:
    """Somebody who may register champions."""
    return permitted("champions.change_champion")


def test_who_may_register_champions_is_offered_it_and_nobody_else(officer: User) -> None:
    eoi = received("champion_accord")
    on_contact = PageLink("Register as champion", f"{ENROL}contact/{eoi.contact_id}/", is_button=True)
    on_form = PageLink("Register as champion", f"{ENROL}{eoi.pk}/", is_button=True)
    assert contact_sections.acts(eoi.contact, officer) == [on_contact]
    assert contact_sections.about_form(eoi, officer) == [LinkList("Champion", [on_form])]
    other = UserFactory()
    assert (contact_sections.acts(eoi.contact, other), contact_sections.about_form(eoi, other)) == ([], [])


def test_a_merged_record_becomes_no_champion(officer: User) -> None:
    assert contact_sections.acts(ContactFactory(merged_into=ContactFactory()), officer) == []


def test_a_form_leads_to_the_champion_registered_from_it(officer: User) -> None:
    eoi = received("champion_accord")
    champion = ChampionFactory(contact=eoi.contact, eoi=eoi, name="Hapori")
    link = PageLink("Registered as Hapori", f"/staff/champions/champion/{champion.pk}/change/")
    assert contact_sections.about_form(eoi, officer) == [LinkList("Champion", [link])]
    assert contact_sections.acts(eoi.contact, officer)[0] == link
    newer = intake.change(before=eoi, answers=answers("champion_accord", comments="More"))
    assert contact_sections.about_form(newer, officer) == [LinkList("Champion", [link])]


def test_the_person_chooses_for_each_champion_in_the_order_they_were_registered() -> None:
    contact = ContactFactory(email="aroha@example.org")
    champions = [ChampionFactory(contact=contact, name=name) for name in ("Waka", "Awa")]
    ChampionFactory(name="Somebody else")
    token = publication_url(champions[0].pk, contact).rstrip("/").rpartition("/")[2]
    (found,) = contact_sections.choices(contact, token)
    assert found == LinkList(
        "As a champion of the Accord",
        [
            link
            for champion in champions
            for link in (
                PageLink(
                    f"Choose what may be public about {champion.name}",
                    publication_url(champion.pk, contact, token),
                ),
                PageLink(f"Write the page of {champion.name}", own_page_url(champion.pk, contact, token)),
                PageLink(
                    f"Offer a story of good practice of {champion.name}",
                    offer_url(champion.pk, contact, token),
                ),
            )
        ],
    )


def test_who_is_no_champion_has_nothing_to_choose() -> None:
    assert contact_sections.choices(ContactFactory(), "token") == []
