"""What changes while an issue is sent stands in no index, and a page has room for it: so PostgreSQL writes the
new row beside the old (a heap-only tuple), and none of six indexes."""

import django.db.models.deletion
from django.db import migrations, models


def leave_room(apps, schema_editor):
    """A page is filled to less than half: a whole window of neighbours is changed at once, and then again."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE digests_delivery SET (fillfactor = 45)")


def leave_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE digests_delivery RESET (fillfactor)")


class Migration(migrations.Migration):
    dependencies = [("digests", "0011_subject_and_order")]

    operations = [
        migrations.RemoveIndex(model_name="delivery", name="delivery_of_batch"),
        migrations.AlterField(
            model_name="delivery",
            name="issue",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="deliveries",
                to="digests.digestissue",
            ),
        ),
        migrations.RunPython(leave_room, leave_none),
    ]
