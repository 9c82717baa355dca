"""What came of a follow-up is kept with it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('responses', '0017_found_in_any_spelling'),
    ]

    operations = [
        migrations.AddField(
            model_name='followup',
            name='result',
            field=models.CharField(blank=True, db_default='', max_length=500, verbose_name='what came of it'),
        ),
    ]
