"""Search finds updates by an index: what was written before is folded, then indexed."""

from typing import Any

from django.db import migrations

from accord_portal.foundation.folding import searchable
from accord_portal.foundation.search_index import search_index


def fold(apps: Any, schema_editor: Any) -> None:
    """All that their pages tell."""
    model = apps.get_model("digests", "Update")
    for row in model.objects.order_by("pk").iterator(chunk_size=500):
        text = searchable(f"{row.title} {row.summary} {row.body}")
        model.objects.filter(pk=row.pk).update(search_folded=text)


class Migration(migrations.Migration):

    atomic = False
    dependencies = [("digests", "0017_updates_found_however_old")]

    operations = [
        migrations.RunPython(fold, migrations.RunPython.noop),
        search_index("digests_update", in_use=True),
    ]
