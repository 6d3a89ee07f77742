"""The one way out: all records, some tables, or the records of a queryset, with their parts, into a file or a folder.

Reading gives back exactly the rows that were written. The same database gives the same bytes: rows stand by slug, parts
by their key, and nothing says when a file was written.
"""

import tempfile
from collections import Counter
from pathlib import Path
from typing import BinaryIO

from django.utils.translation import gettext as _

from timeline.exchange.exporting.destinations import ExportError, folder, one_file, zip_of_files
from timeline.exchange.exporting.selection import Selection, Visible, What
from timeline.exchange.formats.declaration import ZIP_SUFFIX
from timeline.exchange.formats.registry import FORMATS, WRITABLE_SUFFIXES
from timeline.exchange.reading import read
from timeline.exchange.snapshot import snapshot
from timeline.rows.tables import TABLES

# What may stand beside the files of an export.
PICTURE_SUFFIXES = {".png", ".jpg", ".jpeg", ".svg", ".webp", ".gif"}
WORKBOOK_SUFFIXES = {".xlsx", ".ods"}


def export(
    what: What,
    to: Path,
    format: str,
    *,
    visible: Visible | None = None,
    has_status: bool = True,
    force: bool = False,
    notice: str = "",
) -> Counter[str]:
    """Write records with their parts; how many rows of each table were written. Raises ExportError.

    `what` names tables of records, or is a queryset of one; None means all. `visible` leaves of all records those that
    may be read (`published`, or `lambda records: records.visible_to(user)`); the others are not named either. What is
    there is overwritten only by `force`, and only once all is written. `notice` is one line of text about the whole, such as
    its licence, which workbooks, zips and YAML can hold beside the rows.
    """
    found = FORMATS[format]
    selection = Selection(what, visible, has_status)
    to = to.expanduser().resolve()
    suffix = to.suffix.lower()
    with snapshot():
        if found.write and suffix in found.suffixes:
            with one_file(to, force=force) as file:
                found.write(file, selection, notice)
        elif found.write_table and (
            suffix == ZIP_SUFFIX or not (suffix in WRITABLE_SUFFIXES or to.is_file())
        ):
            is_zip = suffix == ZIP_SUFFIX
            destination = (
                zip_of_files(to, force=force, notice=notice)
                if is_zip
                else folder(to, force=force, is_kept=_is_kept)
            )
            with destination as opened:
                for table in (*selection.tables, *(selection.parts if found.has_separate_parts else ())):
                    with opened(f"{table.name}{found.suffixes[0]}") as file:
                        found.write_table(file, selection, table)
        else:
            message = _("%(file)s is no name for %(format)s; it ends in: %(endings)s.")
            endings = ", ".join((*found.suffixes, *((ZIP_SUFFIX,) if found.write_table else ())))
            raise ExportError(message % {"file": to.name, "format": format, "endings": endings})
    return selection.counts


def _is_kept(path: Path) -> bool:
    """Whether a file in the folder of an export stays there: pictures, hidden files, and a workbook without rows.

    Raises ExportError for a workbook with rows: they would be in the folder twice.
    """
    if path.name.startswith(".") or path.suffix.lower() in PICTURE_SUFFIXES:
        return True
    if path.stem in TABLES or path.suffix.lower() not in WORKBOOK_SUFFIXES or not path.is_file():
        return False
    reading = read([path])
    if reading.problems or not reading.sheets:
        return False
    if any(next(iter(sheet), None) is not None for sheet in reading.sheets):
        message = _(
            "The workbook %(file)s has rows. If they are imported, the export has them too, and they would be in the folder twice. Move it out of the folder first."
        )
        raise ExportError(message % {"file": path})
    return True


def open_export(
    what: What,
    suffix: str,
    format: str,
    *,
    visible: Visible | None = None,
    has_status: bool = True,
    notice: str = "",
) -> BinaryIO:
    """The same as a file to read, which is gone when it is closed. Raises ExportError."""
    with tempfile.TemporaryDirectory() as directory:
        to = Path(directory) / f"content{suffix}"
        export(what, to, format, visible=visible, has_status=has_status, notice=notice)
        # What is open can be read to its end without a name; so nothing is left behind, whoever stops listening.
        return to.open("rb")
