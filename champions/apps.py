from django.apps import AppConfig


class ChampionsConfig(AppConfig):
    name = "champions"
    verbose_name = "Champions"

    def ready(self) -> None:
        """The messages of this room are declared where they are made."""
        from champions import emails  # noqa: F401
