from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accord_portal.foundation import working_days
from accord_portal.staff.revisions import kept
from champions import accord_content as accord
from champions.models import Agency, AgencyName, CodeListEntry, Principle, Reference, TimelineEvent
from responses.answers import reply_templates
from responses.models import Call


class Command(BaseCommand):
    help = (
        "Loads what is known about the Accord: principles, agencies, code lists, history, calls, templates."
        " Safe to run again: the principles return to their exact words, and all that staff changed stays."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        _load_principles()
        _load_agencies()
        _load_code_lists()
        _load_timeline()
        _load_references()
        _load_calls()
        reply_templates.load_first()
        self.stdout.write("The Accord’s content is loaded.")


def _load_principles() -> None:
    for position, (slug, text) in enumerate(accord.PRINCIPLES.items(), start=1):
        principle, _ = Principle.objects.get_or_create(
            slug=slug, defaults={"position": position, "text": text}
        )
        with kept(principle, by=None):
            Principle.objects.filter(pk=principle.pk).update(position=position, text=text)


def _load_agencies() -> None:
    """Agencies that are missing; the names of the others are staff's by now."""
    for slug, (note, names) in accord.AGENCIES.items():
        found = {"note": note, "champion_since": accord.SIGNED_ON.year}
        agency, is_new = Agency.objects.get_or_create(slug=slug, defaults=found)
        if is_new:
            AgencyName.objects.bulk_create(
                AgencyName(agency=agency, position=position, name=name, name_mi=name_mi)
                for position, (name, name_mi) in enumerate(names, start=1)
            )


def _load_code_lists() -> None:
    """Lists that are empty: what staff renamed or took out of the others does not come back."""
    begun = set(CodeListEntry.objects.order_by().values_list("list", flat=True).distinct())
    CodeListEntry.objects.bulk_create(
        CodeListEntry(list=name, position=position, label=label)
        for name, labels in accord.CODE_LISTS.items()
        if name not in begun
        for position, label in enumerate(labels, start=1)
    )


def _load_timeline() -> None:
    if not TimelineEvent.objects.exists():
        TimelineEvent.objects.bulk_create(
            TimelineEvent(position=position, when=when, what=what)
            for position, (when, what) in enumerate(accord.TIMELINE, start=1)
        )


def _load_references() -> None:
    if not Reference.objects.exists():
        Reference.objects.bulk_create(
            Reference(kind=kind, position=position, title=title, when=when, note=note)
            for kind, papers in accord.REFERENCES.items()
            for position, (title, when, note) in enumerate(papers, start=1)
        )


def _load_calls() -> None:
    """The call of 2011, closed, and one that is open from the day it is loaded."""
    Call.objects.get_or_create(
        slug="first-call-2011",
        defaults={
            "title": "First call for expressions of interest (2011)",
            "opens_on": accord.SIGNED_ON,
            "closes_on": accord.FIRST_CALL_CLOSED_ON,
        },
    )
    Call.objects.get_or_create(
        slug="giving-effect",
        defaults={"title": "Call for expressions of interest", "opens_on": working_days.today()},
    )
