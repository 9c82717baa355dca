from django.db import migrations

from accord_portal.foundation.append_only import only_grows


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_personal_data"), ("staff", "0002_log_line")]

    operations = [only_grows("staff_logline")]
