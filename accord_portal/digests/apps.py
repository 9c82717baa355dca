from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "accord_portal.digests"
    label = "digests"
    verbose_name = "Digests"

    def ready(self) -> None:
        """The messages of this room are declared where they are made, and its checks too."""
        from accord_portal.digests import checks  # noqa: F401
        from accord_portal.digests.sending import emails  # noqa: F401
