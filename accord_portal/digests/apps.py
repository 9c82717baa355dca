from django.apps import AppConfig


class DigestsConfig(AppConfig):
    name = "accord_portal.digests"
    label = "digests"
    verbose_name = "Digests"
