"""Settings: production's unless told otherwise, and from the environment only (see `.env.example`).

`DEBUG` or `DEMO` fill in what a laptop needs. Without them a missing SECRET_KEY, ALLOWED_HOSTS,
DATABASE_URL, BASE_URL or OFFICE_POSTAL_ADDRESS stops the start and names the variable.
"""

import os
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.conf.locale import LANG_INFO
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from environs import Env

from accord_portal.foundation import configured

ROOT = Path(__file__).resolve().parent.parent
env = Env()


def required(name: str) -> str:
    """The variable's value; stops the start, naming it, where it is missing or empty."""
    value = env.str(name, "").strip()
    if not value:
        raise ImproperlyConfigured(
            f"Set {name} in the environment: .env.example says what it is for."
            " On a laptop, `make demo` needs no settings."
        )
    return value


# --- which portal is this? -------------------------------------------------------------------

DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("DEMO", False)  # sample people, a sign-in on the console; see `manage.py demo`
LAPTOP = DEBUG or DEMO
DATA_DIR = ROOT / env.str("DATA_DIR", "var")


def laptop_secret() -> str:
    """One secret a data folder, so that the demo's links survive a restart."""
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    path = DATA_DIR / "secret-key"
    if not path.exists():
        path.write_text(get_random_secret_key())
        path.chmod(0o600)
    return path.read_text()


SECRET_KEY = env.str("SECRET_KEY", "").strip() or (laptop_secret() if LAPTOP else required("SECRET_KEY"))
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
HASH_KEY = env.str("HASH_KEY", "")  # of the hashes that outlive a person: never rotated
ALLOWED_HOSTS = [
    configured.host("ALLOWED_HOSTS", host)
    for host in [host for host in env.str("ALLOWED_HOSTS", "").split(",") if host.strip()]
    or (["localhost", "127.0.0.1", "[::1]"] if LAPTOP else required("ALLOWED_HOSTS").split(","))
]
BASE_URL = configured.base_url(
    "BASE_URL",
    env.str("BASE_URL", "").strip()
    or (f"http://127.0.0.1:{env.int('PORT', 8000)}" if LAPTOP else required("BASE_URL")),
)
if LAPTOP and urlsplit(BASE_URL).scheme == "https":
    raise ImproperlyConfigured(
        f"{'DEMO' if DEMO else 'DEBUG'} is on, and BASE_URL says https. A demo and a developer's portal"
        " are for one's own machine: take the one or the other out of the environment."
    )
CSRF_TRUSTED_ORIGINS = [BASE_URL]

# --- the house -------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accord_portal",
    "accord_portal.desk",
    "accord_portal.digests",
    "champions",
    "responses",
    "accord_portal.staff",
    "accord_portal.foundation",
    "accord_portal.staff.admin_config.StaffAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "crispy_forms",
    "csp",
    "anymail",
]

MIDDLEWARE = [
    "accord_portal.foundation.request_ids.GiveRequestIds",
    "accord_portal.foundation.policy.Policies",
    "django.middleware.security.SecurityMiddleware",
    "accord_portal.health.AnswerMonitors",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "accord_portal.foundation.malformed.RefuseMalformedRequests",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "accord_portal.staff.middleware.StaffSessions",
]
SILENCED_SYSTEM_CHECKS = [
    # The admin looks for three middleware in the list above. StaffSessions holds them, for /staff/ only,
    # since no public page has a session; tests/staff/test_sign_in.py sees that they run there.
    "admin.E408",  # AuthenticationMiddleware
    "admin.E409",  # MessageMiddleware
    "admin.E410",  # SessionMiddleware
]

ROOT_URLCONF = "accord_portal.urls"
WSGI_APPLICATION = "accord_portal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accord_portal.foundation.office.for_templates",
            ],
            "builtins": ["accord_portal.foundation.templatetags.accord"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = CRISPY_TEMPLATE_PACK = "accord"
CRISPY_FAIL_SILENTLY = False

# Each has a module `personal_data`; the upper rooms first. See `foundation/personal_data.py`.
ROOMS_WITH_PERSONAL_DATA = [
    "accord_portal.desk",
    "accord_portal.digests",
    "champions.partnerships",
    "champions.stories",
    "champions.own_page",
    "champions",
    "responses",
]
# Each has a module `contact_sections`, in the order of the page. See `responses/contact_sections.py`.
ROOMS_WITH_CONTACT_SECTIONS = ["champions", "accord_portal.digests", "accord_portal.public"]
# Each has a module `undertaking_evidence`. See `responses/undertakings/evidence.py`.
ROOMS_WITH_EVIDENCE = ["accord_portal.digests"]
# Each has a function `not_owed_yet`. See `responses/undertakings/audit.py`.
MODULES_OWING_BY_QUARTER = ["accord_portal.digests.promises", "champions.initiatives.asking"]

# --- data ------------------------------------------------------------------------------------

DATABASES = {
    "default": env.dj_db_url(
        "DATABASE_URL",
        f"sqlite:///{DATA_DIR / 'portal.sqlite3'}" if LAPTOP else required("DATABASE_URL"),
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    Path(DATABASES["default"]["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "PRAGMA cache_size=-64000; PRAGMA mmap_size=268435456; PRAGMA wal_autocheckpoint=4000;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": env.int("DATABASE_CONNECT_SECONDS", 5),
        # A server that is gone without a word is noticed within half a minute.
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 4,
        "tcp_user_timeout": 30_000,  # milliseconds
        **DATABASES["default"].get("OPTIONS", {}),
    }
DATABASES["default"]["CONN_MAX_AGE"] = 60
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Seconds that PostgreSQL gives a statement, its wait for a lock, and a transaction in which nothing happens:
# for the web, where somebody waits, and for the worker. Commands by hand (migrate) have no limit.
WEB_TIME_LIMITS = {"statement": env.int("DATABASE_STATEMENT_SECONDS", 15), "lock": 10, "idle": 60}
WORKER_TIME_LIMITS = {"statement": 1800, "lock": 60, "idle": 600}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# --- language, days and clocks ---------------------------------------------------------------

LANGUAGE_CODE = "en-nz"
LANGUAGES = [("en-nz", "English (New Zealand)")]
LANG_INFO["mi"] = {"bidi": False, "code": "mi", "name": "Māori", "name_local": "te reo Māori"}
LOCALE_PATHS = [ROOT / "accord_portal" / "locale"]
FORMAT_MODULE_PATH = "accord_portal.formats"
TIME_ZONE = "Pacific/Auckland"
USE_TZ = True

# --- files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [ROOT / "static"]
STATIC_ROOT = ROOT / env.str("STATIC_ROOT", str(DATA_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- mail ------------------------------------------------------------------------------------

EMAIL_URL = env.str("EMAIL_URL", "")
ANYMAIL = {
    name.removeprefix("ANYMAIL_"): value for name, value in os.environ.items() if name.startswith("ANYMAIL_")
}  # ANYMAIL_BACKEND names the provider ("mailgun"); the rest are that provider's own settings
MAIL_PROVIDER = ANYMAIL.pop("BACKEND", "")
if MAIL_PROVIDER:
    EMAIL_BACKEND = configured.provider_backend(MAIL_PROVIDER)
elif EMAIL_URL.startswith("eml:") or (LAPTOP and not EMAIL_URL):
    EMAIL_BACKEND = "accord_portal.foundation.eml_backend.EmailBackend"
    EMAIL_FILE_PATH = EMAIL_URL.removeprefix("eml:") or str(DATA_DIR / "mail")
elif EMAIL_URL:
    vars().update(configured.mail_server("EMAIL_URL", EMAIL_URL))
else:  # a mail server on this machine; where there is none, mail fails and staff see it
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
if EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend":
    EMAIL_BACKEND = "accord_portal.foundation.smtp_backend.EmailBackend"
# Whom mail may leave this machine for; None: everybody.
MAIL_ALLOWED: list[str] | None = env.list("MAIL_ALLOWED", []) or ([] if LAPTOP else None)
MAIL_PER_SECOND = env.float("MAIL_PER_SECOND", 0)  # all workers together; 0: as fast as it goes
MAIL_PER_DAY = env.int("MAIL_PER_DAY", 0)  # 0: no limit; a tenth is kept for what people wait for
EMAIL_TIMEOUT = env.int(
    "EMAIL_TIMEOUT", 20
)  # seconds a step; the answer to a whole message, three times so long
EMAIL_USE_LOCALTIME = True  # a Date header with its zone
_domain = "example.org" if LAPTOP else urlsplit(BASE_URL).hostname
DEFAULT_FROM_EMAIL = configured.sender(
    "DEFAULT_FROM_EMAIL",
    env.str("DEFAULT_FROM_EMAIL", "") or f"Department of Internal Affairs <accord@{_domain}>",
)
SERVER_EMAIL = DEFAULT_FROM_EMAIL
_name, _address = parseaddr(DEFAULT_FROM_EMAIL)
DIGEST_FROM_EMAIL = configured.sender(
    "DIGEST_FROM_EMAIL", env.str("DIGEST_FROM_EMAIL", "") or str(Address(_name, addr_spec=f"news.{_address}"))
)
REPLY_TO_EMAIL = configured.sender("REPLY_TO_EMAIL", env.str("REPLY_TO_EMAIL", "") or DEFAULT_FROM_EMAIL)
DKIM_SELECTORS: list[str] = env.list("DKIM_SELECTORS", [])  # under which names the mail provider signs
DIGEST_BATCH_SIZE = env.int("DIGEST_BATCH_SIZE", 1000)  # people a batch
DIGEST_EXPIRES_DAYS = env.int("DIGEST_EXPIRES_DAYS", 30)  # after approval: then what is unsent stays so
DIGEST_WINDOW = env.int(
    "DIGEST_WINDOW", 500
)  # of them, how many are written down together before they are sent

# --- the office that runs this portal --------------------------------------------------------

OFFICE_POSTAL_ADDRESS = env.str("OFFICE_POSTAL_ADDRESS", "").strip() or (
    "Sample address, Wellington" if LAPTOP else required("OFFICE_POSTAL_ADDRESS")
)
OFFICE_TELEPHONE = env.str("OFFICE_TELEPHONE", "04 000 0000 (sample)" if LAPTOP else "")
OFFICE_PRIVACY_URL = env.str("OFFICE_PRIVACY_URL", "https://www.dia.govt.nz/Privacy")
# Who allows records to be disposed of, and under which authority (Public Records Act 2005). Empty: nobody
# is erased, and who asks for it is restricted instead.
DISPOSAL_AUTHORITY = configured.short(
    "DISPOSAL_AUTHORITY", env.str("DISPOSAL_AUTHORITY", "Sample authority DA000 (demo)" if DEMO else ""), 200
)
SECURITY_CONTACT = env.str("SECURITY_CONTACT", f"{BASE_URL}/contact/")

# --- what we owe: by when, in days on which the office is open ---------------------------------

ACKNOWLEDGE_WORKING_DAYS = env.int("ACKNOWLEDGE_WORKING_DAYS", 3)  # Web Usability Standard 1.4
REPLY_WORKING_DAYS = env.int("REPLY_WORKING_DAYS", 20)  # unless the acknowledgement names a day
TALK_WORKING_DAYS = env.int("TALK_WORKING_DAYS", 10)
INVITE_MONTHS = env.int("INVITE_MONTHS", 6)

# When staff are mailed what waits for them: on working days, from this hour in New Zealand.
MORNING_MAIL_HOUR = configured.hour("MORNING_MAIL_HOUR", env.str("MORNING_MAIL_HOUR", "8"))

# --- the form: robots are held off without a puzzle ------------------------------------------

FORM_MIN_SECONDS = env.int("FORM_MIN_SECONDS", 1)  # a robot needs milliseconds, a person a minute
FORM_POSTS_PER_HOUR = env.int("FORM_POSTS_PER_HOUR", 30)  # a client, all doors together; 0: no limit
# How many proxies stand in front whose X-Forwarded-For can be believed: production has one, for TLS.
PROXY_COUNT = env.int("PROXY_COUNT", 0 if LAPTOP else 1)
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024  # bytes; the longest form in a script of its own
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
# The pages that take files, from signed-in staff only, and how many bytes they read: more than they want, so
# that they can say in words that a file is too large. Each is a pattern of the whole path.
UPLOADS = {
    r"/staff/responses/contactimport/add/": 64 * 1024 * 1024,
    r"/staff/champions/partnership/\d+/act/document/": 16 * 1024 * 1024,
    r"/staff/champions/(accordtext|reference)/(add|\d+/change)/": 16 * 1024 * 1024,
}

# Those that take files from whoever was mailed a link, by what the link is for.
UPLOADS_BY_LINK = {"own-page": 12 * 1024 * 1024}

# Whoever sends it along reads at /health/ready how the portal is; empty: nobody does, there.
MONITOR_TOKEN = env.str("MONITOR_TOKEN", "")

# What mail providers tell us at once, with the secret: some gather thousands of events in one request.
WEBHOOKS, MAX_WEBHOOK_BYTES = r"/anymail/[a-z_]+/tracking/", 8 * 1024 * 1024

# --- staff -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.User"
AUTH_PASSWORD_VALIDATORS = [{"NAME": "accord_portal.staff.passphrase_rules.PassphraseRules"}]
# Nothing of the staff pages answers without it; a demo's sign-in is on show anyway.
SECOND_FACTOR = not LAPTOP
SIGN_IN_PROVIDERS = configured.sign_in_providers(env, is_laptop=LAPTOP)
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"  # where the page asked for is none of ours
STAFF_FIGURES = "accord_portal.figures.panels"

# --- security --------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = not LAPTOP
SECURE_REDIRECT_EXEMPT = [r"^health/(ready)?$"]  # a load balancer asks over plain HTTP
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if not LAPTOP else None
SECURE_HSTS_SECONDS = 0 if LAPTOP else 63_072_000  # two years
SECURE_HSTS_INCLUDE_SUBDOMAINS = not LAPTOP
SECURE_HSTS_PRELOAD = env.bool("HSTS_PRELOAD", False)
if not SECURE_HSTS_PRELOAD:
    # It asks browsers' makers to list the domain, for years and with all its sub-domains: for the domain's
    # owner to decide, and not a fault where it is off.
    SILENCED_SYSTEM_CHECKS.append("security.W021")
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not LAPTOP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 20 * 60  # seconds since the last page; see staff/idling.py
# The cookie stays as long as the browser is open, so that a form sent too late is known to be whose it is;
# when the session ends, the row in the database says (staff/ended.py).
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "accord_portal.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],  # scripts of staff pages; and checkers read robots.txt from within a page
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

# --- logs: to standard error, nothing personal -----------------------------------------------

LOG_AS_JSON = env.bool("LOG_AS_JSON", not LAPTOP)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "accord_portal.foundation.logs.Line",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "json": {"()": "accord_portal.foundation.logs.JsonLine"},
        "one line": {
            "()": "accord_portal.foundation.logs.OneLine",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
    },
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "json" if LOG_AS_JSON else "line"},
        "one line": {"class": "logging.StreamHandler", "formatter": "json" if LOG_AS_JSON else "one line"},
    },
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "INFO")},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "gunicorn.error": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # A line for each request is for machines; in a terminal it hides the rest.
        "accord_portal.foundation.request_ids": {"level": "INFO" if LOG_AS_JSON else "WARNING"},
        "fido2": {"level": "WARNING"},  # it names each passkey that signs in; our own log says it better
        # Refused requests are counted by the web server's own log.
        "django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False},
        # What a stranger sends, a wrong Host say, costs one line and no traceback.
        "django.security": {"handlers": ["one line"], "level": "ERROR", "propagate": False},
    },
}
