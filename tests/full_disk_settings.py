"""The suite's settings with a page limit for the SQLite database, which simulates a full disk."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["OPTIONS"]["init_command"] += f" PRAGMA max_page_count={os.environ['PAGES']};"
