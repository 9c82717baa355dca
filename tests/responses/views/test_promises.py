"""What we promised somebody, as they read it: owed, late, moved, kept, over, and what they were told."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from accord_portal.digests.models import Delivery
from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.answers import confirming, enquiring, intake, triage
from responses.consent import switches
from responses.contacts import acts
from responses.models import Contact, ExpressionOfInterest, Undertaking
from responses.undertakings import keeping, moving, owing
from tests.clock import NOON
from tests.factories import (
    ContactFactory,
    DeliveryFactory,
    InvolvementFactory,
    NewsItemFactory,
    UpdateFactory,
    answers,
    received,
    subscriber,
)
from tests.html import Element, read
from tests.responses.views.own_pages import links, main, own

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
Kind = Undertaking.Kind
DAY = dt.timedelta(days=1)


def promises(client: Client, contact: Contact) -> dict[str, list[str]]:
    """What the page says, entry by entry, under each heading."""
    page = main(client.get(own(contact, "promises")))
    headings = [h2.text for h2 in page.one(class_="card").all("h2")]
    lists = page.all("ul", class_="entries")
    return {
        heading: [_said(entry) for entry in found.all("li")]
        for heading, found in zip(headings, lists, strict=True)
    }


def _said(entry: Element) -> str:
    return entry.text.partition(" What you sent us")[0]


def moved(eoi: ExpressionOfInterest, kind: str, to: str, because: str, by: User) -> None:
    row = eoi.undertakings.get(kind=kind)
    moving.move(undertaking=row, seen=row.due_on, to=dt.date.fromisoformat(to), because=because, by=by)


def test_whoever_sent_nothing_was_promised_nothing(client: Client) -> None:
    page = main(client.get(own(subscriber(), "promises")))
    assert "We have promised you nothing yet." in page.text
    assert links(page, "/express-interest/") == ["/express-interest/"]


def test_a_form_is_promised_an_answer_by_a_day(client: Client) -> None:
    eoi = received(initiatives="- Open the hall\n- Plant trees")
    said = promises(client, eoi.contact)["What we owe you"]
    assert said == [
        f"We said we would answer your form {eoi.reference} by Thursday 19 November 2026 .",
        f"We said we would answer your form {eoi.reference} in full by Monday 14 December 2026 .",
        f"We said we would tell you what becomes of an initiative in your form {eoi.reference} by Monday"
        " 14 December 2026 . You wrote: “Open the hall”",
        f"We said we would tell you what becomes of an initiative in your form {eoi.reference} by Monday"
        " 14 December 2026 . You wrote: “Plant trees”",
    ]


def test_what_is_late_stands_first_and_is_said_plainly(
    client: Client, clock: time_machine.Traveller, mere: User
) -> None:
    eoi = received()
    moved(eoi, Kind.REPLY, "2026-12-18", "We await the Minister.", mere)
    clock.shift(DAY * 3)
    assert "late" not in promises(client, eoi.contact)["What we owe you"][0]
    clock.shift(DAY)
    acknowledge, reply = promises(client, eoi.contact)["What we owe you"]
    assert acknowledge == (
        f"We are late with this. We said we would answer your form {eoi.reference} by Thursday"
        " 19 November 2026 ."
    )
    assert reply == (
        f"We said we would answer your form {eoi.reference} in full by Monday 14 December 2026. Then we named"
        " another day: Friday 18 December 2026 . Why Friday 18 December 2026: We await the Minister."
    )
    assert moving.say_what_was_missed(today=dt.date(2026, 11, 20)) == 1
    assert promises(client, eoi.contact)["What we owe you"][0].endswith(
        "We wrote to you on 20 November 2026 that we missed the day."
    )
    clock.move_to(NOON + DAY * 29)
    assert promises(client, eoi.contact)["What we owe you"][1].startswith("We are late with this. We said")


def test_a_question_is_not_said_to_be_an_answer(client: Client, mere: User) -> None:
    eoi = received()
    enquiring.ask(eoi=eoi, seen=1, by=mere, text="Which hall?")
    mail.deliver_due()
    assert promises(client, eoi.contact)["What we did"] == [
        f"We said we would answer your form {eoi.reference} by Thursday 19 November 2026. We asked you for"
        " more on 16 November 2026 , by email. See what we sent you"
    ]


def test_what_was_kept_says_when_and_how(client: Client, clock: time_machine.Traveller, mere: User) -> None:
    eoi = received(initiatives="Open the hall")
    clock.shift(DAY)
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", reply_on=dt.date(2026, 12, 14))
    said = promises(client, eoi.contact)
    assert said["What we did"] == [
        f"We said we would answer your form {eoi.reference} by Thursday 19 November 2026."
        " Our message is on its way."
    ]
    mail.deliver_due()
    clock.shift(DAY * 30)
    eoi.refresh_from_db()
    triage.decide(eoi=eoi, seen=eoi.version, by=mere, number=1, outcome="partly", text="One hall of two.")
    mail.deliver_due()
    assert promises(client, eoi.contact)["What we did"] == [
        f"We said we would tell you what becomes of an initiative in your form {eoi.reference} by Monday"
        " 14 December 2026. We were late with this. We did so on 17 December 2026 , by email. See what we"
        " sent you You wrote: “Open the hall” What we decided: Taken up in part . One hall of two. If you"
        " agree, our news tells others this, and not who you are: “Open the hall” Taken up in part. One hall"
        " of two. You may tell others about this",
        f"We said we would answer your form {eoi.reference} by Thursday 19 November 2026. We did so on"
        " 17 November 2026 , by email. See what we sent you",
    ]


def test_a_message_that_did_not_arrive_leaves_the_promise_owed(client: Client, mere: User) -> None:
    eoi = received()
    triage.acknowledge(eoi=eoi, seen=1, by=mere, text="Kia ora", reply_on=dt.date(2026, 12, 14))
    reply = OutgoingMail.objects.filter(message="reply")
    reply.update(state=OutgoingMail.State.SENT, sent_at=NOON)
    mail.came_back(reply)
    assert promises(client, eoi.contact)["What we owe you"][0] == (
        f"We said we would answer your form {eoi.reference} by Thursday 19 November 2026 ."
        " Our message may not have reached you, so we owe this still."
    )


@pytest.mark.parametrize(
    ("kind", "how"),
    [("called", " , by telephone."), ("wrote", " , by letter."), ("met", " , in a meeting."), ("note", " .")],
)
def test_what_was_kept_otherwise_says_how_and_not_what_staff_noted(
    client: Client, mere: User, kind: str, how: str
) -> None:
    contact = subscriber("champion_accord")
    owing.settle(contact)
    rows = list(contact.undertakings.all())
    acts.record(contact=contact, by=mere, kind=kind, text="They sounded tired.", keeps=rows)
    said = promises(client, contact)["What we did"]
    assert said == [
        "We said we would talk with you about championing the Accord by Monday 30 November 2026. We did so on"
        f" 16 November 2026{how}"
    ]


def test_what_is_over_says_why(client: Client) -> None:
    eoi = received("give_advice", initiatives="Open the hall")
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    switches.withdraw(contact=eoi.contact, purposes=["give_advice"], source="preference_page")
    (said,) = promises(client, eoi.contact)["What is over"]
    assert said == (
        "We said we would invite you to a meeting by Monday 17 May 2027. Nothing is owed any more since"
        " 16 November 2026: the Yes that it was for has ended."
    )


def test_every_reason_to_end_is_said_in_plain_words(client: Client) -> None:
    eoi = received()
    row = eoi.undertakings.get(kind=Kind.REPLY)
    row.ended_at = NOON
    said = set()
    for reason in Undertaking.End:
        row.ended_because = reason
        row.save()
        said |= set(promises(client, eoi.contact)["What is over"])
    assert len(said) == len(Undertaking.End)
    assert {one.partition("2026. ")[2].partition(": ")[0] for one in said} == {
        "Nothing is owed any more since 16 November 2026"
    }


def test_a_day_that_nobody_was_told_is_no_first_day(client: Client) -> None:
    eoi = received()
    eoi.undertakings.filter(kind=Kind.REPLY).update(is_backfilled=True)
    said = promises(client, eoi.contact)["What we owe you"]
    entry = (
        main(client.get(own(eoi.contact, "promises"))).one("ul", class_="entries").all("li")[len(said) - 1]
    )
    assert entry.text.endswith("Nobody had told you a day for this. We began to count on 16 November 2026.")


# --- as one of many ------------------------------------------------------------------------------


def test_what_is_owed_to_everybody_who_said_yes_stands_on_the_page_of_who_confirmed(client: Client) -> None:
    owing.owe_the_quarter(audience="keep_informed", kind=Kind.INFORM, quarter_on=dt.date(2026, 10, 1))
    owing.owe_the_quarter(audience="keep_informed", kind=Kind.INFORM, quarter_on=dt.date(2026, 7, 1))
    confirmed, waiting = subscriber(), ContactFactory()
    InvolvementFactory(contact=waiting)
    other = subscriber("give_advice")
    assert promises(client, confirmed) == {
        "What we owe you": [
            "We said we would tell you how the Accord is going by Thursday 31 December 2026 . Promised once a"
            " quarter to everybody who said Yes to this."
        ]
    }
    assert [promises(client, person) for person in (waiting, other)] == [{}, {}]


def test_what_was_missed_before_somebody_said_yes_is_not_theirs(client: Client) -> None:
    for month in (4, 7):
        quarter = dt.date(2026, month, 1)
        owing.owe_the_quarter(audience="keep_informed", kind=Kind.INFORM, quarter_on=quarter)
    person = ContactFactory(confirmed=True)
    InvolvementFactory(contact=person, confirmed_at=NOON - 60 * DAY, since_at=NOON - 60 * DAY)
    (said,) = promises(client, person)["What we owe you"]
    assert said.startswith(
        "We are late with this. We said we would tell you how the Accord is going by Wednesday"
        " 30 September 2026 ."
    )


def test_what_somebody_was_told_is_linked_and_what_was_not_sent_is_said(client: Client) -> None:
    person = subscriber()
    public, hidden = UpdateFactory(published=True, title="The hall is open"), UpdateFactory(title="Not yet")
    sent = DeliveryFactory(contact=person, state=Delivery.State.ACCEPTED, settled_at=NOON)
    failed = DeliveryFactory(contact=person, state=Delivery.State.FAILED, settled_at=NOON - DAY)
    DeliveryFactory(contact=person)
    for update in (public, hidden):
        NewsItemFactory(issue=sent.issue, key=update.pk, title=update.title, slug=update.slug)
    assert failed.issue.subject == "Kia Tūtahi Accord: news"
    page = main(client.get(own(person, "promises")))
    news = page.all("ul", class_="entries")[0]
    assert [p.text for p in news.all("p")] == [
        "Kia Tūtahi Accord: news Told on 16 November 2026.",
        "Kia Tūtahi Accord: news Not sent to you.",
    ]
    assert [(a.text, a["href"]) for a in news.all("a")] == [("The hall is open", public.get_absolute_url())]


# --- whose page it is ----------------------------------------------------------------------------


def test_each_mailbox_sees_its_own_promises_only(client: Client, mere: User) -> None:
    mine = received(email="one@example.org")
    other = received(email="two@example.org")
    Contact.objects.filter(pk=other.contact_id).update(merged_into=mine.contact)
    for eoi, foreign in ((mine, other), (other, mine)):
        page = read(client.get(own(eoi.contact, "promises"))).text
        assert (eoi.reference in page, foreign.reference in page) == (True, False)


def test_a_message_to_another_mailbox_of_the_person_is_not_linked(client: Client, mere: User) -> None:
    mine, other = subscriber("give_advice"), subscriber("give_advice")
    Contact.objects.filter(pk=other.pk).update(merged_into=mine)
    owing.settle(other)
    row = Undertaking.objects.open().get(kind=Kind.INVITE)
    Undertaking.objects.filter(pk=row.pk).update(contact=other)
    mail_to_mine = OutgoingMail.objects.create(
        message="reply", to=mine.email, recipient=mine.pk, state=OutgoingMail.State.SENT, sent_at=NOON
    )
    keeping.keep(Undertaking.objects.filter(pk=row.pk), by=mere, proof=keeping.by_mail(mail_to_mine, "Sent"))
    page = main(client.get(own(other, "promises")))
    assert "See what we sent you" not in page.text


def test_a_changed_form_shows_its_promises_once(client: Client) -> None:
    eoi = received(initiatives="Open the hall")
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    new = intake.change(
        before=eoi, answers=answers(initiatives="Plant trees"), wording=None, contact=eoi.contact, shown={}
    )
    said = promises(client, eoi.contact)
    assert [new.reference in one for one in said["What we owe you"]] == [True, True, True]
    assert said["What is over"] == [
        f"We said we would tell you what becomes of an initiative in your form {eoi.reference} by Monday"
        " 14 December 2026. Nothing is owed any more since 16 November 2026: your newer answers do not ask"
        " for it. You wrote: “Open the hall”"
    ]


@pytest.mark.parametrize("message", ["reply", "another_day", "missed_a_day", "decision"])
def test_the_mails_about_promises_lead_to_this_page(
    client: Client, clock: time_machine.Traveller, mere: User, message: str
) -> None:
    eoi = received(initiatives="Open the hall")
    triage.decide(eoi=eoi, seen=1, by=mere, number=1, outcome="partly")
    eoi.refresh_from_db()
    moved(eoi, Kind.REPLY, "2026-12-18", "We await the Minister.", mere)
    clock.shift(DAY * 5)
    moving.say_what_was_missed(today=dt.date(2026, 11, 21))
    if message == "reply":
        triage.acknowledge(eoi=eoi, seen=eoi.version, by=mere, text="Kia ora", reply_on=dt.date(2026, 12, 14))
    made = mail.made(OutgoingMail.objects.get(message=message))
    (html,) = [str(part) for part, _ in made.alternatives]
    (link,) = [str(a["href"]) for a in read(html).all("a") if a.text == "See what we promised you"]
    assert (link in made.body, link.endswith("/promises/")) == (True, True)
    assert main(client.get(link)).one("h1").text == "What we promised you"
