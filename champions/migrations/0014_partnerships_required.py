from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('champions', '0013_parties_of_partnerships')]

    operations = [
        migrations.RemoveField(model_name='partnership', name='is_public'),
        migrations.RemoveField(model_name='partnership', name='parties_as_typed'),
        migrations.AlterField(
            model_name='partnership',
            name='slug',
            field=models.SlugField(max_length=90, unique=True),
        ),
        migrations.AddIndex(
            model_name='partnership',
            index=models.Index(condition=models.Q(('status__in', ['active', 'under_review'])), fields=['review_on', 'id'], name='partnership_to_review'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status__in', ['active', 'under_review']), _negated=True), models.Q(('review_on__isnull', False), models.Q(('review_how', ''), _negated=True)), _connector='OR'), name='partnership_at_work_has_a_review_day', violation_error_message='An active partnership has a review day and says how it is reviewed.'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('published_by', None)), models.Q(('visibility', 'private'), _negated=True), _connector='OR'), name='partnership_private_is_not_published'),
        ),
    ]
