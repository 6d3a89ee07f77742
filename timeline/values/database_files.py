"""The file of an SQLite database by its name, which may be an address."""

from pathlib import Path
from urllib.parse import unquote, urlsplit


def database_file_named(name: str) -> Path | None:
    """Return the absolute path of the file, for `city.sqlite3` as for `file:///srv/city.sqlite3?mode=rw`.

    None for a database in memory: `:memory:`, `file:memory?mode=memory`.
    """
    if name.startswith("file:///"):
        return Path(unquote(urlsplit(name).path))
    return None if name.startswith((":", "file:")) else Path(name).absolute()
