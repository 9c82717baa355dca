"""The addresses of the staff pages, for tests that walk them all."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Model
from django.urls import NoReverseMatch, reverse

from champions.models import PartnershipDocument
from responses.models import Contact, ExpressionOfInterest
from tests.staff.poisoned import REGISTERED


def addresses_of(page: Any, record: Model, everything: dict[str, Model]) -> Iterator[str]:
    """Every address under this page that leads somewhere, for this record."""
    keys = {
        "object_id": record.pk,
        "pk": record.pk,
        "eoi_pk": everything[ExpressionOfInterest._meta.label_lower].pk,
        "contact_pk": everything[Contact._meta.label_lower].pk,
        "id": record.pk,
        "side": "after",
        "document_pk": PartnershipDocument.objects.values_list("pk", flat=True)[0],
    }
    for pattern in page.get_urls():
        wanted = list(pattern.pattern.regex.groupindex)
        for act in getattr(page, "acts", {"": None}):
            known = {**keys, "act": act}
            if not pattern.name or (act and "act" not in wanted and act != next(iter(page.acts))):
                continue
            try:
                yield reverse(f"admin:{pattern.name}", kwargs={name: known[name] for name in wanted})
            except NoReverseMatch:
                continue


def asked_of(page: Any) -> Iterator[str]:
    """Ways to ask a list for what it does not show."""
    queries = ["q=poison", "q=secret.example", "q=555", "q=poison+street", "_facets=True", "all=", "p=1"]
    queries += [f"o={n}" for n in range(1, 8)] + ["_popup=1", "_popup=1&_to_field=email", "e=1"]
    queries += [f"{field.name}__icontains=poison" for field in page.opts.concrete_fields]
    yield from (
        f"{reverse(f'admin:{page.opts.app_label}_{page.opts.model_name}_changelist')}?{q}" for q in queries
    )


def all_addresses(everything: dict[str, Model]) -> list[str]:
    found = [reverse("admin:index"), reverse("admin:password_change"), reverse("admin:jsi18n")]
    found += [reverse("admin:app_list", args=[app]) for app in ("responses", "foundation", "staff")]
    found += [
        f"{reverse('admin:autocomplete')}?app_label={app}&model_name={model}&field_name={field}&term=poison"
        for app, model, field in [
            ("responses", "recommendation", "invitation"),
            ("responses", "consent", "contact"),
            ("champions", "champion", "eoi"),
        ]
    ]
    for label, page in REGISTERED.items():
        found += addresses_of(page, everything[label], everything)
        found += asked_of(page)
    return list(dict.fromkeys(found))
