"""When a form is to be acknowledged, and when it was, is said by what it is owed, and no longer by the form."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('responses', '0012_acknowledgements'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='expressionofinterest',
            name='eoi_acknowledged_when_and_by_whom',
        ),
        migrations.RemoveIndex(
            model_name='expressionofinterest',
            name='eoi_awaiting_triage',
        ),
        migrations.RemoveField(
            model_name='expressionofinterest',
            name='acknowledged_at',
        ),
        migrations.RemoveField(
            model_name='expressionofinterest',
            name='acknowledged_by',
        ),
        migrations.RemoveField(
            model_name='expressionofinterest',
            name='due_on',
        ),
    ]
