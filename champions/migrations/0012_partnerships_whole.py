import accord_portal.foundation.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accord_portal.foundation.append_only import only_grows


class Migration(migrations.Migration):

    dependencies = [
        ('champions', '0011_agencies_and_offices'),
        ('responses', '0028_follow_ups_about_partnerships'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RenameField(model_name='partnership', old_name='parties', new_name='parties_as_typed'),
        migrations.AlterField(
            model_name='partnership', name='parties_as_typed', field=models.TextField(blank=True, default='')
        ),
        migrations.CreateModel(
            name='PartnershipDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('format', models.CharField(choices=[('pdf', 'PDF'), ('docx', 'Word'), ('odt', 'OpenDocument')], max_length=4)),
                ('size', models.PositiveIntegerField(help_text='In bytes.')),
                ('content', models.BinaryField()),
                ('is_public', models.BooleanField(default=False, verbose_name='public')),
                ('added_at', models.DateTimeField(default=accord_portal.foundation.clock.now)),
            ],
            options={
                'verbose_name': 'document',
                'ordering': ['title', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PartnershipRisk',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=300, verbose_name='what may go wrong')),
                ('answer', models.TextField(blank=True, verbose_name='what is done about it')),
            ],
            options={
                'verbose_name': 'risk',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='PartnershipStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('exploring', 'Exploring'), ('drafting', 'Drafting'), ('signed', 'Signed'), ('active', 'Active'), ('under_review', 'Under review'), ('ended', 'Ended')], max_length=12)),
                ('since_on', models.DateField(verbose_name='on')),
                ('is_review', models.BooleanField(default=False, verbose_name='review')),
                ('due_on', models.DateField(blank=True, help_text='Of a review, the day it was due.', null=True)),
                ('note', models.TextField(blank=True, help_text='For staff.')),
                ('recorded_at', models.DateTimeField(default=accord_portal.foundation.clock.now)),
            ],
            options={
                'verbose_name': 'step of a partnership',
                'verbose_name_plural': 'steps of partnerships',
                'ordering': ['-since_on', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As the agreement has it: an agency, a champion or another.', max_length=200, verbose_name='organisation')),
                ('role', models.CharField(blank=True, max_length=200)),
                ('leads', models.BooleanField(default=False, verbose_name='leads the partnership')),
                ('office', models.CharField(blank=True, help_text='Who speaks for it, by office: chair, regional manager.', max_length=120)),
                ('brings', models.TextField(blank=True, verbose_name='what it brings')),
                ('since_on', models.DateField(blank=True, null=True, verbose_name='party since')),
                ('until_on', models.DateField(blank=True, null=True, verbose_name='party until')),
            ],
            options={
                'verbose_name_plural': 'parties',
                'ordering': ['-leads', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReviewReminder',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('review_on', models.DateField()),
                ('days_before', models.PositiveSmallIntegerField()),
                ('is_mailed', models.BooleanField(default=False, help_text='To whoever leads it; staff see the desk.')),
                ('reminded_at', models.DateTimeField(default=accord_portal.foundation.clock.now)),
            ],
        ),
        migrations.CreateModel(
            name='WorkItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=300)),
                ('due_on', models.DateField(blank=True, null=True, verbose_name='by')),
                ('state', models.CharField(choices=[('to_do', 'Not begun'), ('under_way', 'Under way'), ('done', 'Done'), ('dropped', 'Dropped')], default='to_do', max_length=10)),
            ],
            options={
                'verbose_name': 'line of the work programme',
                'verbose_name_plural': 'shared work programme',
                'ordering': [models.OrderBy(models.F('due_on'), nulls_last=True), 'pk'],
            },
        ),
        migrations.AddField(
            model_name='partnership',
            name='agreed_how',
            field=models.CharField(blank=True, max_length=200, verbose_name='how the partners agreed to that'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='agreed_on',
            field=models.DateField(blank=True, null=True, verbose_name='on which day they agreed'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='background',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='partnership',
            name='circumstances_change',
            field=models.TextField(blank=True, verbose_name='what is done when circumstances change'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='context',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='partnership',
            name='decisions',
            field=models.TextField(blank=True, verbose_name='how decisions are made'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='disagreements',
            field=models.TextField(blank=True, verbose_name='how disagreements are settled'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='facilitator',
            field=models.CharField(blank=True, help_text='Where no party leads.', max_length=200, verbose_name='outside facilitator'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='features',
            field=models.ManyToManyField(blank=True, limit_choices_to={'list': 'relational_feature'}, related_name='+', to='champions.codelistentry'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='handover',
            field=models.TextField(blank=True, help_text='For staff and parties: never public.', verbose_name='handover notes'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='information_sharing',
            field=models.TextField(blank=True, verbose_name='information-sharing terms'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='lessons',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='partnership',
            name='outcomes',
            field=models.TextField(blank=True, verbose_name='outcomes sought'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='people_change',
            field=models.TextField(blank=True, verbose_name='what is done when people change'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='place',
            field=models.CharField(blank=True, help_text='Where in them.', max_length=200),
        ),
        migrations.AddField(
            model_name='partnership',
            name='principles',
            field=models.ManyToManyField(blank=True, related_name='+', to='champions.principle', verbose_name='principles applied'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='published_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='partnership',
            name='published_by',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partnership',
            name='purpose',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='partnership',
            name='regions',
            field=models.ManyToManyField(blank=True, limit_choices_to={'list': 'region'}, related_name='+', to='champions.codelistentry'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='reporting',
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name='partnership',
            name='review_how',
            field=models.TextField(blank=True, verbose_name='how it is reviewed'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='review_on',
            field=models.DateField(blank=True, null=True, verbose_name='review day'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='signed_on',
            field=models.DateField(blank=True, null=True, verbose_name='date of agreement'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='slug',
            field=models.SlugField(db_index=False, max_length=90, null=True),
        ),
        migrations.AddField(
            model_name='partnership',
            name='status',
            field=models.CharField(choices=[('exploring', 'Exploring'), ('drafting', 'Drafting'), ('signed', 'Signed'), ('active', 'Active'), ('under_review', 'Under review'), ('ended', 'Ended')], default='exploring', max_length=12),
        ),
        migrations.AddField(
            model_name='partnership',
            name='term',
            field=models.CharField(blank=True, help_text='For example: three years, may be renewed.', max_length=200),
        ),
        migrations.AddField(
            model_name='partnership',
            name='visibility',
            field=models.CharField(choices=[('public', 'Public: the whole record'), ('summary', 'In summary: title, kind, parties and status'), ('private', 'Private: nothing')], default='private', max_length=8),
        ),
        migrations.AlterField(
            model_name='partnership',
            name='ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='end of the term'),
        ),
        migrations.AlterField(
            model_name='partnership',
            name='starts_on',
            field=models.DateField(blank=True, null=True, verbose_name='start'),
        ),
        migrations.AddField(
            model_name='partnershipdocument',
            name='added_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partnershipdocument',
            name='partnership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='documents', to='champions.partnership'),
        ),
        migrations.AddField(
            model_name='partnershiprisk',
            name='partnership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='risks', to='champions.partnership'),
        ),
        migrations.AddField(
            model_name='partnershipstep',
            name='partnership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='champions.partnership'),
        ),
        migrations.AddField(
            model_name='partnershipstep',
            name='recorded_by',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='party',
            name='agency',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='champions.agency'),
        ),
        migrations.AddField(
            model_name='party',
            name='champion',
            field=models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='champions.champion'),
        ),
        migrations.AddField(
            model_name='party',
            name='contact',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='responses.contact', verbose_name='who holds the office'),
        ),
        migrations.AddField(
            model_name='party',
            name='partnership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parties', to='champions.partnership'),
        ),
        migrations.AddField(
            model_name='reviewreminder',
            name='partnership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='reminders', to='champions.partnership'),
        ),
        migrations.AddField(
            model_name='workitem',
            name='partnership',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='work_items', to='champions.partnership'),
        ),
        migrations.AddField(
            model_name='workitem',
            name='party',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='champions.party', verbose_name='who'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.UniqueConstraint(condition=models.Q(('leads', True), ('until_on', None)), fields=('partnership',), name='party_one_leads', violation_error_message='One party leads: untick the other.'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('since_on', None), ('until_on', None), ('until_on__gte', models.F('since_on')), _connector='OR'), name='party_ends_after_it_begins', violation_error_message='It cannot end before it begins.'),
        ),
        migrations.AddConstraint(
            model_name='reviewreminder',
            constraint=models.UniqueConstraint(fields=('partnership', 'review_on', 'days_before'), name='review_reminder_once'),
        ),
        only_grows('champions_partnershipstep', ['note']),
    ]
