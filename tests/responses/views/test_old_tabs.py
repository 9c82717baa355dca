"""A page that was opened before something changed elsewhere: only what is changed on it is acted on."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accord_portal.foundation import signed_links
from champions import enrolment
from champions.links import publication_url
from champions.models import Champion
from responses.consent import switches
from responses.contacts import acts
from responses.models import Contact, Purpose
from responses.people import links
from tests.factories import ChampionFactory, InitiativeFactory, UserFactory, received
from tests.html import Element, fields, read

pytestmark = pytest.mark.django_db
Posted = dict[str, list[str]]
HIDDEN = ("shown", "wording", "csrf")
KEEP, MEETING = "keep_informed", "give_advice"


@pytest.fixture
def aroha() -> Contact:
    """Somebody with one confirmed Yes, and a form."""
    contact = received(KEEP, telephone="04 494 5718").contact
    switches.confirm(contact=contact)
    return Contact.objects.get(pk=contact.pk)


def own(contact: Contact, *parts: str) -> str:
    return "/".join([links.preferences_url(contact).rstrip("/"), *parts, ""])


def opened(client: Client, url: str) -> Posted:
    """The fields of the page's first form, as a tab holds them."""
    return fields(read(client.get(url)).one("main").all("form")[0])


def stands(contact: Contact) -> dict[str, str]:
    return {purpose: how for purpose, how in switches.states(contact).items() if how != "off"}


def errors(page: Element) -> str:
    return " ".join(summary.text for summary in page.all(class_="error-summary"))


# --- the switches ----------------------------------------------------------------------------


def one_click(contact: Contact) -> None:
    url = signed_links.address("unsubscribe", contact.pk, KEEP, 1)
    Client().post(url, {"List-Unsubscribe": "One-Click"})


def unsubscribe_page(contact: Contact) -> None:
    Client().post(signed_links.address("unsubscribe", contact.pk, KEEP))


def stop_everything(contact: Contact) -> None:
    Client().post(own(contact, "stop"))


def another_tab(contact: Contact) -> None:
    Client().post(own(contact), dict.fromkeys(Purpose.values, "no"))


def by_telephone(contact: Contact) -> None:
    switches.change_on_request(contact=contact, purpose=KEEP, yes=False, how="Rang", by=UserFactory())


ELSEWHERE = [one_click, unsubscribe_page, stop_everything, another_tab, by_telephone]


def switches_page(contact: Contact) -> str:
    return own(contact)


def answers_page(contact: Contact) -> str:
    return own(contact, "answers", contact.eois.latest("pk").reference, "change")


@pytest.mark.parametrize("of", [switches_page, answers_page])
@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_an_old_tab_takes_no_unsubscribe_back(
    client: Client, aroha: Contact, elsewhere: Callable[[Contact], None], of: Callable[[Contact], str]
) -> None:
    url = of(aroha)
    tab = opened(client, url)
    elsewhere(aroha)
    assert stands(aroha) == {}
    assert client.post(url, {**tab, MEETING: "yes"}).status_code in (200, 303)
    assert stands(aroha) == {MEETING: "on"}
    assert not aroha.consents.filter(purpose=KEEP, decision="given", source="preference_page").exists()


@pytest.mark.parametrize("of", [switches_page, answers_page])
def test_what_was_turned_on_elsewhere_stays_on(
    client: Client, aroha: Contact, of: Callable[[Contact], str]
) -> None:
    url = of(aroha)
    tab = opened(client, url)
    switches.set_switches(contact=aroha, wanted={"community_of_interest": True})
    client.post(url, {**tab, KEEP: "no"})
    assert stands(aroha) == {"community_of_interest": "on"}


@pytest.mark.parametrize("of", [switches_page, answers_page])
def test_a_no_on_an_old_tab_always_counts(
    client: Client, aroha: Contact, of: Callable[[Contact], str]
) -> None:
    url = of(aroha)
    tab = opened(client, url)
    switches.set_switches(contact=aroha, wanted={KEEP: False})
    received(KEEP, comments="Again")
    assert stands(aroha) == {KEEP: "waiting"}
    client.post(url, {**tab, KEEP: "no"})
    assert stands(aroha) == {}


@pytest.mark.parametrize("of", [switches_page, answers_page])
def test_a_yes_to_what_was_turned_off_meanwhile_is_asked_about_once(
    client: Client, aroha: Contact, of: Callable[[Contact], str]
) -> None:
    received(MEETING, comments="No news, please")  # asks to turn the news off: the page shows neither
    url = of(aroha)
    tab = opened(client, url)
    assert KEEP not in tab
    one_click(aroha)
    typed = {**tab, KEEP: "yes", "community_of_interest": "yes", "comments": ["Typed with care"]}
    refused = read(client.post(url, typed))
    assert "“Keep informed” was turned off after you opened this page" in errors(refused)
    assert KEEP not in stands(aroha)
    again = fields(refused.one("main").all("form")[0])
    assert {name: again[name] for name in typed if name in again and not name.startswith(HIDDEN)} == {
        name: text if isinstance(text, list) else [text]
        for name, text in typed.items()
        if name in again and not name.startswith(HIDDEN)
    }
    client.post(url, again)
    assert stands(aroha) == {KEEP: "on", "community_of_interest": "on", MEETING: "on"}


@pytest.mark.parametrize("shown", ["", "{", "[]", "null", '"x"', "1", '{"keep_informed": 1}', '{"x": "on"}'])
def test_a_page_that_does_not_say_what_it_showed_is_taken_at_its_word(
    client: Client, aroha: Contact, shown: str
) -> None:
    wanted = {**dict.fromkeys(Purpose.values, "no"), MEETING: "yes", "shown": shown}
    client.post(own(aroha), wanted)
    assert stands(aroha) == {MEETING: "on"}


# --- the details -----------------------------------------------------------------------------


def known(contact: Contact) -> tuple[str, str, str]:
    contact.refresh_from_db()
    return contact.name, contact.telephone, contact.organisation


def by_staff(contact: Contact, **changes: str) -> None:
    said = {field: getattr(contact, field) for field in acts.DETAIL_LABELS}
    acts.correct(contact=contact, by=UserFactory(), **{**said, **changes})


def details_page(contact: Contact) -> str:
    return own(contact, "details", "correct")


@pytest.mark.parametrize("of", [details_page, answers_page])
def test_a_detail_that_was_not_touched_stays_as_it_is_by_now(
    client: Client, aroha: Contact, of: Callable[[Contact], str]
) -> None:
    url = of(aroha)
    tab = opened(client, url)
    by_staff(aroha, telephone="021 123 4567")
    assert client.post(url, {**tab, "name": "Aroha Smith"}).status_code == 303
    assert known(aroha) == ("Aroha Smith", "021 123 4567", "")


@pytest.mark.parametrize("of", [details_page, answers_page])
@pytest.mark.parametrize(
    ("field", "label", "theirs", "mine"),
    [
        ("telephone", "Telephone", "021 123 4567", "04 499 9999"),
        ("name", "Name", "A. Ngata", "Aroha Smith"),
        ("organisation", "Organisation", "Hapori", "Marae"),
    ],
)
def test_a_detail_changed_here_and_elsewhere_is_shown_and_nothing_typed_is_lost(
    client: Client,
    aroha: Contact,
    of: Callable[[Contact], str],
    field: str,
    label: str,
    theirs: str,
    mine: str,
) -> None:
    other = "organisation" if field != "organisation" else "telephone"
    url = of(aroha)
    tab = opened(client, url)
    by_staff(aroha, **{field: theirs, other: "0800 111"})
    before = known(aroha)
    refused = read(client.post(url, {**tab, field: mine}))
    assert f"{label} has changed since you opened this page. It is now “{theirs}”." in errors(refused)
    assert known(aroha) == before
    again = fields(refused.one("main").all("form")[0])
    assert (again[field], again[other]) == ([mine], ["0800 111"])
    assert client.post(url, again).status_code == 303
    aroha.refresh_from_db()
    assert (getattr(aroha, field), getattr(aroha, other)) == (mine, "0800 111")


# --- what may be public ----------------------------------------------------------------------


@pytest.fixture
def champion(aroha: Contact) -> Champion:
    champion = ChampionFactory(contact=aroha, published=True)
    InitiativeFactory.create_batch(2, champion=champion, ticked=True)
    return champion


def ticks(champion: Champion) -> tuple[Any, ...]:
    champion.refresh_from_db()
    agreed = list(champion.initiatives.order_by("pk").values_list("agreed", flat=True))
    return champion.name_agreed, champion.summary_agreed, *agreed


def test_an_old_tab_puts_nothing_up_again(client: Client, champion: Champion) -> None:
    url = publication_url(champion.pk, champion.contact)
    tab = opened(client, url)
    enrolment.withdraw(champion=champion)
    refused = read(client.post(url, {**tab, "initiatives": tab["initiatives"][:1]}))
    assert "Something here has changed since you opened it" in errors(refused)
    again = fields(refused.one("main").all("form")[0])
    assert {"name", "summary", "initiatives"}.isdisjoint(again)
    client.post(url, again)
    assert ticks(champion) == (False, False, False, False)


def test_what_was_ticked_on_an_old_tab_is_still_ticked_when_it_comes_back(
    client: Client, champion: Champion
) -> None:
    first, second = champion.initiatives.order_by("pk")
    how = {"how": "By telephone", "by": UserFactory()}
    enrolment.agree(champion=champion, name=True, summary=False, initiatives=[], **how)
    url = publication_url(champion.pk, champion.contact)
    tab = opened(client, url)
    enrolment.agree(champion=champion, name=True, summary=True, initiatives=[second.pk], **how)
    refused = read(client.post(url, {**tab, "initiatives": str(first.pk)}))
    again = fields(refused.one("main").all("form")[0])
    assert (again["name"], again["summary"]) == (["on"], ["on"])
    assert set(again["initiatives"]) == {str(first.pk), str(second.pk)}
    client.post(url, again)
    assert ticks(champion) == (True, True, True, True)
