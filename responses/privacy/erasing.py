"""Acts of erasure: asked for, proposed by one, carried out by another, under a named authority.

Erasing blanks the person everywhere and keeps what is counted. It writes no consent lines: who is
erased has not unsubscribed, and is counted still.
"""

from typing import Any

from django.conf import settings
from django.db import transaction

from accord_portal.foundation import clock, mail, personal_data
from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.search_index import forget_in_index
from accord_portal.staff.log import log
from accord_portal.staff.models import LogLine, User
from accord_portal.staff.two_people import why_another
from responses.contacts import merging
from responses.models import Activity, Contact, ContactImport, Erasure
from responses.people.person import Person, lock_person, lock_present
from responses.people.timeline import tell
from responses.privacy import emails
from responses.undertakings.keeping import lock_forms
from responses.undertakings.owing import settle

State = Erasure.State


@transaction.atomic
def ask(*, contact: Contact) -> Erasure:
    """The person asked to be erased: from now on nothing is sent and nothing is public. Twice is as once.

    It is the wish of the mailbox it came from, and of no other that staff merged it with.
    """
    contact = lock_present(contact)
    erasure = contact.erasures.outstanding().first()
    if erasure is None:
        erasure = Erasure.objects.create(contact=contact, state=State.ASKED)
        _keep_still([contact.pk])
        settle(contact)
        tell(contact, Activity.Kind.ERASURE_ASKED)
    return erasure


@transaction.atomic
def propose(*, contact: Contact, why: str, by: User) -> None:
    """Asks a colleague to erase the person. The person is left alone from now on.

    Where no disposal authority is configured nobody can be erased: then that is all that happens. Raises
    NotPossible where it is the wish of one of several merged records only.
    """
    person = lock_person(contact)
    erasure = Erasure.objects.outstanding().about(person.keys).first() or Erasure(contact=person.contact)
    if erasure.state == State.PROPOSED:
        raise NotPossible("Erasure has already been proposed: somebody else must carry it out.")
    outstanding = Erasure.objects.outstanding().about(person.keys)
    asked = outstanding.filter(reason="").values_list("contact", flat=True)
    if asked and set(asked) != set(person.keys):
        raise NotPossible("Only one of the merged contacts asked for this. Undo the merge, then propose it.")
    erasure.reason, erasure.state = why, State.ASKED
    if settings.DISPOSAL_AUTHORITY:
        erasure.state, erasure.proposed_at, erasure.proposed_by = State.PROPOSED, clock.now(), by
    erasure.save()
    _keep_still(person.keys)
    settle(person.contact)
    kind = Activity.Kind.ERASURE_PROPOSED if settings.DISPOSAL_AUTHORITY else Activity.Kind.RESTRICTED
    tell(person.contact, kind, why, by=by)
    log(LogLine.Act.ERASURE_PROPOSED, person.contact, by=by)


@transaction.atomic
def decline(*, erasure: Erasure, because: str, by: User) -> None:
    """The person is not erased, is told why, and may be written to again, unless they asked that nobody does.

    Raises NotPossible if decided.
    """
    person = lock_person(erasure.contact)
    erasure = _outstanding(erasure)
    asked = list(
        Contact.objects.filter(erasures__in=Erasure.objects.outstanding().about(person.keys)).order_by("pk")
    )
    _settle(person, state=State.DECLINED, decided_by=by)
    records = Contact.objects.filter(pk__in=person.keys, restricted_because=Contact.Restriction.ERASURE)
    for record in records.order_by("pk"):
        record.restricted_at, record.restricted_because = None, ""
        record.save(update_fields=["restricted_at", "restricted_because"])
        merging.take_over_again(record)
    person.contact.refresh_from_db()
    settle(person.contact)
    log(LogLine.Act.ERASURE_DECLINED, person.contact, by=by)
    kind = Activity.Kind.ERASURE_DECLINED
    for contact in asked or [person.contact]:
        owed = None
        if contact.email and asked:
            about: dict[str, int | str] = {"contact_id": contact.pk, "because": because}
            owed = mail.owe(emails.erasure_declined, to=contact.email, recipient=contact.pk, **about)
        tell(contact, kind, because, by=by, mail=owed)


@transaction.atomic
def carry_out(*, erasure: Erasure, by: User) -> None:
    """Erases the person everywhere, for good.

    Raises NotPossible where no authority is configured, nobody proposed it, or the same person did; and while
    a list that nobody has looked at yet may hold the person.
    """
    lock_forms(contact__in=erasure.contact.kept_record.keys)
    person = lock_person(erasure.contact)
    erasure = _outstanding(erasure)
    if not settings.DISPOSAL_AUTHORITY:
        raise NotPossible("No disposal authority is configured: nobody can be erased.")
    if erasure.state != State.PROPOSED:
        raise NotPossible("Somebody must propose this first.")
    if why := why_another_carries_it_out(erasure, by=by):
        raise NotPossible(why)
    waiting = ContactImport.objects.filter(state__in=ContactImport.HOLDING_THE_FILE).order_by("pk").last()
    if waiting and waiting.state == ContactImport.State.MATCHING:
        raise NotPossible(
            f"Import {waiting.pk} waits for somebody to match its columns, and this person may be in it."
            " Match them, or cancel that list. Then try again."
        )
    if waiting:
        raise NotPossible("A list is being looked at, and this person may be in it. Try again in a while.")
    personal_data.take_down(person.keys)
    personal_data.erase(person.keys)
    settle(person.contact)
    forget_in_index(Contact._meta.db_table)
    tell(person.contact, Activity.Kind.ERASED, by=by)
    proposed = {"proposed_at": erasure.proposed_at, "proposed_by": erasure.proposed_by}
    authority = settings.DISPOSAL_AUTHORITY
    _settle(person, state=State.CARRIED_OUT, decided_by=by, authority=authority, **proposed)
    detail = f"Under {settings.DISPOSAL_AUTHORITY}; proposed by staff member {erasure.proposed_by_id}"
    log(LogLine.Act.ERASED, person.contact, by=by, detail=detail)


def why_another_carries_it_out(erasure: Erasure, *, by: User) -> str:
    """Why somebody else must carry out what was proposed, in words; "" where `by` may."""
    return why_another([erasure.proposed_by], by=by, did="proposed", must="carry it out")


def _outstanding(erasure: Erasure) -> Erasure:
    erasure = Erasure.objects.get(pk=erasure.pk)  # its person is locked
    if erasure.state not in (State.ASKED, State.PROPOSED):
        raise NotPossible(f"This is already decided: {erasure.get_state_display().lower()}.")
    return erasure


def _settle(person: Person, **decided: Any) -> None:
    """Decides every wish of the person: each of two that were merged may have asked."""
    Erasure.objects.outstanding().about(person.keys).update(decided_at=clock.now(), **decided)


def _keep_still(keys: list[int]) -> None:
    """Nothing is sent to these contacts and nothing of them is public, until it is decided.

    Their Yeses stay, and so does an earlier reason not to write to them.
    """
    Contact.objects.filter(pk__in=keys, restricted_at=None).update(
        restricted_at=clock.now(), restricted_because=Contact.Restriction.ERASURE
    )
    personal_data.take_down(keys)
