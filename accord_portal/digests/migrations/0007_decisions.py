"""An issue tells what was decided about initiatives, too."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digests', '0006_question'),
    ]

    operations = [
        migrations.AlterField(
            model_name='newsitem',
            name='key',
            field=models.BigIntegerField(help_text='The key of the update, champion, initiative or decision.'),
        ),
        migrations.AlterField(
            model_name='newsitem',
            name='kind',
            field=models.CharField(choices=[('update', 'Updates'), ('champion', 'New champions'), ('initiative', 'New initiatives'), ('decision', 'What we decided about initiatives')], max_length=12),
        ),
    ]
