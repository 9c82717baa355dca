"""An issue tells what its items say, not what was published in a span of time."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("digests", "0004_news_items")]

    operations = [
        migrations.RemoveField(model_name="digestissue", name="covers_from_at"),
        migrations.RemoveField(model_name="digestissue", name="covers_until_at"),
    ]
