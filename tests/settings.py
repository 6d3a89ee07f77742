"""The production settings for the suite: same middleware and policies, a fast hasher, plain static files."""

import os
import tempfile
from pathlib import Path

# The suite does not depend on the machine's .env, only on variables named TEST_*, as for the database.
os.environ |= {
    "DEBUG": "0",
    "HTTPS": "0",
    "SECRET_KEY": "the-suite-signs-nothing-that-matters",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "",
    "FORCE_SCRIPT_NAME": os.environ.get("TEST_FORCE_SCRIPT_NAME", ""),
    "BEHIND_PROXY": os.environ.get("TEST_BEHIND_PROXY", "0"),
    "LOGIN_FAILURES": "5",
    "LOGIN_LOCKOUT_MINUTES": "15",
    "REQUIRE_SECOND_FACTOR": "0",
    "CONTENT_FILE_MAX_BYTES": str(64 * 2**20),
    "ADMINS": "",
    "EMAIL_URL": "",
    "BACKUP_FOLDER": "",
    "BACKUP_RECIPIENT": "",
    "SITE_URL": "https://chronicle.example",
    "TIME_ZONE": "Asia/Shanghai",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
    "CONTENT": "",
}

from ningbo_site.settings import *  # noqa: E402, F403, TID251
from ningbo_site.settings import INSTALLED_APPS, MIDDLEWARE, STORAGES  # noqa: E402, TID251

# The hashed names of the manifest need collectstatic.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
# Enabled only where it is tested, since it requires a request for authenticate() and writes at every login.
AXES_ENABLED = os.environ.get("TEST_AXES_ENABLED") == "1"
# A thread would have a database connection of its own, which does not see the transaction of a test.
MAIL_IN_BACKGROUND = False
JOB_RUNNER = os.environ.get("TEST_JOB_RUNNER", "request")
if not os.environ.get("TEST_DATABASE_URL"):
    JOB_FOLDER = Path(tempfile.gettempdir()) / f"jobs-of-tests-{os.getpid()}"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# Raises an error for a query that runs once per row.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
# Repeated get() calls in a request are not queries per row.
ZEAL_ALLOWLIST = [{"model": "*", "field": "get()"}]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
