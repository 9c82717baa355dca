"""Who changed a draft last is remembered: they do not approve it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('digests', '0007_decisions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='digestissue',
            name='introduced_at',
            field=models.DateTimeField(blank=True, help_text='When the draft was changed last.', null=True),
        ),
        migrations.AddField(
            model_name='digestissue',
            name='introduced_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='digestissue',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('introduced_at', None), ('introduced_by', None)), models.Q(('introduced_at__isnull', False), ('introduced_by__isnull', False)), _connector='OR'), name='digest_issue_introduced_when_and_by_whom'),
        ),
    ]
