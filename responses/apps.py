from importlib import import_module

from django.apps import AppConfig


class ResponsesConfig(AppConfig):
    name = "responses"
    verbose_name = "Contacts and answers"

    def ready(self) -> None:
        """The messages of these rooms are declared where they are made, and who is told of their outcome."""
        for room in ("answers", "consent", "contacts", "privacy", "undertakings"):
            import_module(f"responses.{room}.emails")
        for told in ("answers.referring", "undertakings.keeping"):
            import_module(f"responses.{told}")
