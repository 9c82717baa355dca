"""A form closes as taken up, in part, not, passed on, or with nothing asked; what was closed before is one of these.

What it was called then stays on the timeline.
"""

from typing import Any

from django.db import migrations, models
from django.db.models import Case, Value, When

AT_ONCE = 2_000
NOW = {"noted": "nothing_asked", "meeting": "taken_up", "champion": "taken_up", "declined": "not_taken_up"}
BEFORE = {"nothing_asked": "noted", "taken_up": "meeting", "partly": "meeting", "not_taken_up": "declined"}


def rename(apps: Any, names: dict[str, str]) -> None:
    forms = apps.get_model("responses", "ExpressionOfInterest").objects.order_by("pk")
    named = Case(*(When(outcome=old, then=Value(new)) for old, new in names.items()))
    last = 0
    while keys := list(forms.filter(pk__gt=last, state="closed").values_list("pk", flat=True)[:AT_ONCE]):
        last = keys[-1]
        forms.filter(pk__in=keys, outcome__in=names).order_by().update(outcome=named)


def forwards(apps: Any, schema_editor: Any) -> None:
    rename(apps, NOW)


def backwards(apps: Any, schema_editor: Any) -> None:
    rename(apps, BEFORE)


class Migration(migrations.Migration):

    dependencies = [
        ('responses', '0015_what_was_moved'),
    ]

    operations = [
        migrations.AlterField(
            model_name='expressionofinterest',
            name='outcome',
            field=models.CharField(blank=True, choices=[('taken_up', 'Taken up'), ('partly', 'Taken up in part'), ('not_taken_up', 'Not taken up'), ('passed_on', 'Passed on to somebody else'), ('nothing_asked', 'Nothing was asked of us')], max_length=20),
        ),
        migrations.RunPython(forwards, backwards),
    ]
