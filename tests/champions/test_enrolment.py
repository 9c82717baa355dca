"""Acts of enrolment: nothing is public before the person ticked it and staff published it."""

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from champions import enrolment
from champions.enrolment import Proposed
from champions.models import Champion, Initiative
from responses.models import Contact
from tests.clock import NOON
from tests.factories import ChampionFactory, ContactFactory, PrincipleFactory, UserFactory, received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]


@pytest.fixture
def champion(mere: User) -> Champion:
    """Registered with two initiatives, nothing ticked."""
    return enrolment.enrol(
        contact=ContactFactory(),
        by=mere,
        kind="group",
        name="Hapori Tūtahi",
        summary="We garden.",
        initiatives=[Proposed(title="A hall"), Proposed(title="A garden")],
    )


def keys(champion: Champion) -> list[int]:
    return list(champion.initiatives.order_by("pk").values_list("pk", flat=True))


def agree(champion: Champion, *, name: bool = True, summary: bool = False, of: tuple[int, ...] = ()) -> None:
    ticked = [key for number, key in enumerate(keys(champion)) if number in of]
    enrolment.agree(champion=champion, name=name, summary=summary, initiatives=ticked, how="By telephone")
    champion.refresh_from_db()


def publish(champion: Champion, by: User) -> None:
    enrolment.publish(champion=champion, by=by)
    champion.refresh_from_db()


def states(champion: Champion) -> list[str]:
    """Of the champion, then of its initiatives."""
    champion.refresh_from_db()
    return [champion.state, *champion.initiatives.order_by("pk").values_list("state", flat=True)]


def timeline(contact: Contact) -> list[tuple[Any, ...]]:
    return list(contact.activities.order_by("pk").values_list("kind", "text", "done_by"))


def test_a_champion_reworded_before_publication_is_found_under_its_new_name(
    mere: User, champion: Champion, client: Client
) -> None:
    same = {"kind": "group", "summary": "We garden.", "principles": [], "agency": None, "by": mere}
    enrolment.reword(champion=champion, name="Ngā Ringa", **same)
    champion.refresh_from_db()
    assert champion.slug == "nga-ringa"
    enrolment.reword(champion=champion, name="Ngā ringa", **same)
    champion.refresh_from_db()
    assert champion.slug == "nga-ringa"  # its own, and not a number after it
    agree(champion)
    publish(champion, mere)
    agree(champion, name=False)
    enrolment.reword(champion=champion, name="Other", **same)
    champion.refresh_from_db()
    assert (champion.name, champion.slug) == ("Other", "nga-ringa")  # an address once public stays


# --- registering -----------------------------------------------------------------------------


def test_registering_keeps_everything_and_shows_nothing(mere: User) -> None:
    eoi = received("champion_accord")
    principle = PrincipleFactory()
    champion = enrolment.enrol(
        contact=eoi.contact,
        by=mere,
        kind="group",
        name="Hapori Tūtahi",
        summary="We garden.",
        principles=[principle],
        initiatives=[Proposed(title="A hall", description="Open."), Proposed(title="A hall")],
        eoi=eoi,
    )
    assert Champion.objects.values().get() == {
        "id": champion.pk,
        "kind": "group",
        "name": "Hapori Tūtahi",
        "slug": "hapori-tutahi",
        "summary": "We garden.",
        "agency_id": None,
        "appointed_on": None,
        "ended_on": None,
        "contact_id": eoi.contact_id,
        "eoi_id": eoi.pk,
        "name_agreed": False,
        "summary_agreed": False,
        "agreed_at": None,
        "agreed_how": "",
        "state": "draft",
        "registered_at": NOON,
        "registered_by_id": mere.pk,
        "published_at": None,
        "published_by_id": None,
        "summary_is_public": False,
        "search_folded": "hapori tutahi",
    }
    rows = champion.initiatives.order_by("pk")
    assert list(rows.values_list("title", "slug", "description", "state", "agreed")) == [
        ("A hall", "a-hall", "Open.", "draft", False),
        ("A hall", "a-hall-2", "", "draft", False),
    ]
    assert [list(row.principles.all()) for row in (champion, *rows)] == [[principle]] * 3
    assert timeline(eoi.contact)[1:] == [("enrolled", "Hapori Tūtahi", mere.pk)]
    assert Champion.objects.published().count() == Initiative.objects.published().count() == 0


def test_the_person_is_asked_by_mail(
    champion: Champion, mailoutbox: list[EmailMultiAlternatives], client: Client
) -> None:
    assert mail.deliver_due() == 1
    (message,) = mailoutbox
    assert (message.to, message.subject) == (
        [champion.contact.email],
        "You are registered as a champion: choose what may be public",
    )
    link, later = [line for line in message.body.splitlines() if line.startswith("http")]
    assert later == "http://testserver/preferences/"  # the link ends after a week
    assert client.get(link.removeprefix("http://testserver")).context["champion"] == champion


def test_somebody_without_an_address_is_asked_in_another_way(mere: User) -> None:
    contact = ContactFactory(email="", telephone="04 494 5718")
    enrolment.enrol(contact=contact, by=mere, kind="group", name="Hapori")
    assert OutgoingMail.objects.count() == 0


def test_an_expression_of_interest_makes_one_champion(mere: User) -> None:
    eoi = received("champion_accord")
    enrolment.enrol(contact=eoi.contact, by=mere, kind="group", name="Hapori", eoi=eoi)
    with pytest.raises(NotPossible, match=r"^A champion has already been registered from this\.$"):
        enrolment.enrol(contact=eoi.contact, by=mere, kind="group", name="Hapori", eoi=eoi)
    assert (Champion.objects.count(), OutgoingMail.objects.count()) == (1, 2)


def test_a_failure_on_the_way_registers_nothing(mere: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **facts: object) -> None:
        raise RuntimeError("down")

    monkeypatch.setattr(mail, "owe", fail)
    with pytest.raises(RuntimeError, match="down"):
        enrolment.enrol(
            contact=ContactFactory(), by=mere, kind="group", name="H", initiatives=[Proposed(title="t")]
        )
    assert (Champion.objects.count(), Initiative.objects.count()) == (0, 0)


# --- ticking and publishing ------------------------------------------------------------------


def test_ticks_are_kept_with_when_and_how(champion: Champion) -> None:
    agree(champion, summary=True, of=(1,))
    assert (champion.name_agreed, champion.summary_agreed, champion.agreed_at, champion.agreed_how) == (
        True,
        True,
        NOON,
        "By telephone",
    )
    assert list(champion.initiatives.order_by("pk").values_list("agreed", "agreed_at")) == [
        (False, NOON),
        (True, NOON),
    ]
    assert timeline(champion.contact)[-1] == ("agreed", "By telephone: name, summary, A garden", None)
    assert states(champion) == ["draft", "draft", "draft"]


def test_ticking_nothing_is_an_answer_too(champion: Champion) -> None:
    agree(champion, name=False)
    assert timeline(champion.contact)[-1] == ("agreed", "By telephone: nothing", None)


def test_publishing_shows_what_was_ticked_and_only_that(champion: Champion, mere: User) -> None:
    agree(champion, of=(0,))
    publish(champion, mere)
    assert states(champion) == ["published", "published", "draft"]
    assert (champion.published_at, champion.published_by, champion.public_summary) == (NOON, mere, "")
    assert timeline(champion.contact)[-1] == ("published", "Hapori Tūtahi", mere.pk)


def test_nothing_is_published_without_a_tick_for_the_name(champion: Champion, mere: User) -> None:
    with pytest.raises(NotPossible, match=r"^The person has not ticked that the name may be public\.$"):
        publish(champion, mere)
    assert states(champion) == ["draft", "draft", "draft"]


def test_publishing_again_keeps_the_first_day(
    champion: Champion, mere: User, clock: time_machine.Traveller
) -> None:
    agree(champion, of=(0,))
    publish(champion, mere)
    clock.shift(3600)
    agree(champion, of=(0, 1))
    publish(champion, UserFactory())
    later = NOON + dt.timedelta(hours=1)
    assert (champion.published_at, champion.published_by) == (NOON, mere)
    assert list(champion.initiatives.order_by("pk").values_list("published_at", flat=True)) == [NOON, later]


def test_a_tick_taken_away_takes_that_part_down_at_once(champion: Champion, mere: User) -> None:
    agree(champion, summary=True, of=(0, 1))
    publish(champion, mere)
    agree(champion, summary=False, of=(1,))
    assert states(champion) == ["published", "withdrawn", "published"]
    assert champion.public_summary == ""
    assert list(Champion.objects.matching("garden")) == []


def test_the_name_taken_away_takes_everything_down_at_once(champion: Champion, mere: User) -> None:
    agree(champion, of=(0, 1))
    publish(champion, mere)
    agree(champion, name=False)
    assert states(champion) == ["withdrawn", "withdrawn", "withdrawn"]
    assert Champion.objects.published().count() == Initiative.objects.published().count() == 0


def test_a_tick_given_later_waits_for_staff(champion: Champion, mere: User) -> None:
    agree(champion)
    publish(champion, mere)
    agree(champion, of=(0,))
    assert states(champion) == ["published", "draft", "draft"]


def test_a_summary_ticked_later_waits_for_staff(champion: Champion, mere: User, client: Client) -> None:
    agree(champion)
    publish(champion, mere)
    agree(champion, summary=True)
    assert "We garden." not in client.get("/champions/hapori-tutahi/").content.decode()
    publish(champion, mere)
    assert "We garden." in client.get("/champions/hapori-tutahi/").content.decode()


# --- taking down -----------------------------------------------------------------------------


def test_taking_down_takes_everything_down_at_once(champion: Champion, mere: User) -> None:
    agree(champion, of=(0,))
    publish(champion, mere)
    enrolment.withdraw(champion=champion, by=mere)
    assert states(champion) == ["withdrawn", "withdrawn", "draft"]
    assert timeline(champion.contact)[-1] == ("taken_down", "Hapori Tūtahi", mere.pk)


def test_taking_down_twice_is_the_same_as_once(champion: Champion, mere: User) -> None:
    agree(champion)
    publish(champion, mere)
    enrolment.withdraw(champion=champion)
    before = timeline(champion.contact)
    enrolment.withdraw(champion=champion)
    assert (states(champion)[0], timeline(champion.contact)) == ("withdrawn", before)


def test_what_a_person_took_down_staff_cannot_publish_without_a_new_tick(
    champion: Champion, mere: User
) -> None:
    agree(champion, of=(0,))
    publish(champion, mere)
    enrolment.withdraw(champion=champion)
    with pytest.raises(NotPossible):
        enrolment.publish(champion=champion, by=mere)


# --- correcting ------------------------------------------------------------------------------


def reword(champion: Champion, by: User, **changes: Any) -> None:
    now = {"kind": champion.kind, "name": champion.name, "summary": champion.summary, "agency": None}
    enrolment.reword(champion=champion, by=by, principles=[], **{**now, **changes})
    champion.refresh_from_db()


def test_staff_correct_what_nobody_has_ticked(champion: Champion, mere: User) -> None:
    reword(champion, mere, name="Hapori", summary="We plant.")
    assert (champion.name, champion.summary, champion.search_folded) == ("Hapori", "We plant.", "hapori")
    assert timeline(champion.contact)[-1] == ("note", "Corrected the champion’s entry", mere.pk)


@pytest.mark.parametrize("changes", [{"name": "Other"}, {"summary": "Other"}])
def test_a_text_that_was_ticked_stays_as_it_is(
    champion: Champion, mere: User, changes: dict[str, str]
) -> None:
    agree(champion, summary=True)
    with pytest.raises(NotPossible, match="has been agreed as it stands"):
        reword(champion, mere, **changes)
    with pytest.raises(NotPossible, match="with this kind and these principles beside it"):
        reword(champion, mere, kind="organisation")
    reword(champion, mere, kind="organisation", how="By telephone")
    assert (champion.kind, champion.name, champion.summary) == ("organisation", "Hapori Tūtahi", "We garden.")
    assert timeline(champion.contact)[-1][1] == "Corrected the champion’s entry (By telephone)"


@pytest.mark.parametrize(
    "changes", [{"kind": "organisation", "how": "By telephone"}, {"appointed_on": dt.date(2026, 5, 1)}]
)
def test_what_an_editor_changes_of_what_is_public_comes_down_until_it_is_published_again(
    champion: Champion, mere: User, changes: dict[str, Any]
) -> None:
    editor, approver = UserFactory(is_editor=True), UserFactory(is_approver=True)
    agree(champion)
    publish(champion, mere)
    reword(champion, editor)
    assert champion.is_published  # nothing is different
    reword(champion, editor, **changes)
    assert champion.state == Champion.State.DRAFT
    assert list(Champion.objects.ready_to_publish()) == [champion]
    publish(champion, mere)
    reword(champion, approver, agency=None, **{**changes, "kind": "individual", "how": "By letter"})
    assert champion.is_published  # who may publish has read what they wrote


def test_a_champion_ends_once_and_its_page_says_so(champion: Champion, mere: User, client: Client) -> None:
    champion.appointed_on = dt.date(2026, 5, 1)
    champion.save()
    with pytest.raises(NotPossible, match="the day on which it began"):
        enrolment.end(champion=champion, by=mere, ended_on=dt.date(2026, 4, 1))
    agree(champion)
    publish(champion, mere)
    enrolment.end(champion=champion, by=mere, ended_on=dt.date(2026, 6, 1))
    assert "1 June 2026" in client.get(champion.get_absolute_url()).content.decode()
    with pytest.raises(NotPossible, match="ended already"):
        enrolment.end(champion=champion, by=mere, ended_on=dt.date(2026, 6, 1))


def test_an_initiative_is_found_by_its_champions_corrected_name(champion: Champion, mere: User) -> None:
    reword(champion, mere, name="Whānau")
    assert Initiative.objects.matching("whanau").count() == 2
    assert Initiative.objects.matching("hapori").count() == 0


def test_two_champions_of_one_name_have_two_addresses(champion: Champion, mere: User) -> None:
    other = enrolment.enrol(contact=ContactFactory(), by=mere, kind="group", name="Hapori Tutahi")
    assert (champion.slug, other.slug) == ("hapori-tutahi", "hapori-tutahi-2")
    assert ChampionFactory().slug != other.slug
