"""A decision may be told to others, where the person agrees."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('responses', '0013_one_truth'),
    ]

    operations = [
        migrations.AddField(
            model_name='decision',
            name='told_agreed_at',
            field=models.DateTimeField(blank=True, help_text='Since when others may be told of it: the person said so.', null=True),
        ),
    ]
