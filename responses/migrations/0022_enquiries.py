"""What staff ask of whoever sent a form, and the answer."""

import accord_portal.foundation.clock
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('foundation', '0007_tallies'),
        ('responses', '0021_mail_of_a_line'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name='activity',
            name='kind',
            field=models.CharField(choices=[('answered', 'Answered the call'), ('confirmed', 'Confirmed the address'), ('preferences', 'Changed preferences'), ('unsubscribed', 'Unsubscribed'), ('acknowledged', 'Acknowledged'), ('asked_for_more', 'Asked for more'), ('answered_us', 'Answered what we asked'), ('assigned', 'Assigned'), ('replied', 'Replied in full'), ('decided', 'Decided about an initiative'), ('invited', 'Invited to a meeting'), ('asked_after', 'Asked how an initiative is going'), ('moved', 'Named another day'), ('missed', 'Told that we missed a day'), ('not_arrived', 'A message did not arrive'), ('note', 'Note'), ('closed', 'Closed'), ('spam', 'Marked as spam'), ('reopened', 'Taken up again'), ('enrolled', 'Registered as champion'), ('agreed', 'Agreed what may be public'), ('published', 'Published'), ('taken_down', 'Taken down'), ('changed_answers', 'Changed their answers'), ('reminded', 'Reminded to confirm'), ('forgotten', 'Yes forgotten: never confirmed'), ('address_asked', 'Asked to change the address'), ('address_changed', 'Changed the address'), ('corrected', 'Corrected'), ('called', 'Telephone call'), ('wrote', 'Letter'), ('met', 'Meeting'), ('switched', 'Switch changed on request'), ('restricted', 'Not to be contacted'), ('released', 'May be contacted again'), ('follow_up', 'Follow-up'), ('recommended', 'Recommended somebody'), ('downloaded', 'Downloaded their information'), ('added', 'Added by staff'), ('imported', 'Came in a list'), ('merged', 'Merged'), ('unmerged', 'Merge undone'), ('erasure_asked', 'Asked to be erased'), ('erasure_proposed', 'Erasure proposed'), ('erasure_declined', 'Erasure declined'), ('erased', 'Erased')], max_length=20),
        ),
        migrations.AlterField(
            model_name='replytemplate',
            name='act',
            field=models.CharField(choices=[('acknowledge', 'Acknowledge'), ('reply', 'Reply in full'), ('ask', 'Ask for more'), ('decide', 'Decide about an initiative'), ('close', 'Close'), ('answer', 'Answer a letter')], max_length=12, verbose_name='for'),
        ),
        migrations.CreateModel(
            name='Enquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(blank=True)),
                ('asked_at', models.DateTimeField(default=accord_portal.foundation.clock.now)),
                ('answer', models.TextField(blank=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('read_at', models.DateTimeField(blank=True, null=True)),
                ('asked_by', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('eoi', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='enquiries', to='responses.expressionofinterest')),
                ('mail', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='foundation.outgoingmail')),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('read_by', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'enquiries',
                'ordering': ['asked_at', 'pk'],
                'indexes': [models.Index(condition=models.Q(('answered_at__isnull', False), ('read_at', None)), fields=['id'], name='enquiry_unread')],
                'constraints': [models.CheckConstraint(condition=models.Q(('answered_at__isnull', False), ('answer', ''), _connector='OR'), name='enquiry_answered_when'), models.CheckConstraint(condition=models.Q(models.Q(('read_at', None), ('read_by', None)), models.Q(('answered_at__isnull', False), ('read_at__isnull', False), ('read_by__isnull', False)), _connector='OR'), name='enquiry_read_when_and_by_whom')],
            },
        ),
    ]
