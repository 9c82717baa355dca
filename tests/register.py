"""Rows of the register to test with: who takes part in an initiative, what they say, and the Accord."""

import datetime as dt

from django.utils import timezone
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory, Trait
from factory.django import DjangoModelFactory

from champions.models import (
    AccordText,
    Champion,
    ChampionPage,
    ChampionPicture,
    InitiativeSide,
    Milestone,
    PageProposal,
    Partner,
    ProgressReport,
    Reference,
    Relay,
    Reuse,
)
from tests.factories import (
    ChampionFactory,
    ContactFactory,
    InitiativeFactory,
    PracticeStoryFactory,
    UserFactory,
)
from tests.pixels import A_PICTURE


class PartnerFactory(DjangoModelFactory):
    """Another champion who takes part; `shown=True` named beside the initiative."""

    class Meta:
        model = Partner

    class Params:
        shown = Trait(
            agreed=True,
            agreed_at=LazyFunction(timezone.now),
            champion=SubFactory(ChampionFactory, published=True, kind=Champion.Kind.AGENCY),
        )

    initiative = SubFactory(InitiativeFactory, published=True)
    champion = SubFactory(ChampionFactory, kind=Champion.Kind.AGENCY)
    added_by = SubFactory(UserFactory)


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    initiative = SubFactory(InitiativeFactory, published=True)
    what = "The roof is mended"
    due_on = dt.date(2026, 12, 1)


class ProgressReportFactory(DjangoModelFactory):
    """What the champion of an initiative says of it: under way, unless told otherwise."""

    class Meta:
        model = ProgressReport

    initiative = SubFactory(InitiativeFactory, published=True)
    champion = LazyAttribute(lambda report: report.initiative.champion)
    side = LazyAttribute(lambda report: InitiativeSide.of(report.champion))
    state = ProgressReport.State.UNDER_WAY
    why = "The hall is open on Fridays."
    said_on = LazyFunction(timezone.localdate)
    how = "From the mailbox"


class AccordTextFactory(DjangoModelFactory):
    """The Accord in te reo Māori, as text."""

    class Meta:
        model = AccordText

    language = "mi"
    name = "Māori"
    own_name = "Te reo Māori"
    title = "Kia Tūtahi"
    written = "One line"


class ReferenceFactory(DjangoModelFactory):
    """A paper the Accord rests on."""

    class Meta:
        model = Reference

    kind = Reference.Kind.FOUNDING
    position = Sequence(lambda number: number + 1)
    title = "Cabinet paper"
    note = "One line"


class ReuseFactory(DjangoModelFactory):
    """That somebody used a story, unread; `read=True` counted, `shown=True` shown with the name."""

    class Meta:
        model = Reuse

    class Params:
        read = Trait(
            state=Reuse.State.COUNTED,
            read_at=LazyFunction(timezone.now),
            read_by=SubFactory(UserFactory),
        )
        shown = Trait(
            state=Reuse.State.SHOWN,
            read_at=LazyFunction(timezone.now),
            read_by=SubFactory(UserFactory),
            words_agreed=True,
            name_agreed=True,
        )

    story = SubFactory(PracticeStoryFactory)
    words = Sequence("We met first, time {}.".format)
    used_by = "Hapori Trust"


class RelayFactory(DjangoModelFactory):
    """What somebody asks about a story; `confirmed=True` from their mailbox."""

    class Meta:
        model = Relay

    class Params:
        confirmed = Trait(state=Relay.State.WAITING, confirmed_at=LazyFunction(timezone.now))

    story = SubFactory(PracticeStoryFactory, contact=SubFactory(ContactFactory, confirmed=True))
    name = "Wiremu"
    email = Sequence("wiremu{}@example.org".format)
    words = "How long did it take?"


class ChampionPictureFactory(DjangoModelFactory):
    """A picture of a champion, which is one."""

    class Meta:
        model = ChampionPicture

    champion = SubFactory(ChampionFactory, published=True)
    large = small = A_PICTURE
    width, height = 2, 1


class ChampionPageFactory(DjangoModelFactory):
    """What a champion wrote of themselves, with a picture: public, unless told otherwise."""

    class Meta:
        model = ChampionPage

    champion = SubFactory(ChampionFactory, published=True)
    website = "https://hapori.example.org/"
    place = "Ōtaki"
    picture = SubFactory(ChampionPictureFactory, champion=SelfAttribute("..champion"))
    alternative = "Two people at a gate"
    agreed = is_public = True


class PageProposalFactory(DjangoModelFactory):
    """What a champion wants their page to say: it waits."""

    class Meta:
        model = PageProposal

    champion = SubFactory(ChampionFactory, published=True)
    summary = "We grow food together."
