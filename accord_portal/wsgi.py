"""The door a web server calls: `gunicorn accord_portal.wsgi`."""

import gc
import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")

application = get_wsgi_application()

from accord_portal import static_files  # noqa: E402 - Django is set up now
from accord_portal.foundation import time_limits  # noqa: E402

static_files.expect_collected()
time_limits.hold_to(**settings.WEB_TIME_LIMITS)

# What was loaded to start with stays: the collector need not walk it again with each request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
