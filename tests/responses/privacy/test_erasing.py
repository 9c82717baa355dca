"""Erasure: asked for, proposed by one, carried out by another, with nothing of the person left."""

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from pytest_django import Settings

from accord_portal.digests import compose
from accord_portal.digests.models import Delivery, DigestIssue, NewsItem
from accord_portal.foundation import append_only, mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import LogLine, User
from champions import enrolment
from champions.models import Champion, Initiative
from responses.answers import letters, triage
from responses.consent import audit, switches
from responses.contacts import acts, addresses, merging
from responses.importing import steps
from responses.models import (
    Activity,
    Consent,
    Contact,
    ContactImport,
    Erasure,
    ExpressionOfInterest,
    FollowUp,
    ImportRow,
    Involvement,
    Letter,
    LetterLine,
    Recommendation,
    Suppression,
)
from responses.privacy import erasing
from tests import factories
from tests.clock import NOON
from tests.database import holding
from tests.factories import received
from tests.html import read

pytestmark = pytest.mark.django_db
OF_PERSONS: list[type[models.Model]] = [
    Activity,
    Champion,
    Consent,
    Contact,
    Delivery,
    Erasure,
    ExpressionOfInterest,
    FollowUp,
    Initiative,
    Letter,
    LetterLine,
    NewsItem,
    OutgoingMail,
]
NOT_TYPED = {
    "address_hash",
    "authority",
    "language",
    "mailbox",
    "mailbox_hash",
    "privacy_notice_version",
    "provider_id",
    "same_form_key",
    "same_letter_key",
    "slug",
    "telephone_e164",
}
RECOMMENDED = {"has_told": True, "may_be_named": True, "expires_on": NOON.date()}
MARKS = [
    "Zebulonia",
    "Quixotrust",
    "zebu@quix.example.org",
    "494 5718",
    "Wintergarten",
    "Marmalade",
    "Lighthouse",
]


@pytest.fixture(autouse=True)
def _authority(settings: Settings, clock: time_machine.Traveller) -> None:
    settings.DISPOSAL_AUTHORITY = "DA717"


@pytest.fixture
def person(mere: User) -> Contact:
    """Somebody who has left traces in every room."""
    eoi = received(
        "keep_informed",
        "champion_accord",
        name="Zebulonia Quick",
        organisation="Quixotrust",
        email="zebu@quix.example.org",
        telephone="04 494 5718",
        initiatives="A Wintergarten for all",
        comments="Marmalade",
    )
    switches.confirm(contact=eoi.contact)
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=mere, text="Dear Zebulonia, thank you")
    triage.note(eoi=eoi, by=mere, text="Zebulonia prefers the Lighthouse")
    champion = factories.ChampionFactory(
        published=True, contact=eoi.contact, name="Zebulonia Quick", summary="Wintergarten and Marmalade"
    )
    factories.InitiativeFactory(published=True, champion=champion, title="Wintergarten")
    factories.UpdateFactory(published=True, title="Other news")
    issue = compose.compose_issue(audience="keep_informed", by=mere)
    compose.introduce(issue=issue, text="Welcome, *Zebulonia Quick*.")
    compose.approve(issue=issue, by=mere)
    batch = factories.BatchFactory(issue=issue, last_error="<zebu@quix.example.org>")
    factories.DeliveryFactory(
        batch=batch, contact=eoi.contact, state="failed", reason="550 zebu@quix.example.org unknown"
    )
    letter = letters.receive(
        name="Zebulonia Q", email="Zebu@quix.example.org", telephone="", message="Marmalade"
    )
    letters.answer(letter=letter, seen=0, by=mere, text="Dear Zebulonia, the Lighthouse is open")
    FollowUp.objects.create(contact=eoi.contact, what="Call Zebulonia", due_on=NOON.date(), owner=mere)
    Contact.objects.filter(pk=eoi.contact.pk).update(postal_address="1 Lighthouse Road")
    return Contact.objects.get(pk=eoi.contact.pk)


def stand_everywhere_else(person: Contact, mere: User) -> None:
    """Puts the person into the tables in which few people stand."""
    Recommendation.objects.create(
        recommender=person, why="My neighbour, says Zebulonia", mailbox_hash="x", **RECOMMENDED
    )
    Recommendation.objects.create(
        recommender=factories.ContactFactory(),
        eoi=person.eois.get(),
        state="declined",
        mailbox_hash="x",
        **RECOMMENDED,
    )
    OutgoingMail.objects.create(message="of.old", to="Zebu@Quix.example.org")
    Erasure.objects.create(contact=person, state="declined", decided_at=NOON, decided_by=mere)
    factories.ImportRowFactory(contact_import__state="done", contact=person, values={"name": "Zebulonia"})


def fill_every_text() -> None:
    """Writes a mark into every column for text of the person's rows, unless it is there."""
    with append_only.door():
        others = list(Contact.objects.exclude(name__contains="Zebulonia").values_list("pk", flat=True))
        for model in OF_PERSONS:
            texts = [f.attname for f in model._meta.concrete_fields if _is_typed(f)]
            rows = model._default_manager.exclude(pk__in=others if model is Contact else [])
            for row in rows.filter(kind="champion") if model is NewsItem else rows:
                empty = [text for text in texts if "zebulonia" not in getattr(row, text).lower()]
                said = {text: f"Zebulonia {getattr(row, text)}"[:60] for text in empty}
                model._default_manager.filter(pk=row.pk).update(**said)
    for letter in Letter.objects.all():
        letter.save()  # it is found by the mailbox of its address


def _is_typed(field: Any) -> bool:
    return (
        isinstance(field, models.CharField | models.TextField)
        and not (field.choices or field.unique)
        and field.name not in NOT_TYPED
        and str(field) != "foundation.OutgoingMail.message"
    )


def counts() -> dict[str, int]:
    """What is counted of people."""
    models = (Contact, ExpressionOfInterest, Consent, Champion, Delivery, OutgoingMail)
    return {
        **{model.__name__: model._default_manager.count() for model in models},
        "yes": Involvement.objects.current().count(),
        "confirmed": Involvement.objects.confirmed().count(),
    }


def erased(person: Contact, mere: User, bo: User) -> Contact:
    erasing.propose(contact=person, why="Zebulonia asked by letter", by=mere)
    erasing.carry_out(erasure=Erasure.objects.outstanding().get(), by=bo)
    return Contact.objects.get(pk=person.pk)


def test_nothing_of_the_person_is_left_anywhere(person: Contact, mere: User, bo: User) -> None:
    assert all(holding(mark) for mark in MARKS)
    erased(person, mere, bo)
    assert {mark: holding(mark) for mark in MARKS} == {mark: [] for mark in MARKS}


def test_no_column_for_text_is_forgotten(person: Contact, mere: User, bo: User) -> None:
    stand_everywhere_else(person, mere)
    fill_every_text()
    assert len(holding("Zebulonia")) >= len(OF_PERSONS)
    erased(person, mere, bo)
    assert holding("Zebulonia") == []


def test_what_is_counted_stays_counted(person: Contact, mere: User, bo: User) -> None:
    before = counts()
    erased(person, mere, bo)
    assert counts() == before
    assert list(audit.disagreements()) == []


def test_a_tombstone_and_keyed_hashes_stay(person: Contact, mere: User, bo: User) -> None:
    contact = erased(person, mere, bo)
    assert (str(contact), contact.mailbox, contact.erased_at) == (f"Erased person {contact.pk}", None, NOON)
    assert Suppression.objects.of("zebu@quix.example.org", "erased").count() == 1
    answers = contact.eois.get().answers
    assert [purpose for purpose, yes in answers.items() if yes] == ["keep_informed", "champion_accord"]


def test_nothing_is_sent_and_nothing_is_public(person: Contact, mere: User, bo: User) -> None:
    assert Involvement.objects.permitting("keep_informed").count() == 1
    queued = OutgoingMail.objects.filter(recipient=person.pk, state="queued").count()
    erased(person, mere, bo)
    assert queued > 0
    assert not OutgoingMail.objects.filter(recipient=person.pk).exclude(state="cancelled").exists()
    assert Involvement.objects.permitting("keep_informed").count() == 0
    assert Champion.objects.published().count() == 0
    issue = DigestIssue.objects.get()
    assert issue.introduction == "Welcome, *[erased]*."
    told = "\nNEW CHAMPIONS\n\n[erased]\n\n\nNEW INITIATIVES\n\n[erased]\n"
    assert told in issue.text
    assert [heading.text for heading in read(issue.html).all("h3")] == ["Other news", "[erased]", "[erased]"]
    assert "Other news" in issue.text


def test_the_log_says_who_and_under_which_authority_and_nothing_personal(
    person: Contact, mere: User, bo: User
) -> None:
    erased(person, mere, bo)
    lines = LogLine.objects.order_by("pk").values_list("act", "kind", "key", "detail", "done_by")
    assert list(lines) == [
        ("erasure_proposed", "responses.contact", person.pk, "", mere.pk),
        ("erased", "responses.contact", person.pk, f"Under DA717; proposed by staff member {mere.pk}", bo.pk),
    ]
    erasure = Erasure.objects.get()
    assert (erasure.state, erasure.authority, erasure.decided_by, erasure.reason) == (
        "carried_out",
        "DA717",
        bo,
        "",
    )


def test_who_was_merged_into_the_person_is_erased_as_well(person: Contact, mere: User, bo: User) -> None:
    other = received(name="Zebulonia Other", email="other@quix.example.org").contact
    Contact.objects.filter(pk=other.pk).update(merged_into=person)
    erased(person, mere, bo)
    other.refresh_from_db()
    assert (other.name, other.erased_at) == ("", NOON)
    assert holding("zebulonia") == []


def test_letters_are_erased_and_stay_counted(person: Contact, mere: User, bo: User) -> None:
    by_number = {"email": "", "message": "Marmalade"}
    letters.receive(name="zebulonia QUICK", telephone="+64 4 494 5718", **by_number)
    others = [
        letters.receive(name="Somebody Else", telephone="04 494 5718", email="", message="Same household"),
        letters.receive(name="Zebulonia", telephone="04 494 5700", email="", message="Another number"),
    ]
    erased(person, mere, bo)
    gone = Letter.objects.exclude(erased_at=None)
    assert [(row.name, row.email, row.telephone, row.message) for row in gone] == [("", "", "", "")] * 2
    assert list(gone.values_list("mailbox", "telephone_e164", "erased_at")) == [("", "", NOON)] * 2
    assert list(LetterLine.objects.values_list("kind", "text")) == [("answered", "")]
    assert list(Letter.objects.filter(erased_at=None).order_by("pk")) == others


def test_where_the_person_was_recommended_and_imported_too(person: Contact, mere: User, bo: User) -> None:
    other = factories.ContactFactory()
    factories.RecommendationFactory(
        recommender=other, name="Zebulonia", email="zebu@quix.example.org", why="Marmalade"
    )
    factories.ImportRowFactory(
        contact_import__state="checked", values={"name": "Zebulonia"}, mailbox="zebu@quix.example.org"
    )
    erased(person, mere, bo)
    assert holding("zebulonia") == []
    assert Recommendation.objects.get().state == "expired"
    assert (ImportRow.objects.get().values, ImportRow.objects.get().mailbox) == ({}, "")


def test_whoever_proposed_it_cannot_carry_it_out(person: Contact, mere: User) -> None:
    erasing.propose(contact=person, why="", by=mere)
    with pytest.raises(NotPossible, match=r"^You proposed this: somebody else must carry it out"):
        erasing.carry_out(erasure=Erasure.objects.get(), by=mere)
    assert Contact.objects.get(pk=person.pk).erased_at is None


def test_what_nobody_proposed_is_not_carried_out(person: Contact, bo: User) -> None:
    erasure = erasing.ask(contact=person)
    with pytest.raises(NotPossible, match=r"^Somebody must propose this first"):
        erasing.carry_out(erasure=erasure, by=bo)


def test_without_an_authority_the_person_is_restricted_instead(
    person: Contact, mere: User, bo: User, settings: Settings
) -> None:
    settings.DISPOSAL_AUTHORITY = ""
    erasing.propose(contact=person, why="Asked by letter", by=mere)
    person.refresh_from_db()
    assert (person.restricted_because, Erasure.objects.get().state) == ("erasure", "asked")
    assert Involvement.objects.permitting("keep_informed").count() == 0
    with pytest.raises(NotPossible, match=r"^No disposal authority is configured"):
        erasing.carry_out(erasure=Erasure.objects.get(), by=bo)


def test_asking_leaves_the_person_alone_at_once_and_twice_is_as_once(person: Contact) -> None:
    first, second = erasing.ask(contact=person), erasing.ask(contact=person)
    assert (first, first.state) == (second, "asked")
    assert Involvement.objects.permitting("keep_informed").count() == 0
    assert Champion.objects.published().count() == 0
    assert person.activities.filter(kind=Activity.Kind.ERASURE_ASKED).count() == 1


def test_declining_lets_the_person_be_written_to_again(person: Contact, mere: User) -> None:
    erasing.decline(erasure=erasing.ask(contact=person), because="She changed her mind", by=mere)
    assert Involvement.objects.permitting("keep_informed").count() == 1
    letter = mail.made(OutgoingMail.objects.latest("pk"))
    assert (letter.to, "She changed her mind" in letter.body) == (["zebu@quix.example.org"], True)
    with pytest.raises(NotPossible, match=r"^Declined already"):
        erasing.decline(erasure=Erasure.objects.get(), because="Again", by=mere)


def test_the_dead_are_not_erased_twice(person: Contact, mere: User, bo: User) -> None:
    contact = erased(person, mere, bo)
    with pytest.raises(NotPossible, match=r"^This person has been erased"):
        erasing.propose(contact=contact, why="", by=mere)


def test_the_same_person_may_come_back_as_somebody_new(person: Contact, mere: User, bo: User) -> None:
    erased(person, mere, bo)
    again = received("keep_informed", email="zebu@quix.example.org").contact
    assert again.pk != person.pk
    switches.confirm(contact=again)
    assert [i.contact_id for i in Involvement.objects.permitting("keep_informed")] == [again.pk]


def test_an_earlier_restriction_outlasts_a_wish_that_was_declined(person: Contact, mere: User) -> None:
    acts.restrict(contact=person, why="She rang", by=mere)
    erasing.decline(erasure=erasing.ask(contact=person), because="She changed her mind", by=mere)
    person.refresh_from_db()
    assert person.restricted_because == "asked"


def test_a_wish_stays_with_its_mailbox_in_a_merge_and_that_one_hears_what_came_of_it(
    person: Contact, mere: User
) -> None:
    wish = erasing.ask(contact=person)
    kept = factories.ContactFactory()
    merging.merge(kept=kept, other=person, by=mere)
    kept.refresh_from_db()
    assert (kept.restricted_because, kept.erasures.count()) == ("", 0)
    erasing.decline(erasure=wish, because="She changed her mind", by=mere)
    assert list(Contact.objects.filter(restricted_because="erasure")) == []
    told = OutgoingMail.objects.filter(message="erasure_declined")
    assert list(told.values_list("to", "recipient")) == [(person.email, person.pk)]


# --- while the wish waits --------------------------------------------------------------------


def test_who_asked_before_not_to_be_contacted_stays_left_alone(person: Contact, mere: User) -> None:
    acts.restrict(contact=person, why="She rang", by=mere)
    erasing.ask(contact=person)
    with pytest.raises(NotPossible, match=r"^They asked to be erased"):
        acts.release(contact=person, why="She rang", by=mere)
    switches.set_switches(contact=person, wanted={**factories.EMPTY, "give_advice": True})
    person.refresh_from_db()
    assert (person.restricted_because, Involvement.objects.permitting("give_advice").count()) == ("asked", 0)


def test_who_was_merged_meanwhile_asks_for_their_own_mailbox(person: Contact, mere: User) -> None:
    read_before = Contact.objects.get(pk=person.pk)
    kept = factories.subscriber()
    merging.merge(kept=kept, other=person, by=mere)
    assert erasing.ask(contact=read_before).contact == person
    assert Involvement.objects.permitting("keep_informed").get().contact == kept


def test_both_wishes_of_two_who_were_merged_are_settled(person: Contact, mere: User, bo: User) -> None:
    kept = factories.subscriber()
    for contact in (person, kept):
        erasing.ask(contact=contact)
    merging.merge(kept=kept, other=person, by=mere)
    erasing.propose(contact=kept, why="", by=mere)
    erasing.carry_out(erasure=Erasure.objects.get(state="proposed"), by=bo)
    assert list(Erasure.objects.outstanding()) == []


def test_who_is_erased_has_nothing_to_take_back(person: Contact, mere: User, bo: User) -> None:
    contact, before = erased(person, mere, bo), counts()
    assert switches.withdraw(contact=contact, purposes=["keep_informed"], source="one_click") == []
    assert counts() == before


# --- where else they stand -------------------------------------------------------------------


def a_list(line: str, by: User) -> ContactImport:
    file = SimpleUploadedFile("list.csv", f"name,email,telephone,keep informed\n{line},yes\n".encode())
    asked = {"basis": "express", "basis_detail": "Asked in 2011", "source": "The register"}
    return steps.upload(file=file, by=by, **asked)


def match(found: ContactImport, mere: User) -> None:
    """Says that the columns hold what they are guessed to, and looks at the rows."""
    found.refresh_from_db()
    steps.match(contact_import=found, holds=[c["holds"] for c in found.columns], by=mere)
    steps.go_on(found.pk)


def test_a_list_that_nobody_has_looked_at_is_waited_for(person: Contact, mere: User, bo: User) -> None:
    waiting = a_list("Zebulonia Quick,zebu@quix.example.org,", mere)
    with pytest.raises(NotPossible, match=r"^A list is being looked at"):
        erased(person, mere, bo)
    steps.go_on(waiting.pk)
    with pytest.raises(NotPossible, match=r"^Import \d+ waits for somebody to match its columns"):
        erasing.carry_out(erasure=Erasure.objects.outstanding().get(), by=bo)
    match(waiting, mere)
    erasing.carry_out(erasure=Erasure.objects.outstanding().get(), by=bo)
    assert holding("Zebulonia") == []


def test_no_list_brings_back_who_is_known_by_telephone_only(mere: User, bo: User) -> None:
    before = a_list("Zebulonia Quick,,04 494 5718", mere)
    steps.go_on(before.pk)
    match(before, mere)
    erased(acts.add(by=mere, name="Zebulonia Quick", telephone="+64 4 494 5718"), mere, bo)
    assert holding("Zebulonia") == []
    after = a_list("Zebulonia Quick,,04 494 5718", mere)
    steps.go_on(after.pk)
    match(after, mere)
    for each in (before, after):
        steps.approve(contact_import=each, by=mere)
        steps.go_on(each.pk)
    assert list(ImportRow.objects.values_list("fate", flat=True)) == ["suppressed", "suppressed"]
    assert Contact.objects.filter(erased_at=None).count() == 0


def test_former_addresses_are_remembered_unless_they_are_somebody_elses(
    person: Contact, mere: User, bo: User
) -> None:
    addresses.change(contact=person, address="new@quix.example.org")
    addresses.ask_to_change(contact=person, address="never.confirmed@example.org")
    person.refresh_from_db()
    addresses.change(contact=person, address="newer@quix.example.org")
    factories.ContactFactory(email="new@quix.example.org")
    erased(Contact.objects.get(pk=person.pk), mere, bo)
    remembered = {
        address: Suppression.objects.of(address, "erased").exists()
        for address in ("zebu@quix.example.org", "new@quix.example.org", "never.confirmed@example.org")
    }
    assert list(remembered.values()) == [True, False, False]


def test_whom_the_person_recommended_is_let_go_before_anybody_approves(
    person: Contact, mere: User, bo: User
) -> None:
    open_, invited = (
        factories.RecommendationFactory(recommender=person, email=email, state=state)
        for email, state in (("a@example.org", "awaiting"), ("b@example.org", "invited"))
    )
    erased(person, mere, bo)
    for row in (open_, invited):
        row.refresh_from_db()
    assert (open_.state, open_.email, open_.why) == ("expired", "", "")
    assert (invited.state, invited.email, invited.why) == ("invited", "b@example.org", "")


def test_a_digest_keeps_no_name_or_summary_the_champion_had_before(
    person: Contact, mere: User, bo: User
) -> None:
    champion = factories.ChampionFactory(
        contact=person, published=True, name="Marmalade Trust", summary="We boil"
    )
    issue = compose.compose_issue(audience="keep_informed", by=mere)
    compose.approve(issue=issue, by=mere)
    issue.refresh_from_db()
    assert "\nMarmalade Trust\nWe boil\n" in issue.text
    enrolment.agree(champion=champion, name=False, summary=False, initiatives=[], how="She rang")
    changed = {"kind": champion.kind, "name": "Jam", "summary": "", "principles": [], "agency": None}
    enrolment.reword(champion=champion, by=mere, **changed)
    erased(person, mere, bo)
    issue.refresh_from_db()
    assert "\nNEW CHAMPIONS\n\n[erased]\n" in issue.text
    left = [text for text in ("Marmalade", "We boil", "marmalade-") if text in issue.text + issue.html]
    assert left == []


def test_an_old_issue_that_told_a_champion_again_keeps_no_name(person: Contact, mere: User, bo: User) -> None:
    told = "Zebulonia Quick\nhttp://testserver/champions/zebulonia-quick/\n"
    page = '<h3><a href="http://testserver/champions/zebulonia-quick/">Zebulonia Quick</a></h3>'
    again = factories.DigestIssueFactory(
        approved=True,
        subject="News: Zebulonia Quick",
        text=f"{told}\nQuick news",
        html=f"{page}<p>Quick news</p>",
    )
    erased(person, mere, bo)
    again.refresh_from_db()
    assert "zebulonia" not in (again.subject + again.text + again.html).lower()
    assert again.text.endswith("\n\nQuick news")
    assert [part.text for part in read(again.html).one("td", class_="body").all("p")][1:] == ["Quick news"]


def test_an_introduction_that_links_to_somebody_elses_page_loses_the_link_and_the_name(
    person: Contact, mere: User, bo: User
) -> None:
    """Whether or not the issue tells of the champion, and whether or not it is sent."""
    issues = [
        factories.DigestIssueFactory(approved=approved, introduction=text)
        for approved, text in (
            (True, "Look at [Zebulonia Quick](/champions/zebulonia-quick/)"),
            (False, "See https://example.org/champions/zebulonia-quick/ by Zebulonia Quick"),
        )
    ]
    erased(person, mere, bo)
    for issue in issues:
        issue.refresh_from_db()
    assert [issue.introduction for issue in issues] == [
        "Look at [[erased]](/champions/[erased]/)",
        "See https://example.org/champions/[erased]/ by [erased]",
    ]
    assert "zebulonia" not in (issues[0].text + issues[0].html).lower()
