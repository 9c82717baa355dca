from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accord_portal.running import doctor


class Command(BaseCommand):
    help = "Says what is wrong with this portal and how to mend it; ends with 1 where anything is."
    requires_system_checks: list[str] = []  # it says in words what they find

    def handle(self, *args: Any, **options: Any) -> None:
        wrong = 0
        for name, trouble in doctor.examined():
            if trouble:
                wrong += 1
                self.stdout.write(self.style.ERROR(f"WRONG  {name}: {trouble.what}"))
                self.stdout.write(f"       To mend it: {trouble.mend}")
            else:
                self.stdout.write(f"well   {name}")
        if wrong:
            raise CommandError(f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong.")
        self.stdout.write("All is well.")
