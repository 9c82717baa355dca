from django.db import migrations

from accord_portal.foundation.search_index import search_index


class Migration(migrations.Migration):
    dependencies = [("champions", "0001_initial")]

    operations = [search_index("champions_champion"), search_index("champions_initiative")]
