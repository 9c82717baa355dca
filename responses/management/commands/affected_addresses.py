import datetime as dt
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from responses.models import Contact


class Command(BaseCommand):
    help = "Lists the email addresses the portal holds, one a line: whom a breach affects."

    def add_arguments(self, parser: CommandParser) -> None:
        day = dt.date.fromisoformat
        parser.add_argument("--since", type=day, help="only contacts since this day, as in 2026-11-16")
        parser.add_argument("--until", type=day, help="only contacts up to this day")
        parser.add_argument("--import", type=int, dest="list", help="only those who came in this import")

    def handle(self, *args: Any, **options: Any) -> None:
        contacts = Contact.objects.exclude(email="").order_by("pk")
        if options["since"]:
            contacts = contacts.filter(created_at__date__gte=options["since"])
        if options["until"]:
            contacts = contacts.filter(created_at__date__lte=options["until"])
        if options["list"]:
            contacts = contacts.filter(import_rows__contact_import=options["list"])
        for email in contacts.values_list("email", flat=True).iterator():
            self.stdout.write(email)
