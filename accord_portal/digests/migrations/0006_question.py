"""An issue may ask its readers something."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("digests", "0005_issues_without_a_span")]

    operations = [
        migrations.AddField(
            "digestissue",
            "question",
            models.TextField(
                blank=True, default="", db_default="", help_text="What its readers are asked. May be empty."
            ),
        )
    ]
