from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    name = "responses"
    verbose_name = "Who wrote in"

    def ready(self) -> None:
        """The messages of this room are declared where they are made."""
        from . import emails  # noqa: F401
