"""An acknowledgement says whether it is owed of a closed form: staff look for these among a million."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def note_closed_forms(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """There are few: a form closes once it is answered."""
    undertakings = apps.get_model("responses", "Undertaking").objects
    owed = undertakings.filter(kind="acknowledge", kept_at=None, ended_at=None, eoi__state="closed")
    undertakings.filter(pk__in=owed.order_by().values("pk")).update(is_of_closed_form=True)


class Migration(migrations.Migration):

    dependencies = [
        ("responses", "0026_registered_initiatives_and_partners"),
    ]

    operations = [
        migrations.AddField(
            model_name="undertaking",
            name="is_of_closed_form",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="Whether it is an acknowledgement owed still, or again, of a form that is closed.",
            ),
        ),
        migrations.RunPython(note_closed_forms, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="undertaking",
            index=models.Index(
                condition=models.Q(("is_of_closed_form", True)),
                fields=["due_on", "id"],
                name="undertaking_of_closed_form",
            ),
        ),
    ]
