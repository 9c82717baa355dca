from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "accord_portal.desk"
    label = "desk"
    verbose_name = "The desk"
