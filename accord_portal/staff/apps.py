from django.apps import AppConfig


class StaffConfig(AppConfig):
    name = "accord_portal.staff"
    label = "staff"
    verbose_name = "Staff"
