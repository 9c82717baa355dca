"""What public search looks in is folded again: one hyphen for all, and scripts without spaces."""

from typing import Any

from django.db import migrations

from accord_portal.foundation.folding import searchable


def fold_again(apps: Any, schema_editor: Any) -> None:
    for name in ("Champion", "Initiative"):
        model = apps.get_model("champions", name)
        for row in model.objects.exclude(search_folded="").only("pk", "search_folded").iterator():
            text = searchable(row.search_folded)
            if text != row.search_folded:
                model.objects.filter(pk=row.pk).update(search_folded=text)


class Migration(migrations.Migration):

    dependencies = [
        ('champions', '0006_champion_since'),
    ]

    operations = [
        migrations.RunPython(fold_again, migrations.RunPython.noop, elidable=True),
    ]
