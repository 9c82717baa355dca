from typing import Any

from django.core.management.base import BaseCommand, CommandError

from responses.consent import audit


class Command(BaseCommand):
    help = "Recomputes every involvement from the ledger of consent and reports each that differs."

    def handle(self, *args: Any, **options: Any) -> None:
        number = 0
        for found in audit.disagreements():
            number += 1
            self.stderr.write(
                f"Contact {found.contact}, {found.purpose}: the ledger says {found.ledger},"
                f" the involvement {found.written}."
            )
        referrals = audit.referrals_without_their_line()
        for key in referrals:
            self.stderr.write(f"Referral {key}: its line of evidence says something else, or is not there.")
        if number or referrals:
            raise CommandError(
                f"{number} involvements and {len(referrals)} referrals differ from the evidence."
            )
        self.stdout.write("Every involvement and every referral is what the evidence says.")
