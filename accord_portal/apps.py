from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "accord_portal"
    label = "portal"
    verbose_name = "Accord Portal"
