"""The suite's settings on a database that may not grow beyond so many pages: a disk that is full, as SQLite meets it."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["OPTIONS"]["init_command"] += f" PRAGMA max_page_count={os.environ['PAGES']};"
