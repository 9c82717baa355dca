from django.db import migrations

from accord_portal.foundation.search_index import search_index


class Migration(migrations.Migration):
    dependencies = [("responses", "0001_initial")]

    operations = [search_index("responses_contact"), search_index("responses_expressionofinterest")]
