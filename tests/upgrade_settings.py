"""The suite's settings with the static files of production, in a folder of their own."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import STORAGES

STATIC_ROOT = os.environ["STATIC_ROOT"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "ningbo_site.static_files.ModuleStaticFilesStorage"},
}
