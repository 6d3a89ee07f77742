"""The database of a folder of content: a file in var/ for each folder, so that two cities never share one."""

import hashlib
from pathlib import Path

# The most characters of the folder's name in that of the file, which ends in more: file systems allow 255 bytes.
MAX_NAME = 40


def content_database(folder: Path, data: Path) -> Path:
    """Return the file of the folder's database within `data`.

    Its name is that of the folder, with a hash of the whole path: folders of the same name in two places are two cities.
    """
    return data / f"{folder.name[:MAX_NAME]}-{_hash(folder)}.sqlite3"


def databases_of_namesakes(folder: Path, data: Path) -> list[Path]:
    """Return the databases within `data` of other folders with the name of this one, such as where it was before."""
    own, name = content_database(folder, data), folder.name[:MAX_NAME]
    # Not by a pattern, in which signs of the name would be special.
    found = (path for path in data.glob("*.sqlite3") if path.name.startswith(f"{name}-"))
    return sorted(path for path in found if path != own and len(path.name) == len(own.name))


def _hash(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:8]
