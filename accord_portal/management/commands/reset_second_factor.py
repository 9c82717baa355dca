from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accord_portal.foundation.acts import NotPossible
from accord_portal.staff import second_factor
from accord_portal.staff.models import User


class Command(BaseCommand):
    help = "Resets a second factor: for the last administrator, whose telephone and codes are gone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", help="The address that they sign in with.")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        try:
            second_factor.reset(account=User.objects.get_by_natural_key(email), by=None)
        except (User.DoesNotExist, NotPossible) as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write("Reset. They set up another when they sign in next.")
