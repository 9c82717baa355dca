"""Made-up partnerships: one written down whole, one whose review is overdue, one in summary, one private."""

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

from django.utils import timezone

from accord_portal.foundation import clock
from accord_portal.foundation.folding import free_slug
from accord_portal.staff.models import User
from champions.models import CodeListEntry, Partnership, Principle
from champions.partnerships import course, publishing, recording

WRITTEN_DOWN = Path(__file__).parent / "partnerships.toml"
DAYS = ("signed_on", "starts_on", "ends_on", "review_on")  # in days from today


def load(*, officer: User) -> None:
    """Writes them down, and takes each as far as it has come, by the acts that staff use."""
    for sample in tomllib.loads(WRITTEN_DOWN.read_text(encoding="utf-8"))["partnership"]:
        _record(sample, officer)


def _in_days(days: int) -> dt.date:
    return timezone.localdate(clock.now()) + dt.timedelta(days=days)


def _record(sample: dict[str, Any], officer: User) -> None:
    about = {name: text for name, text in sample.items() if isinstance(text, str)}
    visibility = about.pop("visibility")
    days = {name: _in_days(sample[name]) for name in DAYS if name in sample}
    row = Partnership(**about, **days)
    row.slug = free_slug(row.title, "partnership", Partnership.objects.all())
    row.save()
    row.principles.set(Principle.objects.filter(slug__in=sample.get("principles", [])))
    regions = CodeListEntry.objects.filter(list=CodeListEntry.List.REGION)
    row.regions.set(regions.filter(label__in=sample.get("regions", [])))
    for party in sample["party"]:
        row.parties.create(**party)
    for item in sample.get("work", []):
        party = row.parties.filter(name=item.pop("who")).first()
        row.work_items.create(party=party, due_on=_in_days(item.pop("by")), **item)
    for risk in sample.get("risk", []):
        row.risks.create(**risk)
    recording.link_parties(row)
    for status, when in sample.get("steps", []):
        course.move(partnership=row, by=officer, status=status, since_on=_in_days(when))
    if visibility != "private":
        how = "By email of both sides"
        publishing.agree(partnership=row, by=officer, visibility=visibility, how=how, agreed_on=_in_days(-20))
        publishing.publish(partnership=row, by=officer)
