"""Whether a text may go to an agency, and the line of evidence of what the person said."""

import accord_portal.foundation.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accord_portal.foundation.append_only import only_grows


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0007_tallies'),
        ('responses', '0023_reports_on_the_timeline'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='activity',
            name='kind',
            field=models.CharField(choices=[('answered', 'Answered the call'), ('confirmed', 'Confirmed the address'), ('preferences', 'Changed preferences'), ('unsubscribed', 'Unsubscribed'), ('acknowledged', 'Acknowledged'), ('asked_for_more', 'Asked for more'), ('answered_us', 'Answered what we asked'), ('referred', 'Asked whether it may be passed on'), ('passed_on', 'Passed on, as they agreed'), ('not_passed_on', 'Not passed on'), ('assigned', 'Assigned'), ('replied', 'Replied in full'), ('decided', 'Decided about an initiative'), ('invited', 'Invited to a meeting'), ('asked_after', 'Asked how an initiative is going'), ('reported', 'Said how an initiative stands'), ('moved', 'Named another day'), ('missed', 'Told that we missed a day'), ('not_arrived', 'A message did not arrive'), ('note', 'Note'), ('closed', 'Closed'), ('spam', 'Marked as spam'), ('reopened', 'Taken up again'), ('enrolled', 'Registered as champion'), ('agreed', 'Agreed what may be public'), ('published', 'Published'), ('taken_down', 'Taken down'), ('changed_answers', 'Changed their answers'), ('reminded', 'Reminded to confirm'), ('forgotten', 'Yes forgotten: never confirmed'), ('address_asked', 'Asked to change the address'), ('address_changed', 'Changed the address'), ('corrected', 'Corrected'), ('called', 'Telephone call'), ('wrote', 'Letter'), ('met', 'Meeting'), ('switched', 'Switch changed on request'), ('restricted', 'Not to be contacted'), ('released', 'May be contacted again'), ('follow_up', 'Follow-up'), ('recommended', 'Recommended somebody'), ('downloaded', 'Downloaded their information'), ('added', 'Added by staff'), ('imported', 'Came in a list'), ('merged', 'Merged'), ('unmerged', 'Merge undone'), ('erasure_asked', 'Asked to be erased'), ('erasure_proposed', 'Erasure proposed'), ('erasure_declined', 'Erasure declined'), ('erased', 'Erased')], max_length=20),
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('agency', models.CharField(blank=True, max_length=200)),
                ('address', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('text', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField(default=accord_portal.foundation.clock.now)),
                ('expires_on', models.DateField()),
                ('state', models.CharField(choices=[('asked', 'Asked'), ('agreed', 'Agreed, on its way'), ('sent', 'Passed on'), ('declined', 'Declined'), ('withdrawn', 'Taken back by staff'), ('expired', 'Not answered in time')], default='asked', max_length=10)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('eoi', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='referrals', to='responses.expressionofinterest')),
                ('mail', models.OneToOneField(blank=True, help_text='Mailed to the agency.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.outgoingmail')),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('question', models.OneToOneField(blank=True, help_text='Mailed to the person.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.outgoingmail')),
                ('read_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('withdrawn_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['asked_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('read_at', None), ('state__in', ['agreed', 'sent', 'declined', 'expired'])), fields=['id'], name='referral_unread'), models.Index(condition=models.Q(('state', 'asked')), fields=['expires_on'], name='referral_unanswered')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'asked')), fields=('eoi',), name='referral_asked_one_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at__isnull', False), ('state__in', ['agreed', 'sent', 'declined'])), models.Q(('answered_at', None), ('state__in', ['asked', 'withdrawn', 'expired'])), _connector='OR'), name='referral_answered_when'), models.CheckConstraint(condition=models.Q(models.Q(('mail', None), ('sent_at', None), ('state__in', ['asked', 'declined', 'withdrawn', 'expired'])), models.Q(('mail__isnull', False), ('sent_at', None), ('state', 'agreed')), models.Q(('mail__isnull', False), ('sent_at__isnull', False), ('state', 'sent')), _connector='OR'), name='referral_goes_nowhere_unless_agreed'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'withdrawn'), ('withdrawn_at__isnull', False), ('withdrawn_by__isnull', False)), models.Q(models.Q(('state', 'withdrawn'), _negated=True), ('withdrawn_at', None), ('withdrawn_by', None)), _connector='OR'), name='referral_withdrawn_when_and_by_whom'), models.CheckConstraint(condition=models.Q(models.Q(('read_at', None), ('read_by', None)), models.Q(('read_at__isnull', False), ('read_by__isnull', False)), _connector='OR'), name='referral_read_when_and_by_whom')],
            },
        ),
        migrations.CreateModel(
            name='ReferralConsent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('decision', models.CharField(choices=[('given', 'Yes'), ('declined', 'No')], max_length=10)),
                ('words', models.TextField(blank=True)),
                ('recorded_at', models.DateTimeField(default=accord_portal.foundation.clock.now)),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='responses.contact')),
                ('referral', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='consent', to='responses.referral')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        only_grows("responses_referralconsent", blankable=["words"]),
    ]
