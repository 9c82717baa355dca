"""Initiatives after enrolment: added, corrected, with milestones and partners; nothing public unseen."""

import datetime as dt
from typing import Any

import pytest

from accord_portal.foundation import mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.dates import day_in_words
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from accord_portal.staff.revisions import changes
from champions import enrolment
from champions.forms.partner import PartnerForm
from champions.forms.publication import PublicationForm
from champions.initiatives import asking, editing, progress
from champions.initiatives.editing import About, Words
from champions.models import Champion, CodeListEntry, Initiative, Partner
from tests.clock import NOON
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    InitiativeFactory,
    PrincipleFactory,
    UserFactory,
    received,
)
from tests.register import MilestoneFactory, PartnerFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = dt.date(2026, 12, 1)


def entry(kind: str, label: str) -> CodeListEntry:
    return CodeListEntry.objects.create(list=kind, position=1, label=label)


def test_an_initiative_is_added_after_enrolment(mere: User) -> None:
    champion = ChampionFactory(published=True)
    eoi = received(email=champion.contact.email)
    about = About(
        since_on=DAY,
        principles=[PrincipleFactory()],
        regions=[entry("region", "Ōtago")],
        features=[entry("relational_feature", "Committing")],
        eoi=eoi,
    )
    words = Words(title="A garden", description="With bees.", reason="To eat.", with_whom="The school")
    one = editing.add(champion=champion, by=mere, words=words, about=about)
    one.refresh_from_db()
    assert (one.slug, one.state, one.agreed, one.since_on, one.eoi) == ("a-garden", "draft", False, DAY, eoi)
    assert [str(row) for many in (one.regions, one.features) for row in many.all()] == ["Ōtago", "Committing"]
    assert list(Initiative.objects.matching("school eat bees")) == [one]
    (owed,) = OutgoingMail.objects.filter(message="asked_what_else_may_be_public")
    assert owed.to == champion.contact.email
    line = champion.contact.activities.get(kind="initiative")
    assert (line.text, line.done_by, line.mail) == ("A garden", mere, owed)
    with pytest.raises(NotPossible, match="this title already"):
        editing.add(champion=champion, by=mere, words=words, about=about)


def test_who_has_no_address_is_not_mailed(mere: User) -> None:
    champion = ChampionFactory(contact=ContactFactory(email="", telephone="04 494 5718"))
    editing.add(champion=champion, by=mere, words=Words(title="A garden"), about=About())
    editing.add_partner(initiative=InitiativeFactory(), by=mere, champion=champion)
    assert OutgoingMail.objects.count() == 0


def test_who_wants_to_be_left_alone_by_then_is_not_mailed(mere: User) -> None:
    champion = ChampionFactory()
    editing.add(champion=champion, by=mere, words=Words(title="A garden"), about=About())
    type(champion.contact).objects.update(restricted_at=NOON, restricted_because="asked")
    with pytest.raises(mail.NoLongerWanted):
        mail.made(OutgoingMail.objects.get())


def test_what_is_added_is_public_once_it_is_ticked_and_published(mere: User) -> None:
    champion = ChampionFactory(published=True)
    one = editing.add(champion=champion, by=mere, words=Words(title="A garden"), about=About())
    assert not Champion.objects.ready_to_publish().exists()
    enrolment.agree(champion=champion, name=True, summary=True, initiatives=[one.pk], how="By telephone")
    assert not Initiative.objects.published().exists()
    assert list(Champion.objects.ready_to_publish()) == [champion]
    enrolment.publish(champion=champion, by=mere)
    assert list(Initiative.objects.published()) == [one]
    assert not Champion.objects.ready_to_publish().exists()


def test_one_more_waits_for_staff_beside_one_that_is_public() -> None:
    public = InitiativeFactory(published=True)
    InitiativeFactory(champion=public.champion)
    assert not Champion.objects.ready_to_publish().exists()
    InitiativeFactory(champion=public.champion, ticked=True)
    assert list(Champion.objects.ready_to_publish()) == [public.champion]


@pytest.mark.parametrize(
    "gone",
    [
        {"state": "withdrawn"},
        {"contact__erased_at": NOON, "contact__name": "", "contact__email": "", "contact__mailbox": ""},
    ],
)
def test_nothing_is_written_down_of_who_was_taken_down_or_erased(mere: User, gone: dict[str, Any]) -> None:
    champion = ChampionFactory(**gone)
    one, other = InitiativeFactory(champion=champion), InitiativeFactory(published=True)
    for act in (
        lambda: editing.add(champion=champion, by=mere, words=Words(title="A garden"), about=About()),
        lambda: editing.add_milestone(initiative=one, by=mere, what="A floor", due_on=DAY),
        lambda: editing.add_partner(initiative=other, by=mere, champion=champion),
    ):
        with pytest.raises(NotPossible, match=r"was taken down|has been erased"):
            act()
    assert not OutgoingMail.objects.exists()
    assert PartnerForm({"champion": champion.name}, initiative=other).errors
    PartnerFactory(initiative=other, champion=champion)
    assert asking.parties(other) == [other.champion]
    assert progress.takes_part(other, champion) is ("state" not in gone)


@pytest.mark.parametrize(("role", "state"), [("is_editor", "draft"), ("is_approver", "published")])
def test_what_the_public_reads_is_changed_by_who_publishes(role: str, state: str) -> None:
    """Else it waits to be published again."""
    by = UserFactory(**{role: True})
    for act in (
        lambda one: editing.reword(
            initiative=one, by=by, words=Words(title="New"), about=About(), how="By email"
        ),
        lambda one: editing.add_milestone(initiative=one, by=by, what="A floor", due_on=DAY, how="By email"),
    ):
        one = InitiativeFactory(published=True)
        act(one)
        one.refresh_from_db()
        assert one.state == state
        assert Champion.objects.ready_to_publish().filter(pk=one.champion_id).exists() == (state == "draft")


def test_the_champion_ticks_all_that_the_public_reads() -> None:
    one = InitiativeFactory(since_on=DAY)
    before = one.champion.fingerprint
    one.regions.add(CodeListEntry.objects.create(list="region", position=1, label="Taranaki"))
    ((_, label),) = PublicationForm(champion=one.champion).fields["initiatives"].choices
    assert f"Since {day_in_words(DAY)}" in label
    assert "Where: Taranaki" in label
    assert one.champion.fingerprint != before


# --- correcting ----------------------------------------------------------------------------------


def test_a_correction_keeps_what_was_said_before(mere: User) -> None:
    one = InitiativeFactory(title="A hal", description="")
    editing.reword(
        initiative=one, by=mere, words=Words(title="A hall", reason="To meet."), about=About(since_on=DAY)
    )
    one.refresh_from_db()
    assert (one.title, one.slug, one.reason, one.since_on) == ("A hall", "a-hall", "To meet.", DAY)
    (change,) = changes([one])
    assert ("Title", "A hal", "A hall") in change.differences
    assert list(Initiative.objects.matching("hall meet")) == [one]


def test_words_that_were_ticked_are_changed_with_how_the_champion_agreed(mere: User) -> None:
    one = InitiativeFactory(published=True, title="A hall", slug="a-hall", description="Open.")
    same = Words(title="A hall", description="Open.")
    with pytest.raises(NotPossible, match="ask them about the new words"):
        editing.reword(initiative=one, by=mere, words=same, about=About(since_on=DAY))  # public as well
    editing.reword(initiative=one, by=mere, words=same, about=About())  # nothing new
    other = Words(title="A hall", description="Open on Fridays.")
    with pytest.raises(NotPossible, match="ask them about the new words"):
        editing.reword(initiative=one, by=mere, words=other, about=About())
    editing.reword(initiative=one, by=mere, words=other, about=About(), how="By telephone")
    one.refresh_from_db()
    assert (one.description, one.slug, one.agreed_at) == ("Open on Fridays.", "a-hall", NOON)
    texts = [line.text for line in one.champion.contact.activities.order_by("pk")]
    assert texts == ["Corrected an initiative: A hall", "Corrected an initiative (By telephone): A hall"]


def test_a_milestone_is_public_so_its_champion_agrees_to_it(mere: User) -> None:
    one, draft = InitiativeFactory(published=True), InitiativeFactory()
    with pytest.raises(NotPossible, match="how they agreed"):
        editing.add_milestone(initiative=one, by=mere, what="A roof", due_on=DAY)
    editing.add_milestone(initiative=one, by=mere, what="A roof", due_on=DAY, how="In person")
    editing.add_milestone(initiative=draft, by=mere, what="A roof", due_on=DAY)
    assert one.milestones.get().what == draft.milestones.get().what == "A roof"


def test_a_milestone_is_reached_on_a_day(mere: User) -> None:
    row = MilestoneFactory(what="A roof")
    editing.reach_milestone(initiative=row.initiative, by=mere, milestone=row, reached_on=DAY)
    row.refresh_from_db()
    assert row.reached_on == DAY
    (change,) = changes([row])
    assert [difference.label for difference in change.differences] == ["Reached on"]


# --- partners ------------------------------------------------------------------------------------


def test_a_partner_is_named_once_they_ticked_it(mere: User) -> None:
    one, agency = InitiativeFactory(published=True), ChampionFactory(published=True, kind="agency")
    partner = editing.add_partner(initiative=one, by=mere, champion=agency)
    assert not Partner.objects.shown().exists()
    assert OutgoingMail.objects.get().message == "asked_what_else_may_be_public"
    ticks = {"name": True, "summary": True, "initiatives": [], "how": "On the page we mailed"}
    enrolment.agree(champion=agency, partnerings=[one.pk], **ticks)
    assert list(Partner.objects.shown()) == [partner]
    assert agency.contact.activities.get(kind="agreed").text.endswith("as a partner")
    enrolment.agree(champion=agency, **ticks)
    assert not Partner.objects.shown().exists()


def test_a_partner_who_takes_everything_down_is_not_named(mere: User) -> None:
    partner = PartnerFactory(shown=True)
    enrolment.withdraw(champion=partner.champion)
    partner.refresh_from_db()
    assert (partner.agreed, Partner.objects.shown().exists()) == (False, False)


def test_a_champion_is_a_partner_once_and_not_of_itself(mere: User) -> None:
    partner = PartnerFactory()
    one = partner.initiative
    for champion, why in ((partner.champion, "already"), (one.champion, "own initiative")):
        with pytest.raises(NotPossible, match=why):
            editing.add_partner(initiative=one, by=mere, champion=champion)
    editing.end_partner(initiative=one, by=mere, partner=partner)
    with pytest.raises(NotPossible, match="no partner in it any more"):
        editing.end_partner(initiative=one, by=mere, partner=partner)
    editing.add_partner(initiative=one, by=mere, champion=partner.champion)
    assert one.partners.current().count() == 1
