"""A merge hands nobody over: from one mailbox nothing is seen, changed or ended of what came with another."""

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from accord_portal.foundation import clock, mail, signed_links
from accord_portal.foundation.models import OutgoingMail
from champions.links import publication_url
from champions.models import Champion
from responses.answers import emails
from responses.consent import switches
from responses.contacts import acts, addresses, merging
from responses.models import Consent, Contact, Erasure, ExpressionOfInterest, Involvement, Merge, Purpose
from responses.people import links, suppressions
from responses.privacy import erasing
from tests.factories import ChampionFactory, OutgoingMailFactory, UserFactory, received

pytestmark = pytest.mark.django_db
PAGES = ["", "stop", "details", "details/correct", "address", "answers", "messages", "public", "download"]
PAGES += ["erasure"]
STRANGER, VICTIM = "stranger@example.org", "victim@example.org"
HELD = ["id", "email", "email_confirmed_at", "telephone", "name", "postal_address", "restricted_because"]
HELD += ["never_again_at", "restricted_at", "language", "erased_at"]


def victim(email: str, *, confirmed: bool) -> Contact:
    """Somebody of whom we hold something of everything, all of it marked."""
    eoi = received(
        "keep_informed",
        "give_advice",
        name="Aroha Ngata",
        email=email,
        telephone="04 499 9999",
        comments="Zebulonia is ill",
    )
    contact = eoi.contact
    if confirmed:
        switches.confirm(contact=contact)
    Contact.objects.filter(pk=contact.pk).update(postal_address="1 Zebulonia Street")
    acts.record(contact=contact, by=UserFactory(), kind="called", text="Zebulonia rang")
    ChampionFactory(contact=contact, published=True, name="Zebulonia Trust")
    OutgoingMailFactory(recipient=contact.pk, subject="About Zebulonia", state="sent", sent_at=clock.now())
    return Contact.objects.get(pk=contact.pk)


def stranger(*, confirmed: bool) -> Contact:
    """Somebody with the same name, organisation and number, and an address of their own."""
    contact = received("keep_informed", name="Aroha Ngata", email=STRANGER, telephone="04 499 9999").contact
    if confirmed:
        switches.confirm(contact=contact)
    return Contact.objects.get(pk=contact.pk)


def rows(contact: Contact) -> dict[str, Any]:
    """Everything that is the contact's own."""
    keys = {"contact": contact.pk}
    return {
        "contact": Contact.objects.filter(pk=contact.pk).values(*HELD).get(),
        "consents": list(Consent.objects.filter(**keys).order_by("pk").values()),
        "involvements": list(Involvement.objects.filter(**keys).order_by("pk").values()),
        "forms": list(ExpressionOfInterest.objects.filter(**keys).order_by("pk").values()),
        "champions": list(Champion.objects.filter(**keys).order_by("pk").values()),
        "wishes": list(Erasure.objects.filter(**keys).values()),
        "mail": list(OutgoingMail.objects.filter(recipient=contact.pk).values("pk", "to")),
        "timeline": list(contact.activities.order_by("pk").values()),
    }


def own(contact: Contact, *parts: str) -> str:
    return "/".join([links.preferences_url(contact).rstrip("/"), *parts, ""])


def everything_seen(client: Client, contact: Contact) -> str:
    """All that the link shows and gives."""
    seen = [client.get(own(contact, *page.split("/"))).content for page in PAGES]
    references = ExpressionOfInterest.objects.values_list("reference", flat=True)
    pages = [
        own(contact, "answers", reference, *more) for reference in references for more in ([], ["change"])
    ]
    pages += [links.link(link, contact, 0) for link in ("confirm", "undo", "recommend")]
    seen += [client.get(page).content for page in pages]
    taken = client.post(own(contact, "download"))
    with zipfile.ZipFile(io.BytesIO(b"".join(taken.streaming_content))) as archive:
        seen += [archive.read(name) for name in archive.namelist()]
    mail.deliver_due()
    return b"\n".join(seen).decode()


def do_everything(client: Client, contact: Contact) -> None:
    """Presses each button that a link leads to."""
    theirs = ExpressionOfInterest.objects.exclude(contact=contact).get()
    lines = "-".join(str(key) for key in Consent.objects.values_list("pk", flat=True))
    client.post(links.link("confirm", contact, theirs.pk))
    client.post(links.link("undo", contact, lines))
    for purpose in Purpose.values:
        client.post(signed_links.address("unsubscribe", contact.pk, purpose))
    client.post(own(contact), dict.fromkeys(Purpose.values, "yes"))
    client.post(own(contact), dict.fromkeys(Purpose.values, "no"))
    client.post(own(contact, "stop"))
    typed = {"name": "Nobody", "telephone": "0900 1", "postal_address": "x", "language": "mi"}
    client.post(own(contact, "details", "correct"), typed)
    changed = {"name": "Nobody", "comments": "x", **dict.fromkeys(Purpose.values, "no")}
    client.post(own(contact, "answers", theirs.reference, "change"), changed)
    client.post(own(contact, "public"))
    suppressions.never_again(mailbox=contact.mailbox or "")
    client.post(own(contact, "erasure"))
    for champion in Champion.objects.all():
        client.post(publication_url(champion.pk, contact), {"take_down": "yes"})
    client.post(own(contact, "address"), {"email": VICTIM})
    client.post(own(contact, "address"), {"email": "new@example.org"})
    addresses.change(contact=contact, address="new@example.org")


@pytest.mark.parametrize("kept", ["victim", "stranger"])
@pytest.mark.parametrize("stranger_confirmed", [True, False])
@pytest.mark.parametrize(("email", "confirmed"), [(VICTIM, True), (VICTIM, False), ("", False)])
@pytest.mark.parametrize("third", [False, True])
def test_a_strangers_link_reaches_what_came_with_it_and_nothing_else(
    client: Client, kept: str, stranger_confirmed: bool, email: str, confirmed: bool, third: bool
) -> None:
    ana, theirs = UserFactory(), victim(email, confirmed=confirmed)
    mine = stranger(confirmed=stranger_confirmed)
    pair = (theirs, mine) if kept == "victim" else (mine, theirs)
    merge = merging.merge(kept=pair[0], other=pair[1], by=ana)
    if third:
        above = Contact.objects.create(name="Aroha N", email="third@example.org")
        merging.merge(kept=above, other=Contact.objects.get(pk=pair[0].pk), by=ana)
    mine = Contact.objects.get(pk=mine.pk)
    before = rows(theirs)
    seen = everything_seen(client, mine)
    assert [mark for mark in ("Zebulonia", VICTIM, "third@") if mark in seen] == []
    do_everything(client, mine)
    assert rows(theirs) == before
    assert Champion.objects.published().count() == 1
    gets_news = Involvement.objects.permitting("keep_informed").values_list("contact", flat=True)
    stopped_at_the_kept_one = kept == "stranger" and not third  # where news went: it starts nowhere else
    assert list(gets_news) == ([theirs.pk] if confirmed and not stopped_at_the_kept_one else [])

    assert [wish.contact for wish in Erasure.objects.all()] == [mine]
    with pytest.raises(merging.NotPossible, match="Only one of the merged contacts asked"):
        erasing.propose(contact=theirs, why="Asked", by=ana)
    merging.undo_merge(merge=Merge.objects.get(pk=merge.pk), by=ana)
    assert list(gets_news.all()) == ([theirs.pk] if confirmed else [])
    after = rows(theirs)
    after["timeline"] = after["timeline"][: len(before["timeline"])]  # a merge and its undoing are told there
    assert after == before


def test_each_half_sees_its_own_whole(client: Client) -> None:
    theirs, mine = victim(VICTIM, confirmed=True), stranger(confirmed=True)
    merging.merge(kept=mine, other=theirs, by=UserFactory())
    seen = everything_seen(client, Contact.objects.get(pk=theirs.pk))
    for mark in ("Zebulonia is ill", "1 Zebulonia Street", "Zebulonia rang", "Zebulonia Trust", VICTIM):
        assert mark in seen
    assert STRANGER not in seen


@pytest.mark.parametrize("kept", [0, 1])
def test_a_message_about_a_form_tells_nothing_of_the_other_mailbox(kept: int) -> None:
    pair = victim(VICTIM, confirmed=True), stranger(confirmed=True)
    merging.merge(kept=pair[kept], other=pair[1 - kept], by=UserFactory())
    eoi = received("keep_informed", name="A. N.", email=STRANGER, telephone="1")
    assert eoi.contact == pair[1]
    for message in (emails.acknowledgement(eoi.pk), emails.reply(eoi.pk, "Kia ora")):
        assert message.to == [STRANGER]
        assert "Zebulonia" not in message.body + str(message.alternatives)


def test_staff_take_over_only_what_the_contacts_own_form_says() -> None:
    theirs = victim(VICTIM, confirmed=True)
    merging.merge(kept=theirs, other=stranger(confirmed=True), by=UserFactory())
    received("keep_informed", name="Nobody", email=STRANGER, telephone="0900 1")
    assert acts.latest_form(theirs) == theirs.eois.get()


def test_three_mailboxes_each_keep_to_themselves(client: Client) -> None:
    ana = UserFactory()
    people = [received("keep_informed", name=f"Mark{n}", email=f"m{n}@example.org").contact for n in range(3)]
    for person in people:
        switches.confirm(contact=person)
    merging.merge(kept=people[1], other=people[0], by=ana)
    merging.merge(kept=people[2], other=Contact.objects.get(pk=people[1].pk), by=ana)
    for n, person in enumerate(people):
        seen = everything_seen(client, Contact.objects.get(pk=person.pk))
        assert [f"Mark{other}" in seen for other in range(3)] == [other == n for other in range(3)]


@pytest.mark.parametrize("source", ["one_click", "unsubscribe_page", "complaint", "on_request"])
def test_who_stops_news_at_one_mailbox_does_not_begin_to_get_it_at_the_other(source: str) -> None:
    kept, other = victim(VICTIM, confirmed=True), stranger(confirmed=True)
    merging.merge(kept=kept, other=other, by=UserFactory())
    gets_news = Involvement.objects.permitting("keep_informed").values_list("contact", flat=True)
    assert list(gets_news) == [kept.pk]
    switches.withdraw(contact=kept, purposes=["keep_informed"], source=source)
    assert list(gets_news.all()) == []
    switches.set_switches(contact=other, wanted={"keep_informed": False})
    switches.set_switches(contact=other, wanted={"keep_informed": True})
    assert list(gets_news.all()) == [other.pk]
    switches.withdraw(contact=other, purposes=["keep_informed"], source=source)
    switches.set_switches(contact=kept, wanted={"keep_informed": True})
    assert list(gets_news.all()) == [kept.pk]


@pytest.mark.parametrize("ends", ["lapses", "form"])
def test_a_yes_that_nobody_confirmed_stops_nothing_when_it_ends(ends: str) -> None:
    kept, other = victim(VICTIM, confirmed=False), stranger(confirmed=True)
    merging.merge(kept=kept, other=other, by=UserFactory())
    if ends == "lapses":
        switches.lapse(contact=kept, purposes=["keep_informed"])
    else:
        received(name="Anybody", email=VICTIM)
    assert Involvement.objects.get(contact=kept, purpose="keep_informed").ended_at
    assert [i.contact for i in Involvement.objects.permitting("keep_informed")] == [other]
