"""Digests tell what was decided about initiatives, where the person agrees and for as long as they do."""

import pytest

from accord_portal.digests import personal_data
from accord_portal.digests.models import Audience, DigestIssue, NewsItem
from accord_portal.foundation.acts import NotPossible
from responses.answers import telling, triage
from responses.models import Contact, Decision
from responses.privacy import blanking
from tests.clock import NOON
from tests.digests.desk import Desk
from tests.factories import ContactFactory, UserFactory, received

pytestmark = pytest.mark.django_db
COMMUNITY = Audience.COMMUNITY_OF_INTEREST


def decide(desk: Desk, **typed: str) -> Decision:
    eoi = received(name="Aroha Ngata", initiatives="Open the hall. On Sundays too.", **typed)
    triage.decide(eoi=eoi, seen=1, by=desk.by, number=1, outcome="partly", text="One hall of two.")
    return eoi.decisions.get()


def let(decision: Decision, *, yes: bool = True) -> None:
    telling.let_others_hear(contact=decision.eoi.contact, decision=decision, yes=yes)


def items(issue: DigestIssue) -> list[tuple[str, str, str]]:
    return list(issue.items.values_list("title", "summary", "slug"))


SAID = ("Open the hall.", "Taken up in part. One hall of two.", "")


def test_a_decision_is_told_once_to_each_audience_without_name_and_link(desk: Desk) -> None:
    decision = decide(desk)
    with pytest.raises(NotPossible):
        desk.compose()
    let(decision)
    for audience in Audience:
        issue = desk.compose(audience)
        desk.approve(issue)
        assert items(issue) == [SAID]
        part = issue.text.partition("WHAT WE DECIDED ABOUT INITIATIVES\n")[2].partition("Ngā mihi")[0]
        assert [line for line in part.split("\n") if line] == [
            "Open the hall.",
            "Taken up in part. One hall of two.",
        ]
        assert [name in text for name in ("Aroha", "Sundays") for text in (issue.text, issue.html)] == [
            False
        ] * 4
        assert issue.subject == "Kia Tūtahi Accord: Open the hall."
        with pytest.raises(NotPossible):
            desk.compose(audience)


def test_what_is_taken_back_before_approval_is_left_out_and_told_once_agreed_again(desk: Desk) -> None:
    decision = decide(desk)
    let(decision)
    desk.write("kept")
    draft = desk.compose()
    let(decision, yes=False)
    assert desk.approve(draft) == ["kept"]
    assert "Open the hall" not in draft.text
    let(decision)
    issue = desk.compose()
    desk.approve(issue)
    assert items(issue) == [SAID]


def test_what_is_taken_back_after_approval_stays_as_it_was_told(desk: Desk) -> None:
    decision = decide(desk)
    let(decision)
    issue = desk.compose()
    desk.approve(issue)
    let(decision, yes=False)
    let(decision)
    assert (items(issue), desk.send()) == ([SAID], [])


def restrict(contact: Contact) -> None:
    Contact.objects.filter(pk=contact.pk).update(restricted_at=NOON, restricted_because="asked")


def restrict_the_record_it_is_merged_into(contact: Contact) -> None:
    kept = ContactFactory()
    restrict(kept)
    Contact.objects.filter(pk=contact.pk).update(merged_into=kept)


def erase(contact: Contact) -> None:
    blanking.erase([contact.pk])


def call_it_spam(contact: Contact) -> None:
    eoi = contact.eois.get()
    triage.mark_as_spam(eoi=eoi, seen=eoi.version, by=UserFactory())


@pytest.mark.parametrize("happens", [restrict, restrict_the_record_it_is_merged_into, erase, call_it_spam])
def test_of_whom_nothing_may_be_told_nothing_is_gathered_and_a_draft_loses_it(
    desk: Desk, happens: object
) -> None:
    decision = decide(desk)
    let(decision)
    desk.write("kept")
    draft = desk.compose()
    assert callable(happens)
    happens(decision.eoi.contact)
    assert desk.approve(draft) == ["kept"]
    assert [item.title for item in draft.items.all()] == ["kept"]
    assert desk.send(COMMUNITY) == ["kept"]
    assert NewsItem.objects.filter(kind="decision").count() == 0


def test_a_decision_of_a_merged_person_is_told(desk: Desk) -> None:
    decision = decide(desk)
    let(decision)
    Contact.objects.filter(pk=decision.eoi.contact_id).update(merged_into=ContactFactory())
    issue = desk.compose()
    desk.approve(issue)
    assert items(issue) == [SAID]


def test_what_was_told_is_held_and_erased_from_the_issue_and_from_the_introduction(desk: Desk) -> None:
    decision, other = decide(desk), decide(desk, email="other@example.org")
    for one in (decision, other):
        let(one)
    issue = desk.compose()
    DigestIssue.objects.filter(pk=issue.pk).update(
        introduction="Taken up in part: Open the hall. Why? One hall of two."
    )
    desk.approve(issue)
    keys = [decision.eoi.contact_id]
    (told,) = personal_data.held(keys)["What digests told of you"]
    assert (told["Title"], told["Text"]) == SAID[:2]
    blanking.erase(keys)
    personal_data.erase(keys)
    issue.refresh_from_db()
    assert items(issue) == [SAID, ("[erased]", "", "")]
    assert issue.introduction == "Taken up in part: [erased] Why? [erased]"
    assert issue.text.count("One hall of two.") == 1
