"""The database of a folder of content: a file in var/ for each folder, so that two cities never share one."""

import hashlib
import os
from pathlib import Path

# The most characters of the folder's name in that of the file, which ends in more: file systems allow 255 bytes.
MAX_NAME = 40


def content_database(folder: Path, data: Path) -> Path:
    """Return the file of the folder's database within `data`.

    Its name is that of the folder, with a hash of the whole path: folders of the same name in two places are two cities.
    """
    return data / f"{folder.name[:MAX_NAME]}-{_hash(folder)}.sqlite3"


def note_folder(folder: Path, data: Path) -> None:
    """Note beside the database whose it is: its name does not tell where the folder is."""
    _note(content_database(folder, data)).write_bytes(os.fsencode(folder))


def databases_of_moved_namesakes(folder: Path, data: Path) -> list[Path]:
    """Return the databases within `data` of folders with the name of this one that are not in their place any more.

    Also those of which no place is noted, which the next start of their folder does.
    """
    own, name = content_database(folder, data), folder.name[:MAX_NAME]
    # Not by a pattern, in which signs of the name would be special.
    found = (path for path in data.glob("*.sqlite3") if path.name.startswith(f"{name}-"))
    others = (path for path in found if path != own and len(path.name) == len(own.name))
    return sorted(path for path in others if not _is_in_place(path))


def _is_in_place(database: Path) -> bool:
    note = _note(database)
    return note.is_file() and Path(os.fsdecode(note.read_bytes())).is_dir()


def _note(database: Path) -> Path:
    return database.with_suffix(".folder")


def _hash(folder: Path) -> str:
    return hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:8]
