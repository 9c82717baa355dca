"""Lists to bring in, and what becomes of them, step by step."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accord_portal.foundation.models import OutgoingMail
from accord_portal.staff.models import User
from responses.importing import steps
from responses.models import (
    Activity,
    Consent,
    Contact,
    ContactImport,
    Involvement,
    Suppression,
)
from tests.factories import UserFactory

ASKED = "Asked on the form of 2011"

State = ContactImport.State

List = Sequence[Sequence[str]]


def text_of(rows: List) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    return file.getvalue().encode()


def uploaded(content: bytes | List, mere: User, basis: str = "express", **said: str) -> ContactImport:
    file = SimpleUploadedFile("list.csv", content if isinstance(content, bytes) else text_of(content))
    said = {"source": "The register of 2011", "basis_detail": ASKED, **said}
    return steps.upload(file=file, basis=basis, by=mere, **said)


def matched(found: ContactImport, mere: User, **holds: str) -> ContactImport:
    """The list with its columns matched as they are guessed, or as told by their headings, and looked at."""
    steps.go_on(found.pk)
    found.refresh_from_db()
    if found.state == State.MATCHING:
        said = [holds.get(column["heading"], column["holds"]) for column in found.columns]
        steps.match(contact_import=found, holds=said, by=mere)
        steps.go_on(found.pk)
        found.refresh_from_db()
    return found


def looked_at(content: bytes | List, mere: User, basis: str = "express", **said: str) -> ContactImport:
    return matched(uploaded(content, mere, basis, **said), mere)


def brought_in(content: bytes | List, mere: User, basis: str = "express", **said: str) -> ContactImport:
    found = looked_at(content, mere, basis, **said)
    let_in(found)
    steps.go_on(found.pk)
    found.refresh_from_db()
    return found


def let_in(found: ContactImport) -> None:
    """Somebody else than who prepared it approves the list."""
    steps.approve(contact_import=found, by=UserFactory(name="Ana Officer"))


def fates(found: ContactImport) -> dict[int, str]:
    return dict(found.rows.values_list("number", "fate"))


def everything() -> dict[str, list[Any]]:
    """All that an import may change, the import itself and the log aside."""
    models = [Contact, Consent, Involvement, Activity, Suppression, OutgoingMail]
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in models}


HEADING = ["name", "email", "keep informed", "give advice"]


def people(number: int) -> List:
    rows = [[f"P{n}", f"p{n % max(number - 1, 1)}@example.org", "yes", "yes"] for n in range(number)]
    return [HEADING, *rows]


def errors(
    *rows: Sequence[str], mere: User, basis: str = "express", heading: str = ""
) -> list[list[list[str]]]:
    """What is wrong with each row of a list."""
    names = heading.split(",") if heading else ["Name", "Email", "Phone", "Keep informed", "Basis"]
    found = looked_at([names, *rows], mere, basis)
    assert found.state == State.CHECKED, found.trouble
    return [row.errors for row in found.rows.order_by("number")]
