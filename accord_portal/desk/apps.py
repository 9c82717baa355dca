from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "accord_portal.desk"
    label = "desk"
    verbose_name = "The desk"

    def ready(self) -> None:
        """Declares its messages, and has it told what becomes of those of others."""
        from . import emails, tidying  # noqa: F401
