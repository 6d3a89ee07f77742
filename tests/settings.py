"""The production settings as the suite runs them: same middleware and policies, a cheap hasher, plain static files."""

import os

# The suite does not depend on the .env of the machine it runs on, but for the database that is asked for by name.
os.environ |= {
    "DEBUG": "0",
    "HTTPS": "0",
    "SECRET_KEY": "the-suite-signs-nothing-that-matters",
    "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "",
    "BEHIND_PROXY": os.environ.get("TEST_BEHIND_PROXY", "0"),
    "LOGIN_FAILURES": "5",
    "LOGIN_LOCKOUT_MINUTES": "15",
    "REQUIRE_SECOND_FACTOR": "0",
    "CONTENT_FILE_MAX_BYTES": str(64 * 2**20),
    "ADMINS": "",
    "EMAIL_URL": "",
    "TIME_ZONE": "Asia/Shanghai",
    "DATABASE_URL": os.environ.get("TEST_DATABASE_URL", ""),
}

from ningbo_site.settings import *  # noqa: E402, F403, TID251
from ningbo_site.settings import INSTALLED_APPS, MIDDLEWARE, STORAGES  # noqa: E402, TID251

# The hashed names of the manifest need collectstatic, which belongs to running a site.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
MIDDLEWARE = [name for name in MIDDLEWARE if "whitenoise" not in name]
# On where it is tested: it wants a request for every authenticate(), and writes at every login.
AXES_ENABLED = os.environ.get("TEST_AXES_ENABLED") == "1"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A query that is run once per row raises.
INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
# Several things done one after the other in a request are no list.
ZEAL_ALLOWLIST = [{"model": "*", "field": "get()"}]
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]
