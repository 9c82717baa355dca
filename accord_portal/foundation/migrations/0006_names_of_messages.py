"""Mail that is owed names its message by the name declared beside what makes it, not by where that stands."""

from django.db import migrations

RESPONSES = [
    "acknowledgement", "copy_of_answers", "reply", "please_confirm", "preferences_link", "preferences_saved",
    "address_asked", "address_changed", "invitation", "erasure_declined", "letter_received", "letter_answer",
]
NAMES = {
    **{f"responses.emails.{name}": name for name in RESPONSES},
    "champions.emails.asked_what_may_be_public": "asked_what_may_be_public",
    "accord_portal.staff.emails.set_passphrase": "set_passphrase",
    "accord_portal.staff.emails.address_changed": "account_address_changed",
    "accord_portal.digests.emails.test_of_issue": "test_of_issue",
}


def rename(names):
    def forwards_or_back(apps, schema_editor):
        OutgoingMail = apps.get_model("foundation", "OutgoingMail")
        for before, after in names.items():
            OutgoingMail.objects.filter(message=before).update(message=after)

    return forwards_or_back


class Migration(migrations.Migration):
    dependencies = [("foundation", "0005_doubts")]

    operations = [
        migrations.RunPython(rename(NAMES), rename({after: before for before, after in NAMES.items()})),
    ]
