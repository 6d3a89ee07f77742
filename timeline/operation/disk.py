"""The room that is left on the disks on which the site writes."""

import shutil
import tempfile
from pathlib import Path

from timeline.operation.working_folders import database_folder

# Below the first, the site may fail with the next large import; below the second, a backup or an upgrade may.
MIN_FREE_BYTES, LOW_FREE_BYTES = 100 * 2**20, 2**30


def free_bytes() -> dict[Path, int]:
    """Return the free bytes of each disk by a folder on it: that of the database and that of temporary files."""
    found: dict[int, tuple[Path, int]] = {}
    for folder in (database_folder(), Path(tempfile.gettempdir())):
        if folder is not None and folder.is_dir():
            found.setdefault(folder.stat().st_dev, (folder, shutil.disk_usage(folder).free))
    return dict(found.values())
