"""The door a web server calls: `gunicorn accord_portal.wsgi`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "accord_portal.settings")

application = get_wsgi_application()
