"""The files of backups in a folder: their names, their ages, and which are no longer kept."""

import datetime
import re
from pathlib import Path

NAME, SUFFIX, ENCRYPTED_SUFFIX = "chronicle-{:%Y%m%dT%H%M%SZ}", ".tar.gz", ".age"
_NAMED = re.compile(r"chronicle-(\d{8}T\d{6}Z)\.tar\.gz(\.age)?")
# What a killed backup left, as `exchange/exporting/destinations.py` names it.
_UNFINISHED = re.compile(rf"\.{_NAMED.pattern}\.[0-9a-f]+\.part")
# After so long, no backup is still being written.
LONGEST_BACKUP = datetime.timedelta(days=1)


def new_name(now: datetime.datetime, *, encrypted: bool) -> str:
    """Return the name of a backup by its time."""
    return NAME.format(now.astimezone(datetime.UTC)) + SUFFIX + (ENCRYPTED_SUFFIX if encrypted else "")


def backups_in(folder: Path) -> list[tuple[datetime.datetime, Path]]:
    """Return the backups in a folder that have such names, with their times, the newest first. Raises OSError."""
    found = []
    for path in folder.iterdir():
        if (named := _NAMED.fullmatch(path.name)) and path.is_file():
            made_at = datetime.datetime.strptime(named[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
            found.append((made_at, path))
    return sorted(found, reverse=True)


def unfinished_in(folder: Path, now: datetime.datetime) -> list[Path]:
    """Return the files that interrupted backups have left in a folder. Raises OSError."""
    before = (now - LONGEST_BACKUP).timestamp()
    return [
        path
        for path in sorted(folder.iterdir())
        if _UNFINISHED.fullmatch(path.name) and path.stat().st_mtime < before
    ]


def remove_old(folder: Path, keep: int, now: datetime.datetime) -> list[Path]:
    """Remove all but the newest backups of a folder, and what interrupted ones have left. Returns what was removed."""
    removed = [path for _made_at, path in backups_in(folder)[keep:]] + unfinished_in(folder, now)
    for path in removed:
        path.unlink()
    return removed
