"""A line of a timeline knows the message that went with it."""

import django.db.models.deletion
from django.db import migrations, models

from accord_portal.foundation.append_only import only_grows

guarded = [only_grows(table, blankable=["text"]) for table in ("responses_activity", "responses_letterline")]


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0007_tallies'),
        ('responses', '0020_lists_at_a_million'),
    ]

    operations = [
        *(migrations.RunPython(migrations.RunPython.noop, each.code) for each in guarded),
        migrations.AddField(
            model_name='activity',
            name='mail',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='The message that went with it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='foundation.outgoingmail'),
        ),
        migrations.AddField(
            model_name='letterline',
            name='mail',
            field=models.ForeignKey(blank=True, db_constraint=False, db_index=False, help_text='The message that went with it.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='foundation.outgoingmail'),
        ),
        *guarded,
    ]
