"""The settings tests run under, in place before Django reads them; DATABASE_URL is the caller's."""

import atexit
import os
import shutil
import tempfile

DATA_DIR = tempfile.mkdtemp(prefix="accord-")
atexit.register(shutil.rmtree, DATA_DIR, ignore_errors=True)

os.environ.update(
    DEMO="true",
    SECRET_KEY="for tests only",
    BASE_URL="http://testserver",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    DATA_DIR=DATA_DIR,
    EMAIL_URL="memory:",
    FORM_MIN_SECONDS="0",
    FORM_POSTS_PER_HOUR="0",
)
