from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "accord_portal.staff"
    label = "staff"
    verbose_name = "Staff"

    def ready(self) -> None:
        """Before the admin site looks for what it shows; the messages of this room are declared."""
        from . import emails  # noqa: F401
        from .widgets import use

        use()
