"""Rows to test with. People are made up; their addresses are at example.org."""

import datetime as dt
from typing import Any

import factory
from django.utils import timezone
from factory import LazyAttribute, LazyFunction, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from accord_portal.digests.models import Batch, Delivery, DigestIssue, Doubt, NewsItem, Update
from accord_portal.foundation import keyed_hash, mail
from accord_portal.foundation.addresses import mailbox
from accord_portal.foundation.folding import folded, folded_slug
from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from accord_portal.staff.roles import ROLES
from champions.models import (
    Agency,
    AgencyName,
    Champion,
    Initiative,
    PracticeStory,
    Principle,
)
from responses.answers import intake, triage
from responses.consent import wordings
from responses.models import (
    Call,
    Consent,
    Contact,
    ContactImport,
    ExpressionOfInterest,
    ImportRow,
    Involvement,
    Purpose,
    Recommendation,
)
from tests import powers

EMPTY: dict[str, bool] = dict.fromkeys(Purpose.values, False)


def form_data(**changes: str) -> dict[str, str]:
    """A form as a browser posts it: a name, an address and four times No, unless told otherwise."""
    return {
        "name": "Aroha Ngata",
        "email": "aroha@example.org",
        **dict.fromkeys(Purpose.values, "no"),
        **changes,
    }


def answers(*yes: str, **changes: Any) -> intake.Answers:
    """One person's answers, with Yes to the purposes named."""
    said = {**EMPTY, **dict.fromkeys(yes, True)}
    return intake.Answers(
        **{"name": "Aroha Ngata", "email": "aroha@example.org", "said_yes": said, **changes}
    )


def received(*yes: str, at: dt.datetime | None = None, **changes: Any) -> ExpressionOfInterest:
    """An expression of interest, through the intake."""
    return intake.receive(call=Call.objects.first() or CallFactory(), answers=answers(*yes, **changes), at=at)


def answered(*yes: str, by: User, **changes: Any) -> ExpressionOfInterest:
    """The same, acknowledged with the full answer: its version is 2, and it may be closed."""
    eoi = received(*yes, **changes)
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=by, text="Kia ora", is_full=True)
    return eoi


def closed(eoi: ExpressionOfInterest, *, by: User) -> ExpressionOfInterest:
    """What was answered, closed with nothing asked of us."""
    triage.close(eoi=eoi, seen=eoi.version, by=by, outcome="nothing_asked", text="Thank you.")
    return eoi


def closed_unanswered(eoi: ExpressionOfInterest, *, by: User) -> ExpressionOfInterest:
    """Closed by an answer that came back to us after."""
    triage.acknowledge(eoi=eoi, seen=eoi.version, by=by, text="Kia ora", is_full=True)
    closed(eoi, by=by)
    answers = OutgoingMail.objects.filter(message="reply", recipient=eoi.contact_id)
    answers.update(state=OutgoingMail.State.SENT, sent_at=timezone.now())
    mail.came_back(answers)
    eoi.refresh_from_db()
    return eoi


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    class Params:
        every_role = Trait(**{role.field: True for role in ROLES})
        is_superuser = Trait(every_role=True)

    name = "Mere Staff"
    email = Sequence("staff{}@example.org".format)
    password = "!"


def permitted(*permissions: str) -> User:
    """A member of staff who may do this ("responses.view_contact") and nothing else."""
    user = UserFactory()
    powers.give(user, *permissions)
    return user


class CallFactory(DjangoModelFactory):
    class Meta:
        model = Call

    slug = Sequence("call-{}".format)
    title = "Giving effect to the Accord"
    opens_on = dt.date(2011, 10, 3)


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    class Params:
        confirmed = Trait(email_confirmed_at=LazyFunction(timezone.now))

    name = "Hēmi Walker"
    email = Sequence("person{}@example.org".format)


class ConsentFactory(DjangoModelFactory):
    """A line: Yes on the web form, unless told otherwise."""

    class Meta:
        model = Consent

    contact = SubFactory(ContactFactory)
    purpose = Purpose.KEEP_INFORMED
    decision = Consent.Decision.GIVEN
    source = Consent.Source.WEB_FORM
    wording_id = LazyAttribute(lambda line: wordings.current()[line.purpose].key)


class InvolvementFactory(DjangoModelFactory):
    """A Yes with the lines that add up to it; `confirmed=True` from the mailbox."""

    class Meta:
        model = Involvement
        skip_postgeneration_save = True

    class Params:
        confirmed = Trait(confirmed_at=LazyFunction(timezone.now))

    contact = SubFactory(ContactFactory)
    purpose = Purpose.KEEP_INFORMED
    since_at = LazyFunction(timezone.now)
    consent = SubFactory(
        ConsentFactory,
        contact=factory.SelfAttribute("..contact"),
        purpose=factory.SelfAttribute("..purpose"),
        recorded_at=factory.SelfAttribute("..since_at"),
    )

    @factory.post_generation
    def later_lines(self: Any, create: bool, extracted: None) -> None:
        for decision, source, at in [
            ("confirmed", "confirmation_link", self.confirmed_at),
            ("declined", "web_form", self.off_asked_at),
            ("withdrawn", "on_request", self.ended_at),
        ]:
            if at:
                about = {"contact": self.contact, "purpose": self.purpose}
                ConsentFactory(**about, decision=decision, source=source, recorded_at=at)


def subscriber(purpose: str = Purpose.KEEP_INFORMED, **contact: Any) -> Contact:
    """A contact with a confirmed address and a confirmed Yes."""
    person = ContactFactory(confirmed=True, **contact)
    InvolvementFactory(contact=person, purpose=purpose, confirmed=True)
    return person


def merged(other: Contact, into: Contact) -> None:
    """Marks a contact as merged into another."""
    Contact.objects.filter(pk=other.pk).update(merged_into=into)
    for contact in (other, into):
        contact.refresh_from_db()


class OutgoingMailFactory(DjangoModelFactory):
    class Meta:
        model = OutgoingMail

    message = "greeting"
    facts = {"name": "Aroha"}
    to = "aroha@example.org"


class PrincipleFactory(DjangoModelFactory):
    class Meta:
        model = Principle

    slug = Sequence("principle-{}".format)
    position = Sequence(lambda n: n)
    text = "we will act in good faith"


class AgencyFactory(DjangoModelFactory):
    class Meta:
        model = Agency

    slug = Sequence("agency-{}".format)


class AgencyNameFactory(DjangoModelFactory):
    class Meta:
        model = AgencyName

    agency = SubFactory(AgencyFactory)
    name = "Sport New Zealand"


class ChampionFactory(DjangoModelFactory):
    """A champion; `published=True` with everything ticked."""

    class Meta:
        model = Champion

    class Params:
        ticked = Trait(name_agreed=True, summary_agreed=True, agreed_at=LazyFunction(timezone.now))
        published = Trait(
            ticked=True,
            state=Champion.State.PUBLISHED,
            published_at=LazyFunction(timezone.now),
            published_by=SubFactory(UserFactory),
            summary_is_public=LazyAttribute(lambda champion: champion.summary_agreed),
        )

    kind = Champion.Kind.ORGANISATION
    name = Sequence("Hapori Trust {}".format)
    slug = LazyAttribute(lambda champion: folded_slug(champion.name, "champion"))
    summary = "We run a community garden."
    contact = SubFactory(ContactFactory)
    registered_by = SubFactory(UserFactory)
    search_folded = LazyAttribute(lambda champion: folded(f"{champion.name} {champion.summary}"))


class InitiativeFactory(DjangoModelFactory):
    """An initiative; `published=True` under a published champion."""

    class Meta:
        model = Initiative

    class Params:
        ticked = Trait(agreed=True, agreed_at=LazyFunction(timezone.now))
        published = Trait(
            ticked=True,
            state=Initiative.State.PUBLISHED,
            published_at=LazyFunction(timezone.now),
            published_by=SubFactory(UserFactory),
            champion=SubFactory(ChampionFactory, published=True),
        )

    champion = SubFactory(ChampionFactory)
    title = Sequence("Open the hall {}".format)
    slug = LazyAttribute(lambda initiative: folded_slug(initiative.title, "initiative"))
    description = "Anyone may book the hall for nothing."
    search_folded = LazyAttribute(lambda row: folded(f"{row.title} {row.description} {row.champion.name}"))


class PracticeStoryFactory(DjangoModelFactory):
    """A published story; with `published_at=None` a draft."""

    class Meta:
        model = PracticeStory

    title = Sequence("What we learned {}".format)
    slug = Sequence("story-{}".format)
    summary = "Begin with a shared meal."
    body = "## Lessons\n\nBegin with a *shared* meal."
    licence = PracticeStory.Licence.CC_BY
    published_at = LazyFunction(timezone.now)
    state = LazyAttribute(lambda row: "published" if row.published_at else "draft")


class UpdateFactory(DjangoModelFactory):
    """News; `published=True` shows it."""

    class Meta:
        model = Update

    class Params:
        published = Trait(published_at=LazyFunction(timezone.now), published_by=SubFactory(UserFactory))

    title = Sequence("The Accord turns {}".format)
    slug = LazyAttribute(lambda update: folded_slug(update.title, "update"))
    summary = "A year of working together."
    body = "A year of *working together*."


class DigestIssueFactory(DjangoModelFactory):
    """A draft; `approved=True` with its words fixed."""

    class Meta:
        model = DigestIssue

    class Params:
        approved = Trait(
            state=DigestIssue.State.APPROVED,
            subject="Kia Tūtahi Accord: news",
            text="Tēnā koe [[name]]\n[[why]]\nhttps://[[unsubscribe]]\nhttps://[[preferences]]\n",
            html="<p>Tēnā koe [[name]]</p><p>[[why]]</p>"
            '<a href="https://[[unsubscribe]]">out</a><a href="https://[[preferences]]">change</a>',
            approved_at=LazyFunction(timezone.now),
            approved_by=SubFactory(UserFactory),
        )

    audience = Purpose.KEEP_INFORMED
    period = Sequence("issue {}".format)
    composed_by = SubFactory(UserFactory)


class NewsItemFactory(DjangoModelFactory):
    """One thing that an approved issue told; made up, unless told which."""

    class Meta:
        model = NewsItem

    issue = SubFactory(DigestIssueFactory, approved=True)
    audience = factory.SelfAttribute("issue.audience")
    kind = NewsItem.Kind.UPDATE
    key = Sequence(lambda n: n + 1)
    title = "The Accord turns fifteen"
    slug = "the-accord-turns-fifteen"


class BatchFactory(DjangoModelFactory):
    class Meta:
        model = Batch

    issue = SubFactory(DigestIssueFactory, approved=True, state=DigestIssue.State.SENDING)
    number = Sequence(lambda n: n + 1)
    not_before_at = LazyFunction(timezone.now)


class DeliveryFactory(DjangoModelFactory):
    """With its doubt, where it is held."""

    class Meta:
        model = Delivery
        skip_postgeneration_save = True

    batch = SubFactory(BatchFactory)
    issue = factory.SelfAttribute("batch.issue")
    contact = LazyFunction(subscriber)
    address = factory.SelfAttribute("contact.email")
    address_hash = Sequence("hash-{}".format)

    @factory.post_generation
    def doubt(self: Any, create: bool, extracted: None) -> None:
        if create and self.state == Delivery.State.HELD:
            Doubt.objects.create(delivery=self, issue=self.issue)


class RecommendationFactory(DjangoModelFactory):
    """Somebody suggested; awaiting approval unless told otherwise."""

    class Meta:
        model = Recommendation

    recommender = SubFactory(ContactFactory)
    name = "Tama Rangi"
    email = "tama@example.org"
    mailbox_hash = LazyAttribute(lambda row: keyed_hash.hashed("mailbox", mailbox(row.email)))
    why = "He runs the marae next door."
    has_told = True
    may_be_named = False
    expires_on = LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=28))


class ContactImportFactory(DjangoModelFactory):
    class Meta:
        model = ContactImport

    file_name = "list.csv"
    source = "The register of 2011"
    basis = ContactImport.Basis.NONE
    uploaded_by = SubFactory(UserFactory)


class ImportRowFactory(DjangoModelFactory):
    class Meta:
        model = ImportRow

    contact_import = SubFactory(ContactImportFactory)
    number = Sequence(lambda n: n + 2)
    fate = ImportRow.Fate.NEW
