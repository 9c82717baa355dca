from django.db import migrations

from accord_portal.foundation.append_only import only_grows
from accord_portal.foundation.search_index import fts_index


class Migration(migrations.Migration):
    dependencies = [
        ("foundation", "0002_personal_data"),
        ("responses", "0005_evidence_required"),
    ]

    operations = [
        only_grows("responses_consent", blankable=["message"]),
        only_grows("responses_consentwording"),
        only_grows("responses_activity", blankable=["text"]),
        fts_index("responses_contact"),
    ]
