"""What an erasure leaves: nothing of the person, and everything that is counted."""

from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from pytest_django import Settings

from accord_portal.digests import compose
from accord_portal.digests.models import Delivery, DigestIssue, NewsItem
from accord_portal.foundation import append_only
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import LogLine, User
from champions import enrolment
from champions.models import Champion, Initiative
from responses.answers import letters
from responses.consent import audit
from responses.contacts import acts, addresses
from responses.importing import steps
from responses.models import (
    Activity,
    Consent,
    Contact,
    ContactImport,
    Enquiry,
    Erasure,
    ExpressionOfInterest,
    FollowUp,
    ImportRow,
    Involvement,
    Letter,
    LetterLine,
    Recommendation,
    Referral,
    ReferralConsent,
    Suppression,
)
from responses.privacy import erasing
from tests import factories
from tests.clock import NOON
from tests.database import holding
from tests.factories import received
from tests.html import read
from tests.responses.privacy.persons import counts, erased

pytestmark = pytest.mark.django_db

OF_PERSONS: list[type[models.Model]] = [
    Activity,
    Champion,
    Consent,
    Contact,
    Delivery,
    Enquiry,
    Erasure,
    ExpressionOfInterest,
    FollowUp,
    Initiative,
    Letter,
    LetterLine,
    NewsItem,
    OutgoingMail,
    Referral,
    ReferralConsent,
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
    assert Suppression.objects.for_mailbox("zebu@quix.example.org", "erased").count() == 1
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
        steps.approve(contact_import=each, by=bo)
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
        address: Suppression.objects.for_mailbox(address, "erased").exists()
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
    compose.approve(issue=issue, by=bo)
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
