from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('champions', '0017_stories_published_before')]

    operations = [
        migrations.AddConstraint(
            model_name='practicestory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'published'), _negated=True), models.Q(('published_at__isnull', False), models.Q(('licence', ''), _negated=True)), _connector='OR'), name='practice_story_public_only_with_a_licence'),
        ),
        migrations.AddConstraint(
            model_name='practicestory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('licence', 'owner'), models.Q(('licence_words', ''), _negated=True)), models.Q(models.Q(('licence', 'owner'), _negated=True), ('licence_words', '')), _connector='OR'), name='practice_story_licence_in_the_owners_words', violation_error_message='The owner’s words stand where the licence is theirs.'),
        ),
        migrations.AddConstraint(
            model_name='practicestory',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('submitted_at', None), ('submitted_by', None)), models.Q(('submitted_at__isnull', False), ('submitted_by__isnull', False)), _connector='OR'), name='practice_story_submitted_when_and_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='practicestory',
            constraint=models.CheckConstraint(condition=models.Q(('published_by', None), ('published_at__isnull', False), _connector='OR'), name='practice_story_published_when_and_by_whom'),
        ),
    ]
