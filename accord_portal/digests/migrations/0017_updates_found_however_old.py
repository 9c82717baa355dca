from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("digests", "0016_schedules")]

    operations = [
        migrations.AddField(
            model_name="update",
            name="search_folded",
            field=models.TextField(db_default="", default="", editable=False),
        )
    ]
