"""Fills a new database with whatever a backup has to have; with a folder, writes there all that is in the database.

python -m tests.backup_content [FOLDER]
"""

import sys
from pathlib import Path

import django
from django.core.management import call_command


def _fill() -> None:
    from tests import release_content

    call_command("migrate", verbosity=0)
    call_command("setup_groups", verbosity=0)
    call_command("import_content", "tests/data/chronicle", publish=True, verbosity=0)
    call_command("import_content", "tests/data/chronicle-other-sources", verbosity=0)
    release_content.main()


def _write(folder: Path) -> None:
    from timeline.exchange.formats.registry import FORMATS

    folder.mkdir()
    call_command("dumpdata", use_base_manager=True, output=str(folder / "rows.json"), verbosity=0)
    for name, format in FORMATS.items():
        suffix = ".zip" if format.write_table else format.suffixes[0]
        call_command("export_content", folder / f"{name}{suffix}", format=name, verbosity=0)


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:]:
        _write(Path(sys.argv[1]))
    else:
        _fill()
