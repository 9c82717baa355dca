"""The door a web server calls: `gunicorn accord_portal.wsgi`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")

application = get_wsgi_application()

# What was loaded to start with stays: the collector need not walk it again with each request.
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
