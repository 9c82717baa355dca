"""Search finds stories and partnerships by an index: what was written before is folded, then indexed."""

from typing import Any

from django.db import migrations

from accord_portal.foundation.folding import searchable
from accord_portal.foundation.search_index import search_index

STORY = ("title", "summary", "problem", "done", "changed", "known_by", "differently", "body")
IN_FULL = ("called", "vision", "purpose", "outcomes")


def fold_stories(apps: Any, schema_editor: Any) -> None:
    """All that their pages tell."""
    model = apps.get_model("champions", "PracticeStory")
    for row in model.objects.order_by("pk").iterator(chunk_size=500):
        text = searchable(" ".join(getattr(row, name) for name in STORY))
        model.objects.filter(pk=row.pk).update(search_folded=text)


def fold_partnerships(apps: Any, schema_editor: Any) -> None:
    """What the public may read of them, with the names of the parties."""
    model = apps.get_model("champions", "Partnership")
    for row in model.objects.exclude(visibility="private").order_by("pk").iterator(chunk_size=500):
        parties = row.parties.filter(until_on=None).values_list("name", flat=True)
        words = [row.title, *parties, row.get_kind_display(), row.get_status_display()]
        words += [getattr(row, name) for name in IN_FULL if row.visibility == "public"]
        model.objects.filter(pk=row.pk).update(search_folded=searchable(" ".join(words)))


class Migration(migrations.Migration):

    atomic = False
    dependencies = [("champions", "0019_found_however_old")]

    operations = [
        migrations.RunPython(fold_stories, migrations.RunPython.noop),
        migrations.RunPython(fold_partnerships, migrations.RunPython.noop),
        search_index("champions_practicestory", in_use=True),
        search_index("champions_partnership", in_use=True),
    ]
