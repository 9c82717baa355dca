"""Partnerships to test with, their parties and documents."""

import datetime as dt
from typing import Any

from django.utils import timezone
from factory import LazyAttribute, LazyFunction, Sequence, SubFactory, Trait, post_generation
from factory.django import DjangoModelFactory

from accord_portal.foundation.documents import DocumentFormat
from accord_portal.foundation.folding import folded_slug
from champions.models import Partnership, PartnershipDocument, Party
from tests.factories import UserFactory


class PartnershipFactory(DjangoModelFactory):
    """A signed partnership of two parties, in public; `active=True` with all that this takes."""

    class Meta:
        model = Partnership
        skip_postgeneration_save = True

    class Params:
        active = Trait(
            status=Partnership.Status.ACTIVE,
            review_on=LazyFunction(lambda: timezone.localdate() + dt.timedelta(days=365)),
            review_how="Both chairs meet.",
            people_change="Whoever leaves hands over in person.",
            circumstances_change="We meet within a month.",
        )

    title = Sequence("Working together {}".format)
    slug = LazyAttribute(lambda partnership: folded_slug(partnership.title, "partnership"))
    kind = Partnership.Kind.MEMORANDUM
    status = Partnership.Status.SIGNED
    visibility = Partnership.Visibility.PUBLIC
    agreed_how = "In clause 9"
    agreed_on = dt.date(2026, 1, 31)
    published_at = LazyAttribute(lambda row: None if row.visibility == "private" else timezone.now())
    published_by = LazyAttribute(lambda row: UserFactory() if row.published_at else None)

    @post_generation
    def parties(self: Any, create: bool, names: Any, **about: Any) -> None:
        for name in ("Hapori Trust", "Sport New Zealand") if names is None else names:
            PartyFactory(partnership=self, name=name)


class PartyFactory(DjangoModelFactory):
    class Meta:
        model = Party

        skip_postgeneration_save = True

    partnership = SubFactory(PartnershipFactory)
    name = Sequence("Party {}".format)

    @post_generation
    def index(self: Any, create: bool, extracted: Any, **about: Any) -> None:
        self.partnership.save(update_fields=["search_folded"])


class PartnershipDocumentFactory(DjangoModelFactory):
    class Meta:
        model = PartnershipDocument

    partnership = SubFactory(PartnershipFactory)
    title = "The agreement"
    format = DocumentFormat.PDF
    content = b"%PDF-1.7 as signed"
    size = LazyAttribute(lambda document: len(document.content))
    added_by = SubFactory(UserFactory)
