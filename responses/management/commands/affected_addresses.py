import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Model

from accord_portal.foundation.addresses import mailbox
from responses.models import Contact, ExpressionOfInterest, ImportRow, Letter, Recommendation

# Where addresses stand: the address, since when, and the list it came in
HELD: list[tuple[type[Model], str, str, str]] = [
    (Contact, "email", "created_at", "import_rows__contact_import"),
    (ExpressionOfInterest, "email", "received_at", ""),
    (Letter, "email", "received_at", ""),
    (Recommendation, "email", "recommended_at", ""),
    (ImportRow, "mailbox", "contact_import__uploaded_at", "contact_import"),
]


class Command(BaseCommand):
    help = "Lists the email addresses the portal holds, one a line, each once: whom a breach affects."

    def add_arguments(self, parser: CommandParser) -> None:
        day = dt.date.fromisoformat
        parser.add_argument("--since", type=day, help="only those held since this day, as in 2026-11-16")
        parser.add_argument("--until", type=day, help="only those that came up to this day")
        parser.add_argument("--import", type=int, dest="list", help="only those who came in this import")

    def handle(self, *args: Any, **options: Any) -> None:
        written: set[str] = set()
        for model, address, came, came_in in HELD:
            if options["list"] and not came_in:
                continue
            wanted = {
                f"{came}__date__gte": options["since"],
                f"{came}__date__lte": options["until"],
                came_in: options["list"],
            }
            rows = model._default_manager.filter(**{look: value for look, value in wanted.items() if value})
            held = rows.exclude(**{address: ""}).order_by("pk").values_list(address, flat=True)
            for email in held.iterator():
                if mailbox(email) not in written:
                    written.add(mailbox(email))
                    self.stdout.write(email)
