from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("champions", "0018_stories_required")]

    operations = [
        migrations.AddField(
            model_name=name,
            name="search_folded",
            field=models.TextField(db_default="", default="", editable=False),
        )
        for name in ("partnership", "practicestory")
    ]
