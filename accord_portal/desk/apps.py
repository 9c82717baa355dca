from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "accord_portal.desk"
    label = "desk"
    verbose_name = "The desk"

    def ready(self) -> None:
        """Has the desk told what becomes of messages."""
        from . import tidying  # noqa: F401
