from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accord_portal.digests import decisions
from accord_portal.digests.models import DigestIssue
from accord_portal.foundation import sender_dns
from accord_portal.foundation.acts import NotPossible

BY = "whoever runs the portal"


class Command(BaseCommand):
    help = "Lists digests that are not finished; pauses one (with --why), or lets it go on; checks our DNS."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", nargs="?", choices=["see", "pause", "resume", "check-dns"], default="see")
        parser.add_argument("issue", nargs="?", type=int, help="the number of the digest, as “see” lists it")
        parser.add_argument("--why", default="", help="why it is paused: staff read it on its page")

    def handle(self, *args: Any, act: str, issue: int | None, why: str, **options: Any) -> None:
        if act == "check-dns":
            self._check_dns()
            return
        if act != "see":
            self._act(act, issue, why)
        for row in DigestIssue.objects.unfinished():
            done = row.recipients - row.outstanding
            self.stdout.write(
                f"{row.pk}: {row}: {row.get_state_display()}, {done} of {row.recipients} done. {row.trouble}"
            )

    def _check_dns(self) -> None:
        """SPF, DKIM and DMARC; ends with an error where one is to be mended, or nobody answered."""
        found = sender_dns.findings()
        for each in found:
            self.stdout.write(f"{each.about} of {each.domain}: {each.says}")
            if each.publish:
                self.stdout.write(f"  To publish: {each.publish}")
        if not all(each.is_good for each in found):
            raise CommandError("Not all of SPF, DKIM and DMARC stand.")

    def _act(self, act: str, key: int | None, why: str) -> None:
        issue = DigestIssue.objects.filter(pk=key or 0).first()
        if issue is None:
            raise CommandError("Say which digest, by its number: `manage.py digests` lists them.")
        if act == "pause" and not why:
            raise CommandError("Say why: --why “…”.")
        try:
            if act == "pause":
                decisions.pause(issue=issue, by=BY, why=why)
            else:
                decisions.resume(issue=issue, by=BY)
        except NotPossible as refused:
            raise CommandError(str(refused)) from refused
