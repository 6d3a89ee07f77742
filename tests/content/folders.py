"""The folders of content that are tested: those in `fixtures/`, or the one that TEST_CONTENT names (`make test CONTENT=DIR`)."""

import os
from pathlib import Path

from tests.factories import ROOT
from tests.opened_folders import OPENED_FOLDERS

_named = os.environ.get("TEST_CONTENT", "")
# The folder of another chronicle, in place of those in fixtures/.
NAMED_FOLDER = Path(_named).expanduser().resolve() if _named else None
if NAMED_FOLDER is not None and not NAMED_FOLDER.is_dir():
    raise NotADirectoryError(f"CONTENT: there is no folder {NAMED_FOLDER}")
OWN_FOLDERS = sorted(path for path in (ROOT / "fixtures").glob("*") if path.is_dir())
FOLDERS = [NAMED_FOLDER] if NAMED_FOLDER else OWN_FOLDERS


def with_those_it_builds_on(folder: Path) -> list[Path]:
    """Return the folders that this one extends, then the folder itself.

    `make run` imports each folder over those before it."""
    if folder not in OPENED_FOLDERS:
        return [folder]
    return OPENED_FOLDERS[: OPENED_FOLDERS.index(folder) + 1]


def is_built_on(folder: Path) -> bool:
    """Return whether the tests of another folder import this one as well."""
    return any(folder in with_those_it_builds_on(other) for other in FOLDERS if other != folder)


# With those that they build on, the whole content.
LAST_FOLDERS = [folder for folder in FOLDERS if not is_built_on(folder)]
