"""Somebody asks about a story: confirmed from their mailbox, read by staff, then passed on by mail."""

import datetime as dt

from django.db import transaction

from accord_portal.foundation import clock, mail
from accord_portal.foundation.acts import NotPossible
from accord_portal.staff.models import User
from champions.models import PracticeStory, Relay
from champions.stories import emails
from champions.stories.writing import locked, locked_after
from responses.answers.letters import may_be_mailed_at
from responses.models import Activity, Contact
from responses.people.links import LINKS_LAST
from responses.people.person import lock_present
from responses.people.timeline import tell

State = Relay.State
MAX_UNREAD_RELAYS = 20  # confirmed, of one story: what nobody confirms keeps nobody from asking
NOBODY_TO_ASK = "Nobody may be asked about this story any more."


def who_may_be_asked(story: PracticeStory) -> Contact | None:
    """To whom its questions go: their mailbox is confirmed, and they are not to be left alone."""
    contact = story.contact
    if contact is None or not contact.email_confirmed_at or contact.wants_to_be_left_alone:
        return None
    return contact


@transaction.atomic
def ask(*, story: PracticeStory, name: str, email: str, words: str) -> Relay:
    """Keeps what somebody asks, and owes them a link to confirm it. The same again is the same.

    Raises NotPossible where nobody may be asked, or too many wait. Whoever asked never to be written to is
    mailed nothing: anybody can write with their address.
    """
    story = locked(story)
    if not PracticeStory.objects.published().filter(pk=story.pk).exists() or not who_may_be_asked(story):
        raise NotPossible(NOBODY_TO_ASK)
    said = {"name": name, "email": email, "words": words}
    if before := story.relays.filter(**said, state__in=[State.UNCONFIRMED, State.WAITING]).first():
        return before
    if story.relays.to_read().count() >= MAX_UNREAD_RELAYS:
        raise NotPossible("Many have asked about this story just now. Try again when we have read them.")
    relay = story.relays.create(**said)
    if may_be_mailed_at(relay.mailbox):
        mail.owe(emails.confirm_relay, to=email, relay_id=relay.pk)
    return relay


@transaction.atomic
def confirm_relay(*, relay: Relay) -> Relay:
    """It was written from this mailbox: staff read it now. Twice is the same as once."""
    row = Relay.objects.select_for_update(no_key=True).get(pk=relay.pk)
    if row.state == State.UNCONFIRMED and row.words:
        row.state, row.confirmed_at = State.WAITING, clock.now()
        row.save()
    return row


@transaction.atomic
def read_relay(*, story: PracticeStory, by: User, relay: Relay, state: str) -> None:
    """Staff have read it: it is passed on, once, or it is not.

    Raises NotPossible where that is decided, was not confirmed, or nobody may be asked any more.
    """
    story = locked_after(story.contact, story)
    asked = who_may_be_asked(story)
    contact = lock_present(asked) if asked and state == State.PASSED_ON else None
    row = Relay.objects.select_for_update(no_key=True).get(pk=relay.pk, story=story)
    if row.state != State.WAITING or not row.words:
        raise NotPossible(f"It does not wait to be read: {row.get_state_display().lower()}.")
    if state == State.PASSED_ON and contact is None:
        raise NotPossible(NOBODY_TO_ASK)
    row.state, row.read_at, row.read_by = state, clock.now(), by
    row.save()
    if contact:
        owed = mail.owe(emails.relay_passed_on, to=contact.email, recipient=contact.pk, relay_id=row.pk)
        text = f"A question about their practice story is passed on: {story.title}"
        tell(contact, Activity.Kind.NOTE, text, by=by, mail=owed)


def forget_unconfirmed(now: dt.datetime) -> int:
    """Erases what nobody confirmed while the link worked; how many there were."""
    old = Relay.objects.filter(state=State.UNCONFIRMED, written_at__lt=now - LINKS_LAST)
    return old.delete()[0]
