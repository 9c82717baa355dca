"""Nothing that somebody typed is mailed to a mailbox that has not said yes to it, whatever the message."""

import datetime as dt
import re
from collections.abc import Callable

import pytest
import time_machine
from django.core import mail as django_mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client

import champions.emails
import champions.own_page.emails
import champions.partnerships.emails
import champions.stories.emails
import responses.answers.emails
import responses.consent.emails
import responses.contacts.emails
import responses.privacy.emails
import responses.undertakings.emails
from accord_portal.digests import trying_out
from accord_portal.foundation import mail
from accord_portal.foundation.models import OutgoingMail
from champions import enrolment
from champions.models import Champion
from responses.answers import confirming, intake, recommending, triage
from responses.answers import own_words as answers_own_words
from responses.consent import reminding
from responses.contacts import acts, addresses
from responses.models import Call, Contact, Decision, ExpressionOfInterest, Undertaking
from responses.people import links
from responses.people import own_words as people_own_words
from responses.privacy import erasing
from tests.asked import EnquiryFactory, ReferralFactory
from tests.clock import NOON
from tests.factories import (
    CallFactory,
    ChampionFactory,
    ContactFactory,
    ContactImportFactory,
    DigestIssueFactory,
    ImportRowFactory,
    InvolvementFactory,
    PracticeStoryFactory,
    RecommendationFactory,
    UserFactory,
    answers,
    received,
    subscriber,
)
from tests.html import read
from tests.register import PageProposalFactory, RelayFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
PRIZE = "You won, claim at https://prize.example"
VICTIM = "victim@example.org"
TYPED = {
    "name": PRIZE,
    "organisation": "Prize.example Limited",
    "telephone": "prize.example/ring",
    "initiatives": "- https://prize.example/initiative\n- <a href='https://prize.example'>yours</a>",
    "comments": "Your prize\n\nhttps://prize.example/comment",
}
YES = ["keep_informed", "give_advice", "champion_accord"]


def poisoned(**changes: str) -> ExpressionOfInterest:
    """A form that a stranger sent with somebody's address."""
    return received(*YES, at=NOON, email=VICTIM, **{**TYPED, **changes})


def person() -> Contact:
    return poisoned().contact


def recommendation() -> int:
    row = RecommendationFactory(
        recommender=ContactFactory(name=PRIZE), name=PRIZE, email=VICTIM, why=PRIZE, may_be_named=True
    )
    row.by_mailed_link = True
    row.save()
    return row.pk


def champion() -> int:
    return ChampionFactory(contact=person(), name=PRIZE, summary=PRIZE).pk


def from_a_list() -> int:
    """As a list brings people in: a name, an organisation and a Yes, and nobody has confirmed."""
    row = ContactImportFactory(file_name=f"{PRIZE}.csv", source=PRIZE)
    contact = ContactFactory(name=PRIZE, organisation=PRIZE, email=VICTIM)
    ImportRowFactory(contact_import=row, contact=contact)
    return InvolvementFactory(contact=contact).contact.pk


def reply() -> EmailMultiAlternatives:
    return responses.answers.emails.reply(poisoned().pk, "Kia ora. We will ring you.")


def decided() -> int:
    eoi = poisoned()
    said_why = {"outcome": "partly", "reason": "We will ring you.", "decided_by": UserFactory()}
    return Decision.objects.create(eoi=eoi, number=1, **said_why).pk


def owed_a_reply() -> Undertaking:
    return poisoned().undertakings.get(kind="reply")


def missed() -> EmailMultiAlternatives:
    row = owed_a_reply()
    keys = "-".join(str(owed.pk) for owed in Undertaking.objects.order_by("pk"))
    return responses.undertakings.emails.missed_a_day(row.contact_id or 0, keys)


def proposed(refused_because: str = "") -> int:
    one = ChampionFactory(published=True, contact=person(), name=PRIZE, slug="a-champion")
    words = {"summary": PRIZE, "place": PRIZE, "initiative_title": PRIZE}
    return PageProposalFactory(champion=one, refused_because=refused_because, **words).pk


MESSAGES: dict[str, Callable[[], EmailMultiAlternatives]] = {
    "acknowledgement": lambda: responses.answers.emails.acknowledgement(poisoned().pk),
    "reply": reply,
    "ask_for_more": lambda: responses.answers.emails.ask_for_more(
        EnquiryFactory(eoi=poisoned(), text="Which hall do you mean?").pk, "2026-12-14"
    ),
    "may_we_pass_it_on": lambda: responses.answers.emails.may_we_pass_it_on(
        ReferralFactory(eoi=poisoned(), text=PRIZE).pk
    ),
    "please_confirm": lambda: responses.consent.emails.please_confirm(person().pk),
    "please_confirm, from a list": lambda: responses.consent.emails.please_confirm(from_a_list()),
    "preferences_link": lambda: responses.contacts.emails.preferences_link(person().email),
    "preferences_saved": lambda: responses.consent.emails.preferences_saved(person().pk, "1-2"),
    "address_asked": lambda: responses.contacts.emails.address_asked(person().pk, "new@example.org"),
    "address_changed": lambda: responses.contacts.emails.address_changed(person().pk, VICTIM),
    "invitation": lambda: responses.answers.emails.invitation(recommendation()),
    "erasure_declined": lambda: responses.privacy.emails.erasure_declined(person().pk, "The law asks us to."),
    "asked_what_may_be_public": lambda: champions.emails.asked_what_may_be_public(champion()),
    "asked_what_else_may_be_public": lambda: champions.emails.asked_what_else_may_be_public(champion()),
    "decision": lambda: responses.answers.emails.decision(decided()),
    "closed": lambda: responses.answers.emails.closed(poisoned().pk, "Taken up", "We will ring you."),
    "another_day": lambda: responses.undertakings.emails.another_day(
        owed_a_reply().pk, "2026-12-14", "2026-12-18", "We wait for an answer."
    ),
    "missed_a_day": missed,
    "page_published": lambda: champions.own_page.emails.page_published(proposed()),
    "page_not_published": lambda: champions.own_page.emails.page_not_published(proposed("Say more.")),
    "story_published": lambda: champions.stories.emails.story_published(
        PracticeStoryFactory(title=PRIZE, champion=ChampionFactory(published=True, contact=person())).pk
    ),
    "confirm_relay": lambda: champions.stories.emails.confirm_relay(
        RelayFactory(name=PRIZE, words=PRIZE, email=VICTIM, story__title=PRIZE).pk
    ),
}
# Made for those only who have confirmed, or for staff: the tests below say so of each.
CONFIRMED_ONLY = {
    *("copy_of_answers", "how_is_it_going", "issue_to", "meeting", "partnership_is_reviewed"),
    "relay_passed_on",
    "test_of_issue",
}
# Of letters, of which nothing is quoted: see their own tests.
OF_LETTERS = {"letter_received", "letter_answer"}
# To an agency, what the person agreed to behind a link: see tests/responses/answers/test_emails.py.
TO_AGENCIES = {"passed_on"}
# To members of staff: see tests/staff/test_emails.py and tests/desk/test_morning.py.
TO_STAFF = {
    "set_passphrase",
    "account_address_changed",
    "second_factor_reset",
    "what_waits",
    "what_is_late",
    "alert",
    "many_failures",
}


def said(message: EmailMultiAlternatives) -> str:
    """Everything that a mail program or a filter on the way can see of it."""
    headers = [f"{name}: {value}" for name, value in message.message().items()]
    return "\n".join([message.subject, *headers, message.body, *(str(a[0]) for a in message.alternatives)])


def test_every_message_of_every_room_is_looked_at_here() -> None:
    ours = {name for name, kind in mail.kinds.items() if not kind.make.__module__.startswith("tests.")}
    assert len(ours) == 37
    looked_at = {name.partition(",")[0] for name in MESSAGES} | CONFIRMED_ONLY | OF_LETTERS
    looked_at |= TO_AGENCIES | TO_STAFF
    assert looked_at == {*ours, "issue_to"}  # a digest is owed by its delivery


@pytest.mark.parametrize("name", MESSAGES)
def test_until_the_mailbox_confirms_a_message_has_nothing_of_what_was_typed(name: str) -> None:
    message = MESSAGES[name]()
    assert "prize" not in said(message).lower()
    assert "Tēnā koe" in message.body.splitlines()


@pytest.mark.parametrize("name", MESSAGES)
def test_an_empty_name_leaves_no_gap(name: str) -> None:
    greeting = [p.text for p in read(str(MESSAGES[name]().alternatives[0][0])).all("p") if "Tēnā" in p.text]
    assert greeting == ["Tēnā koe"]


# Where the text has to say what is a link in the HTML.
IN_TEXT_ONLY = [
    "you can also find us here",
    "to get a new link whenever you like give us your email address here",
]


@pytest.mark.parametrize("name", MESSAGES)
def test_what_the_text_says_the_html_says_too(name: str) -> None:
    def words(text: str) -> str:
        return " ".join(re.findall(r"\w+", text.lower()))

    message = MESSAGES[name]()
    html = words(read(str(message.alternatives[0][0])).text)
    sentences = map(words, re.split(r"[.:?!]\s|https?://\S+", str(message.body)))
    said = [sentence for sentence in sentences if sentence not in IN_TEXT_ONLY]
    assert len(said) > 5
    assert [sentence for sentence in said if sentence not in html] == []


KNOWS_THE_NAME = ["please_confirm", "preferences_link", "preferences_saved", "erasure_declined"]


@pytest.mark.parametrize("name", KNOWS_THE_NAME)
def test_who_has_confirmed_is_greeted_by_name(name: str) -> None:
    contact = InvolvementFactory(contact=ContactFactory(name="Aroha", confirmed=True)).contact
    facts: dict[str, tuple[object, ...]] = {
        "preferences_link": (contact.email,),
        "preferences_saved": (contact.pk, "1"),
        "erasure_declined": (contact.pk, "The law"),
    }
    message = mail.kinds[name].make(*facts.get(name, (contact.pk,)))
    assert "Tēnā koe Aroha" in message.body.splitlines()
    assert "Tēnā koe Aroha" in read(str(message.alternatives[0][0])).text


def test_a_champion_who_has_confirmed_is_named() -> None:
    row = ChampionFactory(contact=ContactFactory(name="Aroha", confirmed=True), name="Hapori Trust")
    body = champions.emails.asked_what_may_be_public(row.pk).body
    assert ("Tēnā koe Aroha" in body, "We have registered Hapori Trust as a champion" in body) == (True, True)


# --- a stranger's form with the address of somebody who has confirmed ---------------------------


@pytest.mark.parametrize("make", ["acknowledgement", "reply"])
@pytest.mark.parametrize("before", ["confirmed", "confirmed, with a form", "merged into a confirmed one"])
def test_a_strangers_form_does_not_mail_its_words_to_a_confirmed_mailbox(make: str, before: str) -> None:
    aroha = subscriber(name="Aroha", email=VICTIM)
    if before == "confirmed, with a form":
        first = received(email=VICTIM)
        confirming.confirm(contact=aroha, eoi=first)
    if before.startswith("merged"):
        Contact.objects.filter(pk=aroha.pk).update(merged_into=subscriber())
    eoi = poisoned()
    facts = {"reply": [eoi.pk, "Kia ora"]}.get(make, [eoi.pk])
    message = mail.kinds[make].make(*facts)
    assert "prize" not in said(message).lower()
    assert "Tēnā koe" in message.body.splitlines()


def test_what_was_confirmed_goes_out_and_what_was_not_does_not() -> None:
    said_by_me = {"name": "Aroha", "comments": "Kia kaha", "initiatives": "A hall"}
    mine, strangers = received(email=VICTIM, **said_by_me), poisoned()
    confirming.confirm(contact=mine.contact, eoi=mine)
    assert "Kia kaha" in responses.answers.emails.copy_of_answers(mine.pk).body
    assert "Tēnā koe Aroha" in responses.answers.emails.reply(mine.pk, "Kia ora").body.splitlines()
    mine.refresh_from_db()
    assert answers_own_words.initiative_of(mine, 1) == "A hall"
    assert answers_own_words.initiative_of(strangers, 1) == ""
    with pytest.raises(mail.NoLongerWanted):
        responses.answers.emails.copy_of_answers(strangers.pk)
    strangers.refresh_from_db()
    assert answers_own_words.copy_of(strangers) == answers_own_words.differences_of(strangers) == []


@pytest.mark.parametrize("channel", ["email", "telephone", "paper"])
def test_a_form_that_staff_wrote_down_is_no_different(call: Call, channel: str) -> None:
    said_so = answers(*YES, email=VICTIM, **TYPED)
    eoi = intake.receive(call=call, answers=said_so, channel=channel, by=UserFactory())
    (owed,) = OutgoingMail.objects.all()
    assert (owed.message, eoi.confirmed_at) == ("acknowledgement", None)
    assert "prize" not in said(mail.made(owed)).lower()


# --- once, at confirmation -----------------------------------------------------------------------


def confirm(client: Client, eoi: ExpressionOfInterest) -> str:
    """Presses the button behind the link in the acknowledgement; what the page says then."""
    url = links.link("confirm", eoi.contact, eoi.pk)
    return read(client.post(url)).one("main").text


def owed(message: str) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(message=message))


def test_the_copy_stands_on_the_confirmed_page_and_is_mailed_once(client: Client) -> None:
    eoi = received("keep_informed", name="Aroha", comments="Kia kaha\nkatoa")
    url = links.link("confirm", eoi.contact, eoi.pk)
    asked = read(client.get(url)).one("main").text
    assert ("Kia kaha" in asked, "mail you a copy" in asked, owed("copy_of_answers")) == (False, True, [])
    for _ in range(3):
        page = confirm(client, eoi)
        assert ("Kia kaha katoa" in page, eoi.reference in page) == (True, True)
    assert "Kia kaha katoa" in read(client.get(url)).one("main").text
    (copy,) = owed("copy_of_answers")
    assert (copy.to, copy.recipient, copy.facts) == (eoi.email, eoi.contact_id, {"eoi_id": eoi.pk})
    eoi.refresh_from_db()
    assert eoi.confirmed_at == NOON
    mail.deliver_due()
    assert [m.subject.partition(":")[0] for m in django_mail.outbox] == [
        "We have received your answers",
        "A copy of your answers",
    ]


def test_who_has_confirmed_before_is_asked_for_each_form(client: Client) -> None:
    subscriber(email="aroha@example.org")
    one, other = received(comments="one"), received(comments="other")
    assert "Press the button" in read(client.get(links.link("confirm", one.contact, one.pk))).text
    assert "one" in confirm(client, one)
    other.refresh_from_db()
    assert (other.confirmed_at, len(owed("copy_of_answers"))) == (None, 1)


def test_the_reminders_link_confirms_no_form(client: Client) -> None:
    eoi = received("keep_informed", comments="Kia kaha")
    page = read(client.post(links.link("confirm", eoi.contact, 0))).one("main").text
    eoi.refresh_from_db()
    assert ("Kia kaha" in page, eoi.confirmed_at, owed("copy_of_answers")) == (False, None, [])
    assert Contact.objects.get().email_confirmed_at == NOON


@pytest.mark.parametrize("because", ["asked", "erasure"])
def test_who_wants_to_be_left_alone_is_mailed_no_copy(client: Client, because: str) -> None:
    eoi = received()
    Contact.objects.update(restricted_at=NOON, restricted_because=because)
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    assert owed("copy_of_answers") == []


def test_an_erased_form_has_no_copy() -> None:
    eoi = received("keep_informed")
    confirming.confirm(contact=eoi.contact, eoi=eoi)
    erasing.propose(contact=eoi.contact, why="They asked", by=UserFactory())
    erasing.carry_out(erasure=eoi.contact.erasures.get(), by=UserFactory())
    assert {m.state for m in OutgoingMail.objects.all()} == {"cancelled"}


# --- the whole way through the acts ---------------------------------------------------------------


def test_a_strangers_whole_campaign_leaves_nothing_in_the_victims_mail(
    client: Client, clock: time_machine.Traveller
) -> None:
    CallFactory()
    staff = UserFactory()
    for number in range(3):
        eoi = poisoned(comments=f"{PRIZE} {number}")
    triage.acknowledge(eoi=eoi, seen=1, by=staff, text="Kia ora. Thank you.", is_full=True)
    addresses.mail_link(address=VICTIM)
    stranger = subscriber(name=PRIZE, email="stranger@example.org")
    addresses.ask_to_change(contact=stranger, address=VICTIM)
    suggested = recommending.Suggested(name=PRIZE, email="other@example.org", why=PRIZE, has_told=True)
    recommending.recommend(recommender=stranger, people=[suggested], may_be_named=True)
    recommending.approve(recommendation=stranger.recommendations.get(), by=staff)
    contact = Contact.objects.get(email=VICTIM)
    acts.change_switch(contact=contact, by=staff, purpose="community_of_interest", yes=True, how=PRIZE)
    enrolment.enrol(contact=contact, by=staff, kind=Champion.Kind.INDIVIDUAL, name=PRIZE, eoi=eoi)
    clock.shift(dt.timedelta(days=4))
    reminding.remind(NOON + dt.timedelta(days=4))
    mail.deliver_due()
    theirs = [m for m in django_mail.outbox if m.to[0] in (VICTIM, "other@example.org")]
    assert len(theirs) >= 8
    assert [m.subject for m in theirs if "prize" in said(m).lower()] == []


def test_a_digest_goes_to_confirmed_mailboxes_only() -> None:
    contact = person()
    assert people_own_words.greeting(contact) == ""
    issue = DigestIssueFactory()
    trying_out.send_test(issue=issue, by=UserFactory(email="staff@example.org"))
    (owed_test,) = OutgoingMail.objects.filter(message__endswith="test_of_issue")
    assert "prize" not in said(mail.made(owed_test)).lower()


def test_a_message_is_never_given_a_record() -> None:
    with pytest.raises(TypeError, match=r"^responses/reply is given a record \(contact\)"):
        mail.compose("responses/reply", {"contact": person(), "text": ""}, to=VICTIM, subject="Kia ora")
