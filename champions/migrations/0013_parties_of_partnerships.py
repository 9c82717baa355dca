"""Each line of a partnership's parties becomes a party; what was public stays so, in full.

What is past its last day has ended. Anything else is signed: it is a written agreement. Nobody knows more.
"""

from typing import Any

from django.db import migrations
from django.utils import timezone

from accord_portal.foundation.folding import free_slug
from accord_portal.foundation.text import is_visible


def _only(rows: Any) -> Any:
    found = list(rows.distinct()[:2])
    return found[0] if len(found) == 1 else None


def fill(apps: Any, schema_editor: Any) -> None:
    """Nothing of a line is lost: what is too long for a name stands whole under what the party brings."""
    Partnership, Party = apps.get_model('champions', 'Partnership'), apps.get_model('champions', 'Party')
    Agency, Champion = apps.get_model('champions', 'Agency'), apps.get_model('champions', 'Champion')
    today = timezone.localdate()
    for row in Partnership.objects.order_by('pk').iterator(chunk_size=500):
        for line in filter(is_visible, map(str.strip, row.parties_as_typed.splitlines())):
            Party.objects.create(
                partnership=row,
                name=line[:200],
                brings=line if len(line) > 200 else '',
                agency=_only(Agency.objects.filter(names__name__iexact=line)),
                champion=_only(Champion.objects.filter(name__iexact=line, contact__erased_at=None)),
            )
        row.slug = free_slug(row.title, 'partnership', Partnership.objects.exclude(slug=None))
        row.status = 'ended' if row.ends_on and row.ends_on < today else 'signed'
        if row.is_public:
            row.visibility, row.published_at = 'public', row.recorded_at
        row.save()


def put_back(apps: Any, schema_editor: Any) -> None:
    """The names of the parties as lines, and what is public in full as public."""
    Partnership, Party = apps.get_model('champions', 'Partnership'), apps.get_model('champions', 'Party')
    for row in Partnership.objects.order_by('pk').iterator(chunk_size=500):
        parties = Party.objects.filter(partnership=row).order_by('pk')
        row.parties_as_typed = '\n'.join(party.brings if len(party.name) == 200 else party.name for party in parties)
        row.is_public = row.visibility == 'public' and row.published_at is not None
        row.save()


class Migration(migrations.Migration):

    dependencies = [('champions', '0012_partnerships_whole')]

    operations = [migrations.RunPython(fill, put_back)]
