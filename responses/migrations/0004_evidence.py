"""The wording of 2011 becomes version 1, and what was said before is said to it."""

from typing import Any

from django.db import migrations
from django.db.models import Exists, OuterRef, Subquery

from responses.models.wording import IN_2011, WORDINGS_OF_2011


def fill(apps: Any, schema_editor: Any) -> None:
    model = {name: apps.get_model("responses", name) for name in ("Consent", "ConsentWording", "Involvement")}
    for purpose, text in WORDINGS_OF_2011.items():
        wording = model["ConsentWording"].objects.create(
            purpose=purpose, version=1, text=text, from_at=IN_2011
        )
        model["Consent"].objects.filter(purpose=purpose).update(wording=wording)
    lines = model["Consent"].objects.filter(contact=OuterRef("contact"), purpose=OuterRef("purpose"))
    gave = lines.filter(decision="given", recorded_at__lte=OuterRef("since_at")).order_by("-recorded_at", "pk")
    model["Involvement"].objects.update(consent=Subquery(gave.values("pk")[:1]))
    yes_again = lines.filter(decision="given", pk__gt=OuterRef("pk"))
    noes = lines.filter(~Exists(yes_again), decision="declined").order_by("pk")
    counting = model["Involvement"].objects.filter(ended_at=None, confirmed_at__isnull=False)
    counting.update(off_asked_at=Subquery(noes.values("recorded_at")[:1]))
    _address_mail(apps)


def _address_mail(apps: Any) -> None:
    """Says of each message about a form whose it is."""
    mail = apps.get_model("foundation", "OutgoingMail").objects.filter(recipient=None)
    forms = apps.get_model("responses", "ExpressionOfInterest").objects
    for key, facts in mail.values_list("pk", "facts").iterator():
        if "eoi_id" in facts:
            theirs = forms.filter(pk=facts["eoi_id"]).values("contact")[:1]
            mail.filter(pk=key).update(recipient=Subquery(theirs))


def forget(apps: Any, schema_editor: Any) -> None:
    apps.get_model("responses", "Involvement").objects.update(consent=None)
    apps.get_model("responses", "Consent").objects.update(wording=None)
    apps.get_model("responses", "ConsentWording").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("foundation", "0002_personal_data"), ("responses", "0003_contact_list")]

    operations = [migrations.RunPython(fill, forget)]
