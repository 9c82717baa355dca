"""Rows of the register to test with: who takes part in an initiative, and what they say of it."""

import datetime as dt

from django.utils import timezone
from factory import LazyAttribute, LazyFunction, SubFactory, Trait
from factory.django import DjangoModelFactory

from champions.models import (
    Champion,
    InitiativeSide,
    Milestone,
    Partner,
    ProgressReport,
)
from tests.factories import ChampionFactory, InitiativeFactory, UserFactory


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
