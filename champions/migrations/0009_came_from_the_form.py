"""Until now initiatives were registered with their champion only: from the same form."""

from typing import Any

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps: Any, schema_editor: Any) -> None:
    form = apps.get_model("champions", "Champion").objects.filter(pk=OuterRef("champion")).values("eoi")[:1]
    apps.get_model("champions", "Initiative").objects.filter(eoi=None).update(eoi=Subquery(form))


class Migration(migrations.Migration):
    dependencies = [("champions", "0008_how_an_initiative_stands")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
