"""Production settings as `make run` uses them, with static files and an SQLite database in the folder BENCH_FOLDER.

BENCH_DATABASE_URL selects another database.
"""

import os
from pathlib import Path

_folder = Path(os.environ["BENCH_FOLDER"])
os.environ |= {
    "DEBUG": "0",
    "HTTPS": "0",
    "SECRET_KEY": "what-is-measured-signs-nothing-that-matters",
    "ALLOWED_HOSTS": "localhost,127.0.0.1,testserver",
    "CSRF_TRUSTED_ORIGINS": "",
    "BEHIND_PROXY": "0",
    "CONTENT": "",
    "DATABASE_URL": os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{_folder}/site.sqlite3",
}

from ningbo_site.settings import *  # noqa: E402, F403, TID251

STATIC_ROOT = _folder / "static"
# The admin's files, which visitors do not request, would take most of the time of collectstatic.
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
