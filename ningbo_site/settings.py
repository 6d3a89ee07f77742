"""All settings, from the environment. A production site without a secret key does not start.

`.env` next to manage.py is read if it exists; environment variables take precedence.
`.env.example` lists all names.
"""

import datetime
import re
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from ningbo_site.email_url import email_settings
from ningbo_site.environment import Environment
from ningbo_site.log_settings import LOGGING  # noqa: F401
from timeline.operation.content_database import content_database

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
env.read_file(BASE_DIR / ".env")

DEBUG = env.bool("DEBUG", default=False)
# Whether visitors use HTTPS: redirects, HSTS and secure cookies. Off only for local development.
HTTPS = env.bool("HTTPS", default=not DEBUG)

SECRET_KEY = env.str("SECRET_KEY", default="")
if not SECRET_KEY:
    if not DEBUG:
        raise ImproperlyConfigured(
            "SECRET_KEY is not set. Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))' "
            "and put it into the environment or .env. (make install does so on your own machine; DEBUG=1 needs none.)"
        )
    SECRET_KEY = "a-key-for-debugging-only-that-everybody-knows"

# Former keys, with which sessions and links are still accepted after the key has been replaced.
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])

# The path below which the site is, such as /history; a proxy passes requests on without it.
FORCE_SCRIPT_NAME = env.str("FORCE_SCRIPT_NAME", default="").rstrip("/") or None
if FORCE_SCRIPT_NAME and not re.fullmatch(r"(/[\w.~-]+)+", FORCE_SCRIPT_NAME, re.ASCII):
    raise ImproperlyConfigured(f"FORCE_SCRIPT_NAME is a path like /history, not “{FORCE_SCRIPT_NAME}”.")

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "csp",
    "django_filters",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "import_export",
    "timeline",
]

MIDDLEWARE = [
    # First: what is before it runs on another part of the stack.
    "ningbo_site.call_stack.reserve_call_stack",
    # Before the rest, so that all log records and responses have the request id.
    "ningbo_site.request_logging.identify_request",
    "timeline.delivery.request_metrics.name_view",
    "ningbo_site.middleware.no_cache_for_errors_and_redirects",
    # Early, so that refused requests are answered in their language.
    "ningbo_site.middleware.url_language",
    "django.middleware.security.SecurityMiddleware",
    # Before WhiteNoise, so that static files have these headers too.
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # After WhiteNoise, whose files are already compressed; before anything that may set a cookie.
    "timeline.delivery.compression.PublicCompressionMiddleware",
    # Before anything that may read a body or query the database.
    "ningbo_site.request_limits.RequestLimitsMiddleware",
    "ningbo_site.middleware.RejectNulMiddleware",
    "ningbo_site.middleware.DataErrorMiddleware",
    # Before anything that may look at a session.
    "timeline.delivery.public_caching.PublicCachingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # Before a password is hashed.
    "timeline.accounts.lockout.login_limit_middleware",
    "timeline.accounts.two_factor.second_factor_middleware",
    # After the second factor, which is asked for first.
    "timeline.accounts.first_password.first_password_middleware",
    # Last, so that its page replaces any response to a locked login.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ningbo_site.urls"
WSGI_APPLICATION = "ningbo_site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["ningbo_site.template_loaders.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "timeline.public.context.chronicle",
            ],
        },
    },
]

# A folder of content with a database of its own, as in `make run CONTENT=…`.
CONTENT_FOLDER = Path(content).expanduser().resolve() if (content := env.str("CONTENT", default="")) else None
if database_url := env.str("DATABASE_URL", default=""):
    if CONTENT_FOLDER is not None:
        raise ImproperlyConfigured(
            "CONTENT指定的文件夹在var/中有自己的数据库，而DATABASE_URL又指定了另一个。请把其中一个留空：DATABASE_URL= make run CONTENT=… "
            "CONTENT names a folder that has a database of its own in var/, and DATABASE_URL names another. Leave one of them "
            "empty: DATABASE_URL= make run CONTENT=…"
        )
    DATABASES = {"default": env.database(database_url)}
elif CONTENT_FOLDER is not None:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": content_database(CONTENT_FOLDER, BASE_DIR / "var"),
        }
    }
else:
    # Not as a URL, in which # and % in a folder's name would be special.
    DATABASES = {
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": BASE_DIR / "var" / "chronicle.sqlite3"}
    }
# Where a job of an import tells how far it is while it locks an SQLite database.
JOB_FOLDER = Path(f"{DATABASES['default'].get('NAME')}-jobs")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # With WAL, readers do not wait for a writer. With IMMEDIATE, a writer waits at its first statement, for
    # up to 5 s, and does not fail in the middle of a transaction.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 5,
        # A log that a large import has made long is cut when it is begun anew; a server never closes it.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA journal_size_limit=16777216;",
    }
    # Set by the server: an empty file created in place of a missing one would look like a lost chronicle.
    if env.bool("DATABASE_MUST_EXIST", default=False):
        DATABASES["default"]["NAME"] = f"{Path(DATABASES['default']['NAME']).resolve().as_uri()}?mode=rw"
        DATABASES["default"]["OPTIONS"]["uri"] = True
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # PostgreSQL would compile the statements of lists, which are long and estimated too high, for seconds each.
    # The options of a connection replace PGOPTIONS, which is therefore repeated here, last: the last value of a setting holds.
    options = {"connect_timeout": 5, "options": f"-c jit=off {env.str('PGOPTIONS', default='')}".strip()}
    DATABASES["default"]["OPTIONS"] = options | DATABASES["default"].get("OPTIONS", {})

# A cache that several servers share, such as redis://…; by default each process has its own.
HAS_SHARED_CACHE = bool(cache_url := env.str("CACHE_URL", default=""))
CACHES: dict[str, dict[str, Any]] = {
    "default": env.cache_url_config(cache_url)
    if HAS_SHARED_CACHE
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Rendered parts of pages and counts, with the content version in their keys. In the process: most are made faster
    # than fetched.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "template_fragments",
        "TIMEOUT": 24 * 3600,
        # Of 12 kB at most, but for pictures and lists of goals.
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}
if cache_url.startswith("redis"):
    # Without it, each process asks the database: no request waits for it longer.
    CACHES["default"].setdefault("OPTIONS", {}).update(socket_timeout=1, socket_connect_timeout=1)

# Seconds for which a cache between this server and visitors may answer with a page before it asks whether it is current,
# and again as long while it asks.
SHARED_CACHE_SECONDS = env.int("SHARED_CACHE_SECONDS", default=1)

# A folder with the fonts of the pictures in previews of links; by default, those of the system.
PREVIEW_FONT_FOLDER = env.str("PREVIEW_FONT_FOLDER", default="")

# Memory in which each process keeps ready pages for anonymous visitors, in bytes; 0: it keeps none.
PAGE_CACHE_BYTES = env.int("PAGE_CACHE_BYTES", default=0 if DEBUG else 64 * 2**20)

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name}
    for name in (
        "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "django.contrib.auth.password_validation.MinimumLengthValidator",
        "django.contrib.auth.password_validation.CommonPasswordValidator",
        "django.contrib.auth.password_validation.NumericPasswordValidator",
        "timeline.accounts.first_password.ChangedPasswordValidator",
    )
]

# How long links to set a password can be used, in seconds.
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600
# The lockout comes first. It authenticates nobody but refuses users after too many failures.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
# Counted by account and address together, so that nobody can lock a colleague out from elsewhere.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
LOGIN_REDIRECT_URL = "admin:index"
AXES_FAILURE_LIMIT = env.int("LOGIN_FAILURES", default=5)
# Failures of all accounts from one address, which the users of an office may share.
LOGIN_FAILURES_PER_ADDRESS = env.int("LOGIN_FAILURES_PER_ADDRESS", default=30)
AXES_COOLOFF_TIME = datetime.timedelta(minutes=env.int("LOGIN_LOCKOUT_MINUTES", default=15))
# Further attempts do not extend the lockout.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "timeline.accounts.lockout.lockout_response"
AXES_CLIENT_IP_CALLABLE = "timeline.accounts.lockout.client_ip"
# No log of who logged in when and from where. Failures are deleted when they no longer count.
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address"]
# The admin's own screen for accounts unlocks them and resets a lost second factor.
AXES_ENABLE_ADMIN = False

# Whether the second factor is mandatory in the admin. Otherwise it is optional for each user.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=False)
OTP_ADMIN_HIDE_SENSITIVE_DATA = True

# Maximum size of an uploaded content file in bytes. An archive may unpack to four times that.
CONTENT_FILE_MAX_BYTES = env.int("CONTENT_FILE_MAX_BYTES", default=64 * 2**20)

# An upload with more rows or bytes is previewed and imported by a job, which its page follows: this many take about two
# seconds.
IMPORT_JOB_ROWS = env.int("IMPORT_JOB_ROWS", default=2_000)
IMPORT_JOB_BYTES = env.int("IMPORT_JOB_BYTES", default=2 * 2**20)
# What carries out the jobs: a process that the server starts while any wait, or `manage.py run_jobs` that somebody runs.
# With "request", the request that queues them, which tests need.
JOB_RUNNER = env.str("JOB_RUNNER", default="server")
if JOB_RUNNER not in ("server", "command", "request"):
    raise ImproperlyConfigured(f"JOB_RUNNER is server or command, not “{JOB_RUNNER}”.")

# Limits of one request. Only the admin reads bodies. A form with texts may have some 800,000 Chinese
# characters in UTF-8, ten times the longest entry that anybody reads on one page.
FORM_MAX_BYTES = DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**19
# A form without long texts: login, second factor, accounts.
SMALL_FORM_MAX_BYTES = 64 * 2**10
# The number of small forms that one process handles at a time. Fewer than its threads, since anybody may send
# them slowly, and hashing a password takes half a second of processor time.
SMALL_FORMS_AT_ONCE = 2
# Allowance for an upload besides its file: other fields, names and boundaries.
UPLOAD_MARGIN_BYTES = 2**20
# Rows of one formset, such as citations. A row takes about 5 ms to validate, and 35 ms if
# the form is displayed again.
FORM_MAX_ROWS = 600
# Two full formsets with eight fields a row, and the other fields of the form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
# Records named by one field of a form, such as a bulk action.
FORM_MAX_KEYS = 5_000
# The import takes one file; no form of the admin has more.
DATA_UPLOAD_MAX_NUMBER_FILES = 10
# Parameters of a URL: more than all choices of all filters.
QUERY_MAX_PARAMETERS = 1_000

# Where `backup` writes and `doctor` looks for backups, and the public key of age for which they are encrypted.
BACKUP_FOLDER = env.str("BACKUP_FOLDER", default="")
BACKUP_RECIPIENT = env.str("BACKUP_RECIPIENT", default="")

# Where to report a vulnerability, for security.txt: mail addresses or URIs.
SECURITY_CONTACTS = env.list("SECURITY_CONTACTS", default=[])

# Recipients of error mails, mail server and sender.
ADMINS = [(address, address) for address in env.list("ADMINS", default=[])]
# A mail server that does not respond must not block the failed request.
EMAIL_TIMEOUT = 10
# Whether mails are sent. Otherwise nothing is queued, and the pages say that there is no mail.
HAS_MAIL = bool(email_url := env.str("EMAIL_URL", default="")) and not email_url.startswith("dummy:")
globals().update(email_settings(email_url or "dummy:"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="") or "webmaster@localhost"
EMAIL_SUBJECT_PREFIX = f"[{next(iter(ALLOWED_HOSTS), 'chronicle')}] "
SERVER_EMAIL = env.str("SERVER_EMAIL", default="") or DEFAULT_FROM_EMAIL
# Queued mails are sent by a thread of the server, and not within a request.
MAIL_IN_BACKGROUND = True
# Where the data of a PostgreSQL on this machine are, if it does not tell; by default where Debian has them.
POSTGRESQL_FOLDER = env.str("POSTGRESQL_FOLDER", default="") or "/var/lib/postgresql"
# The address of the site in mails, which no request tells: without a slash at the end.
SITE_URL = env.str("SITE_URL", default="").rstrip("/")
if not SITE_URL and ALLOWED_HOSTS and not ALLOWED_HOSTS[0].startswith(("*", ".")):
    SITE_URL = f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0]}"
if HAS_MAIL and not re.fullmatch(r"https?://[^/?#\s]+", SITE_URL):
    raise ImproperlyConfigured(
        "EMAIL_URL is set, but not the address of the site in mails: set SITE_URL to https://chronicle.example.org."
    )
if HAS_MAIL and email_url.startswith("smtp") and DEFAULT_FROM_EMAIL == "webmaster@localhost":
    raise ImproperlyConfigured("EMAIL_URL is set, but not DEFAULT_FROM_EMAIL, the sender of all mails.")
if ADMINS and not email_url:
    raise ImproperlyConfigured(
        "ADMINS is set, but not EMAIL_URL, the server for the mails about errors: set it, or leave ADMINS empty."
    )

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", _("Simplified Chinese")),
    ("zh-hant", _("Traditional Chinese")),
    ("en", _("English")),
]
LOCALE_PATHS = [BASE_DIR / "timeline" / "locale"]
FORMAT_MODULE_PATH = ["ningbo_site.formats"]
TIME_ZONE = env.time_zone("TIME_ZONE", default="Asia/Shanghai")
USE_TZ = True

# With the prefix, as Django would put it before "static/" only once a request is there; WhiteNoise looks for paths without it.
STATIC_URL = f"{FORCE_SCRIPT_NAME or ''}/static/"
WHITENOISE_STATIC_PREFIX = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "ningbo_site.static_files.ModuleStaticFilesStorage"
    },
}

# Nothing inline and nothing from other origins, on the public site and in the admin.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    feature: []
    for feature in (
        "camera",
        "display-capture",
        "geolocation",
        "microphone",
        "payment",
        "publickey-credentials-get",
        "usb",
    )
}
# Four-eyes principle: the last editor of an entry may not publish it.
NOBODY_PUBLISHES_OWN_WORK = env.bool("NOBODY_PUBLISHES_OWN_WORK", default=False)
# The checks before publication (`timeline/editing/checks.py`) that nobody has to confirm.
SKIPPED_CHECKS = env.list("SKIPPED_CHECKS", default=[])

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000) if HTTPS else 0
# Both bind other sites of the domain, which its owner decides about; `check --deploy` and `doctor` do not ask for them.
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS and env.bool("HSTS_INCLUDE_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = HTTPS and env.bool("HSTS_PRELOAD", default=False)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# After a log-in, whatever is done meanwhile: a working day. Unsaved forms stay in the browser.
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = env.bool("SESSION_ENDS_WITH_BROWSER", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# Other sites of the same host, beside the path of this one, get none of its cookies.
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = f"{FORCE_SCRIPT_NAME or ''}/"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "ningbo_site.error_pages.csrf_failure"
# These headers may be trusted only behind a proxy that sets X-Forwarded-Proto and X-Forwarded-For itself.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
