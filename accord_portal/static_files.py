"""The files that pages ask for: collected before the web server starts, or it says so and does not."""

from django.apps import apps
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage
from django.core.exceptions import ImproperlyConfigured


def expect_collected() -> None:
    """Raises ImproperlyConfigured where a page would fail for want of a file that was not collected."""
    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        return
    ignored = apps.get_app_config("staticfiles").ignore_patterns
    ours = {path for finder in get_finders() for path, _ in finder.list(ignored)}
    if missing := sorted(ours - staticfiles_storage.hashed_files.keys()):
        raise ImproperlyConfigured(
            f"{len(missing)} of {len(ours)} static files are not collected, {missing[0]} among them: no page"
            " works without. Run: python manage.py collectstatic"
        )
