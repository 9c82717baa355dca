from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Django's admin with our site in place of its own."""

    default_site = "accord_portal.staff.sites.StaffSite"
