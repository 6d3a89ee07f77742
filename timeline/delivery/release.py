"""What the running code is: two processes with the same code and libraries have the same identifier."""

import datetime
import functools
import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

# Everything from which pages are made. The lock file stands for the libraries.
_SOURCES = ("ningbo_site", "timeline", "templates", "static", "requirements.lock")


@dataclass(frozen=True)
class Release:
    """A state of the code: its identifier, and the time of its newest file."""

    identifier: str
    modified_at: datetime.datetime


@functools.cache
def running() -> Release:
    """Return the release of this process, as its files were at the first call."""
    digest, newest = hashlib.sha256(), 0.0
    for path in sorted(_files()):
        digest.update(str(path.relative_to(settings.BASE_DIR)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
        newest = max(newest, path.stat().st_mtime)
    return Release(digest.hexdigest()[:16], datetime.datetime.fromtimestamp(newest, datetime.UTC))


def _files() -> list[Path]:
    found = []
    for name in _SOURCES:
        source = settings.BASE_DIR / name
        found += [source] if source.is_file() else [path for path in source.rglob("*") if path.is_file()]
    return [path for path in found if "__pycache__" not in path.parts]
