from django.db import migrations

from accord_portal.foundation.append_only import only_grows


class Migration(migrations.Migration):
    dependencies = [("staff", "0010_second_factor")]

    operations = [only_grows("staff_logline", kept=("happened_at", 365))]
