"""Words to begin an answer with: a list that staff keep, and the boxes that begin with them."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.forms import Form, ModelForm
from django.http import HttpRequest

from accord_portal.staff.act_admin import ActAdmin, Record, key_in
from accord_portal.staff.record_admin import RecordAdmin
from responses.answers import reply_templates
from responses.models import ReplyTemplate


@admin.register(ReplyTemplate)
class ReplyTemplateAdmin(RecordAdmin):
    list_display = ["title", "act", "language", "version", "is_offered"]
    list_filter = ["act", "language", "is_offered"]
    fields = ["act", "language", "title", "text", "is_offered"]
    actions = None

    def save_model(
        self, request: HttpRequest, obj: ReplyTemplate, form: ModelForm[ReplyTemplate], change: bool
    ) -> None:
        obj.version += change and "text" in form.changed_data
        super().save_model(request, obj, form, change)


class FromTemplatesAdmin(ActAdmin[Record]):
    """Acts whose text may begin with a template, by its key in `?template=`."""

    def template_values(self, request: HttpRequest, record: Record) -> dict[str, str]:
        """What is filled in."""
        raise NotImplementedError

    def _form(
        self, act: str, record: Record, request: HttpRequest, data: Mapping[str, Any] | None = None
    ) -> Form:
        form = super()._form(act, record, request, data)
        chosen = key_in(request.GET.get("template", ""))
        if chosen and data is None and act in ReplyTemplate.Act.values:
            template = ReplyTemplate.objects.filter(pk=chosen, act=act, is_offered=True).first()
            if template:
                values = self.template_values(request, record)
                form.initial["text"] = reply_templates.filled(template, values)
        return form

    def page_context(self, request: HttpRequest, record: Record) -> dict[str, Any]:
        offered: dict[str, list[ReplyTemplate]] = defaultdict(list)
        for template in ReplyTemplate.objects.filter(is_offered=True):
            offered[template.act].append(template)
        return {**super().page_context(request, record), "templates": dict(offered)}
