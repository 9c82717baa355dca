"""The words of the four questions: every version stays, and a new one follows it."""

from typing import Any

from django import forms
from django.contrib import admin
from django.forms import Form
from django.http import HttpRequest

from accord_portal.foundation.dates import instant_in_words
from accord_portal.foundation.fields import OneLineField
from accord_portal.staff.act_admin import Act, ActAdmin
from responses.consent import wordings
from responses.models import ConsentWording, Language


class NewWordingForm(forms.Form):
    """New words for a question, in one language."""

    language = forms.ChoiceField(label="Language", choices=Language.choices)
    text = OneLineField(
        label="The new wording",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Write the new wording"},
    )


@admin.register(ConsentWording)
class ConsentWordingAdmin(ActAdmin[ConsentWording]):
    page_template = "staff/wording.html"
    acts = {"reword": Act(wordings.reword, "The new wording is in force.", NewWordingForm)}
    list_display = ["__str__", "language", "text", "in_force", "since"]
    list_filter = ["purpose", "language"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        return ConsentWording.objects.marking_the_latest()

    @admin.display(description="In force", boolean=True)
    def in_force(self, wording: Any) -> bool:
        return bool(wording.is_latest)

    @admin.display(description="From")
    def since(self, wording: ConsentWording) -> str:
        return instant_in_words(wording.from_at)

    def fingerprint(self, record: ConsentWording) -> str:
        """The newest version in any language: whoever rewords the question has read that one."""
        return str(_versions(record)[0].pk)

    def form_arguments(self, record: ConsentWording, act: str) -> dict[str, Any]:
        return {"initial": {"language": record.language}}

    def arguments(self, request: HttpRequest, record: ConsentWording, act: str, form: Form) -> dict[str, Any]:
        return {"purpose": record.purpose, **super().arguments(request, record, act, form)}

    def page_context(self, request: HttpRequest, record: ConsentWording) -> dict[str, Any]:
        return {
            "title": f"The wording of “{record.get_purpose_display()}”",
            "versions": _versions(record),
        }


def _versions(wording: ConsentWording) -> list[Any]:
    """All versions of the question, the newest first."""
    same = ConsentWording.objects.marking_the_latest().filter(purpose=wording.purpose)
    return list(same.select_related("written_by").order_by("-pk"))
