"""A follow-up may be about any record, also one without a contact."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('responses', '0024_referrals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='followup',
            options={'ordering': ['due_on', 'pk'], 'verbose_name': 'follow-up'},
        ),
        migrations.AddField(
            model_name='followup',
            name='about_key',
            field=models.BigIntegerField(blank=True, help_text="The record's key.", null=True),
        ),
        migrations.AddField(
            model_name='followup',
            name='about_kind',
            field=models.CharField(blank=True, choices=[('form', 'Expression of interest'), ('letter', 'Letter'), ('recommendation', 'Recommendation'), ('line', 'Line on the timeline'), ('champion', 'Champion')], db_default='', default='', max_length=14),
        ),
        migrations.AlterField(
            model_name='followup',
            name='contact',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='follow_ups', to='responses.contact'),
        ),
        migrations.AddIndex(
            model_name='followup',
            index=models.Index(condition=models.Q(('about_kind', ''), _negated=True), fields=['about_kind', 'about_key'], name='follow_up_about'),
        ),
        migrations.AddConstraint(
            model_name='followup',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('about_key', None), ('about_kind', ''), ('contact__isnull', False)), models.Q(models.Q(('about_kind', ''), _negated=True), ('about_key__isnull', False)), _connector='OR'), name='follow_up_about_somebody_or_a_record'),
        ),
    ]
