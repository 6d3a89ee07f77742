"""The room that is left on the disks on which the site and a PostgreSQL on the same machine write."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import Error, connection

from timeline.operation.working_folders import database_folder

# Below the first, the site may fail with the next large import; below the second, a backup or an upgrade may.
MIN_FREE_BYTES, LOW_FREE_BYTES = 100 * 2**20, 2**30


# Where database servers have said that their data are, by host and port: it is asked once.
_told: dict[tuple[str, str], Path] = {}


def free_bytes() -> dict[Path, int]:
    """Return the free bytes of each disk that the site cannot do without, by a folder on it: those of the database and of
    temporary files."""
    return _free_bytes(database_folder(), _local_postgresql(), Path(tempfile.gettempdir()))


def free_bytes_of_backups() -> dict[Path, int]:
    """Return the free bytes of the disk of the backups by its folder, where there is one."""
    return _free_bytes(Path(settings.BACKUP_FOLDER)) if settings.BACKUP_FOLDER else {}


def _free_bytes(*folders: Path | None) -> dict[Path, int]:
    found: dict[int, tuple[Path, int]] = {}
    for folder in folders:
        if folder is not None and folder.is_dir():
            found.setdefault(folder.stat().st_dev, (folder, shutil.disk_usage(folder).free))
    return dict(found.values())


def _local_postgresql() -> Path | None:
    """The folder of the database server, if it is on this machine: what it says itself, else what POSTGRESQL_FOLDER says."""
    if connection.vendor != "postgresql":
        return None
    host = str(connection.settings_dict.get("HOST") or "/")
    if not host.startswith("/") and host not in ("localhost", "127.0.0.1", "::1"):
        return None
    server = host, str(connection.settings_dict.get("PORT") or "")
    if server not in _told and (told := _data_directory()) is not None:
        _told[server] = told
    return _told.get(server, Path(settings.POSTGRESQL_FOLDER))


def _data_directory() -> Path | None:
    """The folder that the database server tells to accounts with pg_read_all_settings, if it is to be seen from here."""
    try:
        with connection.cursor() as cursor:
            # Without the permission there is no row, and "SHOW" would be an error.
            cursor.execute("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
            row = cursor.fetchone()
        folder = Path(row[0]) if row else None
        return folder if folder is not None and folder.is_dir() else None
    # The database is away, or its folder is within one that is closed to this account.
    except (Error, OSError):
        return None
