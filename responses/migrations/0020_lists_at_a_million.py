"""Indexes by which the long lists of staff find a page whatever the filter, the new before the old."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('responses', '0019_reply_templates'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='expressionofinterest',
            index=models.Index(fields=['state', '-received_at', '-id'], name='eoi_in_a_state'),
        ),
        migrations.AddIndex(
            model_name='expressionofinterest',
            index=models.Index(fields=['call', '-received_at', '-id'], name='eoi_of_a_call'),
        ),
        migrations.AddIndex(
            model_name='expressionofinterest',
            index=models.Index(condition=models.Q(('channel', 'web'), _negated=True), fields=['channel', '-received_at', '-id'], name='eoi_not_from_the_web'),
        ),
        migrations.AddIndex(
            model_name='expressionofinterest',
            index=models.Index(condition=models.Q(('champion_accord', True), models.Q(('state', 'spam'), _negated=True)), fields=['-received_at', '-id'], name='eoi_champions'),
        ),
        migrations.AddIndex(
            model_name='undertaking',
            index=models.Index(condition=models.Q(('ended_at', None), ('kept_at', None)), fields=['kind', 'due_on', 'id'], name='undertaking_due_of_a_kind'),
        ),
        migrations.AddIndex(
            model_name='undertaking',
            index=models.Index(condition=models.Q(('kept_at__isnull', False)), fields=['-kept_at', '-id'], name='undertaking_newest_kept'),
        ),
        migrations.AddIndex(
            model_name='undertaking',
            index=models.Index(condition=models.Q(('ended_at__isnull', False)), fields=['-id'], name='undertaking_ended'),
        ),
        migrations.RemoveIndex(
            model_name='undertaking',
            name='undertaking_to_acknowledge',
        ),
        migrations.RemoveIndex(
            model_name='undertaking',
            name='undertaking_kept',
        ),
    ]
