"""The room that is left on the disks on which the site and a PostgreSQL on the same machine write."""

import shutil
import tempfile
from pathlib import Path

from django.conf import settings
from django.db import connection

from timeline.operation.working_folders import database_folder

# Below the first, the site may fail with the next large import; below the second, a backup or an upgrade may.
MIN_FREE_BYTES, LOW_FREE_BYTES = 100 * 2**20, 2**30


# Where Debian has the data of PostgreSQL. Their folder is closed to other accounts, its disk is not.
POSTGRESQL_FOLDER = Path("/var/lib/postgresql")


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
    """The folder of the database server, if it is on this machine and its data are where Debian has them."""
    if connection.vendor != "postgresql":
        return None
    host = str(connection.settings_dict.get("HOST") or "/")
    return POSTGRESQL_FOLDER if host.startswith("/") or host in ("localhost", "127.0.0.1", "::1") else None
