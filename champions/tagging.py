"""Tagging many at once: principles, features and regions are added, and none is taken away."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction

from accord_portal.foundation.acts import NotPossible
from accord_portal.foundation.text import isolated
from accord_portal.staff import revisions
from accord_portal.staff.models import User
from champions import enrolment
from champions.initiatives import editing
from champions.initiatives.editing import About, Words
from champions.models import Champion, CodeListEntry, Initiative, Partnership, Principle
from champions.partnerships import course, recording

Tagged = Initiative | Champion | Partnership


@dataclass(frozen=True, kw_only=True)
class Tags:
    """What is to be added; champions have principles only."""

    principles: Sequence[Principle] = ()
    features: Sequence[CodeListEntry] = ()
    regions: Sequence[CodeListEntry] = ()


def additions(row: Tagged, tags: Tags) -> list[Any]:
    """Those of the tags that this one may have and has not yet."""
    return [
        tag
        for field in fields(Tags)
        if hasattr(row, field.name)
        for tag in getattr(tags, field.name)
        if tag not in set(getattr(row, field.name).all())
    ]


@transaction.atomic
def tag(*, rows: Sequence[Tagged], tags: Tags, by: User, how: str = "") -> int:
    """Adds the tags to each, as if each were corrected by itself; how many were changed.

    `how` says how those agreed who had ticked what is changed. All of them or none: raises NotPossible, with
    the name of the first for which it cannot be done.
    """
    changed = [row for row in sorted(rows, key=_in_order) if additions(row, tags)]
    for row in changed:
        try:
            _add(row, tags, by, how)
        except NotPossible as refused:
            raise NotPossible(f"{isolated(str(row))}: {refused}") from refused
    return len(changed)


def _in_order(row: Tagged) -> tuple[int, int]:
    """People are locked by key, so that nobody waits in a circle."""
    champion = row.champion if isinstance(row, Initiative) else row
    return (getattr(champion, "contact_id", 0), row.pk)


def _add(row: Tagged, tags: Tags, by: User, how: str) -> None:
    every = {
        field.name: [*getattr(row, field.name).all(), *getattr(tags, field.name)]
        for field in fields(Tags)
        if hasattr(row, field.name)
    }
    if isinstance(row, Initiative):
        words = Words(**{name: getattr(row, name) for name in asdict(Words(title=""))})
        about = About(since_on=row.since_on, eoi=row.eoi, **every)
        editing.reword(initiative=row, by=by, words=words, about=about, how=how)
    elif isinstance(row, Champion):
        enrolment.reword(
            champion=row,
            by=by,
            kind=row.kind,
            name=row.name,
            summary=row.summary,
            agency=row.agency,
            appointed_on=row.appointed_on,
            ended_on=row.ended_on,
            how=how,
            **every,
        )
    else:
        row = course.locked(row)
        before = revisions.said([row])
        with revisions.kept(row, by=by):
            for name, many in every.items():
                getattr(row, name).set(many)
        recording.changed(partnership=row, before=before, after=revisions.said([row]), by=by)
