"""A page of the admin saves over what it showed, and over nothing that somebody wrote meanwhile."""

import json
from collections.abc import Sequence
from typing import Any

from django.db.models import Model
from django.forms import ModelForm, ValidationError
from django.utils.crypto import salted_hmac

from accord_portal.foundation.dates import instant_in_words

from . import revisions
from .models import Revision


def mark(records: Sequence[Model]) -> str:
    """A short text that is another once one of these records says something else."""
    said = {
        f"{kind._meta.label_lower}.{key}": fields for (kind, key), fields in revisions.said(records).items()
    }
    return salted_hmac("as seen", json.dumps(said, sort_keys=True), algorithm="sha256").hexdigest()[:32]


class AsSeenForm(ModelForm[Any]):
    """The form of a record that carries the mark of what it showed as `seen`; none means no check."""

    records: Sequence[Model] = ()  # the record and the rows beside it
    is_stale = False

    def clean(self) -> dict[str, Any]:
        """Raises ValidationError where the record was changed since; what was typed stays in the form."""
        cleaned = super().clean() or self.cleaned_data
        seen = self.data.get("seen")
        if seen and self.records and self.changed_data:
            record = self.records[0]
            rows = type(record)._default_manager.select_for_update(of=("self",), no_key=True)
            list(rows.filter(pk=record.pk).values_list("pk"))  # whoever saves it too waits until here
            if seen != mark(self.records):
                self.is_stale = True
                raise ValidationError(_changed(self.records))
        return cleaned


def shown(form: Any) -> str:
    """The mark that the page carries: of what it shows, or showed when what is typed in it was begun."""
    posted = form.data.get("seen", "") if form.is_bound and not getattr(form, "is_stale", False) else ""
    records = getattr(form, "records", ())
    return posted or (mark(records) if records else "")


def _changed(records: Sequence[Model]) -> str:
    last = Revision.objects.about(records).select_related("changed_by").first()
    who = last.changed_by if last and last.changed_by else "Somebody"
    when = f", {instant_in_words(last.changed_at)}" if last else ""
    return (
        f"{who} changed this since you opened it{when}. What you typed is below:"
        " save again, and it takes the place of theirs. “What it said before” shows both."
    )
