"""An issue tells what its items say, not what was published in a span of time."""

from typing import Any

from django.db import migrations, models
from django.db.models import F

SPAN = ["covers_from_at", "covers_until_at"]


def a_span_of_no_length(apps: Any, schema_editor: Any) -> None:
    """On the way back nobody knows what an issue covered: it ended when it was composed."""
    composed = {name: F("composed_at") for name in SPAN}
    apps.get_model("digests", "DigestIssue").objects.update(**composed)


class Migration(migrations.Migration):
    dependencies = [("digests", "0004_news_items")]

    operations = [
        *(migrations.AlterField("digestissue", name, models.DateTimeField(null=True)) for name in SPAN),
        migrations.RunPython(migrations.RunPython.noop, a_span_of_no_length),
        *(migrations.RemoveField("digestissue", name) for name in SPAN),
    ]
