import accord_portal.foundation.clock
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('champions', '0015_texts_and_references'),
        ('responses', '0029_what_comes_back'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='practicestory',
            name='champion',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stories', to='champions.champion', verbose_name='champion whose story it is'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='changed',
            field=models.TextField(blank=True, db_default='', default='', help_text='Markdown.', validators=[django.core.validators.MaxLengthValidator(20000, 'Use 20000 characters or fewer: put the rest on a page of its own')], verbose_name='what changed'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='contact',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stories', to='responses.contact', verbose_name='who may be asked'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='differently',
            field=models.TextField(blank=True, db_default='', default='', help_text='Markdown.', validators=[django.core.validators.MaxLengthValidator(20000, 'Use 20000 characters or fewer: put the rest on a page of its own')], verbose_name='what would be done differently'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='done',
            field=models.TextField(blank=True, db_default='', default='', help_text='Markdown.', validators=[django.core.validators.MaxLengthValidator(20000, 'Use 20000 characters or fewer: put the rest on a page of its own')], verbose_name='what was done'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='features',
            field=models.ManyToManyField(blank=True, limit_choices_to={'list': 'relational_feature'}, related_name='+', to='champions.codelistentry'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='initiative',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='stories', to='champions.initiative'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='known_by',
            field=models.TextField(blank=True, db_default='', default='', help_text='Markdown.', validators=[django.core.validators.MaxLengthValidator(20000, 'Use 20000 characters or fewer: put the rest on a page of its own')], verbose_name='how that is known'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='licence',
            field=models.CharField(blank=True, choices=[('cc_by', 'CC BY 4.0'), ('owner', 'As its owner says')], db_default='', default='', help_text='Before it is published.', max_length=5),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='licence_words',
            field=models.CharField(blank=True, db_default='', default='', max_length=300, verbose_name='the owner’s words'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='offered_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='principles',
            field=models.ManyToManyField(blank=True, related_name='+', to='champions.principle'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='problem',
            field=models.TextField(blank=True, db_default='', default='', help_text='Markdown.', validators=[django.core.validators.MaxLengthValidator(20000, 'Use 20000 characters or fewer: put the rest on a page of its own')], verbose_name='the problem'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='published_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='regions',
            field=models.ManyToManyField(blank=True, limit_choices_to={'list': 'region'}, related_name='+', to='champions.codelistentry'),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='sent_back_because',
            field=models.TextField(blank=True, db_default='', default='', editable=False),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], db_default='draft', default='draft', max_length=9),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='submitted_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='submitted_by',
            field=models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='writers',
            field=models.ManyToManyField(editable=False, help_text='Who wrote what nobody has published yet.', related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='practicestory',
            name='written_at',
            field=models.DateTimeField(default=accord_portal.foundation.clock.now, editable=False),
        ),
        migrations.AlterField(
            model_name='practicestory',
            name='body',
            field=models.TextField(blank=True, db_default='', default='', help_text='Markdown. It stands below the rest, with headings of its own.', validators=[django.core.validators.MaxLengthValidator(20000, 'Use 20000 characters or fewer: put the rest on a page of its own')], verbose_name='more to tell'),
        ),
        migrations.AlterField(
            model_name='practicestory',
            name='published_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
    ]
