"""Two workers, or two members of staff, at one list take turns: on PostgreSQL, two at once."""

import pytest

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from responses.consent import audit, switches
from responses.contacts import acts
from responses.importing import carrying_out, checking, steps
from responses.models import Consent, Contact, ContactImport, ImportRow
from tests.at_once import behind, while_not_over
from tests.factories import EMPTY, ContactFactory, ContactImportFactory, UserFactory, received
from tests.responses.importing.lists import let_in, looked_at, uploaded

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("clock"),
]
HEADING = ["Name", "Email", "Phone", "Keep informed"]
State = ContactImport.State


def approved(row: list[str], by: User) -> ContactImport:
    found = looked_at([HEADING, row], by)
    let_in(found)
    found.refresh_from_db()
    return found


def test_two_workers_bring_a_row_in_once(mere: User) -> None:
    found = approved(["Aroha Ngata", "", "04 555 0101", "yes"], mere)
    while_not_over(lambda: carrying_out.carry_out(found), lambda: carrying_out.carry_out(found))
    found.refresh_from_db()
    assert (found.fates, Contact.objects.count()) == ({"new": 1}, 1)


def test_what_a_person_says_at_this_moment_no_list_says_for_them(mere: User) -> None:
    contact = ContactFactory(email="aroha@example.org")
    found = approved(["Aroha Ngata", "aroha@example.org", "", "yes"], mere)
    while_not_over(
        lambda: switches.set_switches(contact=contact, wanted={**EMPTY, "keep_informed": True}),
        lambda: carrying_out.carry_out(found),
    )
    found.refresh_from_db()
    assert (found.fates, list(Consent.objects.values_list("source", flat=True))) == (
        {"known": 1},
        ["preference_page"],
    )


def test_the_columns_are_matched_once(mere: User) -> None:
    found = uploaded([HEADING, ["Aroha Ngata", "aroha@example.org", "", "yes"]], mere)
    steps.go_on(found.pk)
    found.refresh_from_db()

    def match() -> None:
        steps.match(contact_import=found, holds=[column["holds"] for column in found.columns], by=mere)

    _, refused = while_not_over(match, match)
    assert isinstance(refused, NotPossible)


def test_two_workers_look_at_a_row_once(mere: User) -> None:
    found = uploaded([HEADING, ["Aroha Ngata", "aroha@example.org", "", "yes"]], mere)
    steps.go_on(found.pk)
    found.refresh_from_db()
    steps.match(contact_import=found, holds=[column["holds"] for column in found.columns], by=mere)
    mine, theirs = (ContactImport.objects.get(pk=found.pk) for _ in range(2))
    came = while_not_over(lambda: checking.check(mine), lambda: checking.check(theirs))
    found.refresh_from_db()
    assert (came, found.state, found.fates) == ((None, None), State.CHECKED, {"new": 1})


def test_a_list_cancelled_as_its_last_row_is_looked_at_stays_cancelled(mere: User) -> None:
    found = ContactImportFactory(state=State.CHECKING)
    while_not_over(
        lambda: steps.cancel(contact_import=found, by=mere),
        lambda: checking._look(found, iter([(1, [])]), None),
    )
    found.refresh_from_db()
    assert found.state == State.CANCELLED


def test_a_list_brings_no_yes_to_who_just_asked_to_be_left_alone(mere: User) -> None:
    contact = ContactFactory(name="Aroha Ngata", email="aroha@example.org")
    found = approved(["Aroha Ngata", "aroha@example.org", "yes", "yes"], mere)
    behind(
        lambda: acts.restrict(contact=contact, by=mere, why="She rang."),
        lambda: carrying_out.carry_out(found),
    )
    assert (ImportRow.objects.get().fate, Consent.objects.count()) == ("known", 0)


def test_a_list_brings_no_yes_to_what_a_form_just_said_no_to(mere: User) -> None:
    contact = ContactFactory(name="Aroha Ngata", email="aroha@example.org")
    found = approved(["Aroha Ngata", "aroha@example.org", "yes", "yes"], mere)
    behind(lambda: received(email="aroha@example.org"), lambda: carrying_out.carry_out(found))
    assert list(contact.involvements.all()) == []
    assert (Consent.objects.filter(source="import").count(), list(audit.disagreements())) == (0, [])


def test_a_list_is_let_in_by_one_of_two(mere: User) -> None:
    found = looked_at([HEADING, ["Aroha Ngata", "", "04 555 0101", "yes"]], mere)
    one, other = UserFactory(), UserFactory()

    def late() -> None:
        with pytest.raises(NotPossible, match="only once"):
            steps.approve(contact_import=found, by=other)

    while_not_over(lambda: steps.approve(contact_import=found, by=one), late)
    found.refresh_from_db()
    assert found.approved_by == one
