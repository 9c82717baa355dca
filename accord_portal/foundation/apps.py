from django.apps import AppConfig


class FoundationConfig(AppConfig):
    name = "accord_portal.foundation"
    label = "foundation"
    verbose_name = "Mail"
