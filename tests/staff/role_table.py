"""The roles against what each may see and do, as `docs/roles.md` shows it."""

from collections.abc import Iterator

from django.contrib import admin

from accord_portal.staff.act_admin import ActAdmin
from accord_portal.staff.roles import ROLES, SEE_DETAILS

HEADING = ["what", *(role.name.lower() for role in ROLES)]
OF_THEIR_OWN = {  # what is seen or done elsewhere than on a record's own page
    "addresses and numbers": [SEE_DETAILS],
    "contacts: export": ["responses.export_contact"],
    "digest issues: compose": ["digests.change_digestissue"],
    "champions: register": ["champions.change_champion", "responses.view_contact"],
    "forms: write down": ["responses.change_expressionofinterest", SEE_DETAILS],
}
SEEN_WITH = {"responses.duplicate": "responses.view_contact"}  # the others: the permission to view the kind


def rows() -> Iterator[tuple[str, list[str]]]:
    """Each thing to see or do, in words, with the permissions it takes."""
    yield from OF_THEIR_OWN.items()
    for model, page in sorted(admin.site._registry.items(), key=lambda pair: pair[0]._meta.label):
        opts = model._meta
        kind, app = str(opts.verbose_name_plural), opts.app_label
        yield f"{kind}: see", [SEEN_WITH.get(opts.label_lower, f"{app}.view_{opts.model_name}")]
        if isinstance(page, ActAdmin):
            for act in page.acts:
                yield f"{kind}: {act.replace('_', ' ')}", list(page.needed(act))
        elif opts.label_lower != "staff.logline":
            yield f"{kind}: change", [f"{app}.change_{opts.model_name}"]


def table() -> list[str]:
    """The lines of the table."""
    lines = ["| " + " | ".join(HEADING) + " |", "|" + " --- |" * len(HEADING)]
    for what, needs in rows():
        cells = ["yes" if role.permissions.issuperset(needs) else "" for role in ROLES]
        lines.append(f"| {' | '.join([what, *cells])} |".replace("  ", " "))
    return lines
