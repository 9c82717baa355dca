"""Records that were merged before each mailbox kept to itself: now each stands as its own lines add up.

Until then the lines of all records of a person stood together, with the contact that was kept. A No that was
said there while they were one holds for every record: nobody can say whose it was.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import migrations

from responses.consent import ledger

FROM_THE_MAILBOX = ["confirmation_link", "preference_page"]


def rebuild(apps: Any, schema_editor: Any) -> None:
    names = ("Contact", "Merge", "Consent", "Involvement", "Activity")
    model = {name: apps.get_model("responses", name) for name in names}
    merged = model["Contact"].objects.exclude(merged_into=None).order_by("pk")
    families: dict[int, list[int]] = defaultdict(list)
    for key, kept in merged.values_list("pk", "merged_into").iterator():
        families[kept].append(key)
    for kept, others in families.items():
        _rebuild(model, [kept, *others])


def _rebuild(model: dict[str, Any], family: list[int]) -> None:
    merges = model["Merge"].objects.filter(other__in=family, undone_at=None).order_by("merged_at", "pk")
    since = _one_since(family, merges)
    lines = list(model["Consent"].objects.filter(contact__in=family).order_by("pk"))
    copies = [
        _copy(model, no, key)
        for no in lines
        if no.decision == "withdrawn" or (no.decision == "declined" and no.source in FROM_THE_MAILBOX)
        for key in family
        if (no.contact_id, key) in since
        and no.recorded_at >= since[no.contact_id, key]
        and not _said_yes_later(lines, no, key)
    ]
    lines += model["Consent"].objects.bulk_create(copies)
    reminded = model["Activity"].objects.filter(contact__in=family, kind="reminded").order_by("-happened_at")
    model["Involvement"].objects.filter(contact__in=family).delete()
    fresh = []
    for key in family:
        for purpose, standing in ledger.total(line for line in lines if line.contact_id == key).items():
            last = reminded.filter(happened_at__gte=standing.since_at).first()
            involvement = model["Involvement"](
                contact_id=key,
                purpose=purpose,
                consent_id=standing.consent,
                since_at=standing.since_at,
                confirmed_at=standing.confirmed_at,
                ended_at=standing.ended_at,
                off_asked_at=standing.off_asked_at,
                reminded_at=last.happened_at if last else None,
            )
            fresh.append(involvement)
    model["Involvement"].objects.bulk_create(fresh)


def _one_since(family: list[int], merges: Iterable[Any]) -> dict[tuple[int, int], Any]:
    """Since when the two of each pair were one person: the time of the merge that brought them together."""
    groups, since = {key: [key] for key in family}, {}
    for merge in merges:
        if merge.kept_id not in groups or merge.other_id not in groups:
            continue
        kept, other = groups[merge.kept_id], groups[merge.other_id]
        for one in kept:
            for two in other:
                since[one, two] = since[two, one] = merge.merged_at
        for key in other:
            groups[key] = kept
        kept += other
    return since


def _said_yes_later(lines: list[Any], no: Any, key: int) -> bool:
    """Whether that record's own mailbox said Yes to the same after the No."""
    return any(
        line.contact_id == key
        and line.purpose == no.purpose
        and line.pk > no.pk
        and line.decision in ("given", "confirmed")
        and line.source in FROM_THE_MAILBOX
        for line in lines
    )


def _copy(model: dict[str, Any], no: Any, key: int) -> Any:
    return model["Consent"](
        contact_id=key,
        purpose=no.purpose,
        decision="withdrawn",
        source=no.source,
        wording_id=no.wording_id,
        message=f"Taken back while one with contact {no.contact_id}",
        recorded_at=no.recorded_at,
        recorded_by_id=no.recorded_by_id,
    )


class Migration(migrations.Migration):
    dependencies = [("responses", "0009_letters")]

    operations = [migrations.RunPython(rebuild, migrations.RunPython.noop)]
