"""Says of each message to a champion whose it is."""

from typing import Any

from django.db import migrations
from django.db.models import Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    mail = apps.get_model("foundation", "OutgoingMail").objects.filter(recipient=None)
    champions = apps.get_model("champions", "Champion").objects
    for key, facts in mail.values_list("pk", "facts").iterator():
        if "champion_id" in facts:
            theirs = champions.filter(pk=facts["champion_id"]).values("contact")[:1]
            mail.filter(pk=key).update(recipient=Subquery(theirs))


class Migration(migrations.Migration):
    dependencies = [("champions", "0003_clock"), ("foundation", "0002_personal_data")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
