"""The record to files: all of it, some tables, or the records of a queryset, with their parts, as a stream.

`export()` is the one way out. The readers give back exactly the rows that it wrote. The same database gives the same
bytes: rows stand by slug, parts by their key, and nothing says when a file was written.
"""

import codecs
import io
import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, BinaryIO

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from timeline.exchange.exporting import delimited, destinations, fixtures, trees, workbooks
from timeline.exchange.exporting.destinations import ExportError, Opener
from timeline.exchange.exporting.selection import Selection, Visible, snapshot

__all__ = [
    "FORMATS",
    "MEDIA_TYPES",
    "ExportError",
    "Selection",
    "Visible",
    "export",
    "format_of",
    "open_export",
    "published",
]

# The endings of single files of each format. A single file of CSV holds one table, without the parts of its records.
FORMATS: dict[str, tuple[str, ...]] = {
    "yaml": (".yaml", ".yml"),
    "json": (".json",),
    "csv": (".csv",),
    "xlsx": (".xlsx",),
    "django": (".json",),
}
MEDIA_TYPES = {
    ".yaml": "application/yaml",
    ".json": "application/json",
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}
# The formats that know more than one file.
IN_FOLDERS = ("yaml", "json", "csv")
_ENDINGS = {".zip": "csv", ".csv": "csv", ".xlsx": "xlsx", ".json": "json", ".yaml": "yaml", ".yml": "yaml"}


def published(entries: Any) -> Any:
    """What every visitor may read, for `export(visible=published)`."""
    return entries.published()


def format_of(to: Path) -> str:
    """The format that a name asks for by itself."""
    return _ENDINGS.get(to.suffix.lower(), "yaml")


def export(
    what: Collection[str] | QuerySet | None,
    to: Path,
    format: str,
    *,
    visible: Visible | None = None,
    has_status: bool = True,
    force: bool = False,
    notice: str = "",
) -> Counter[str]:
    """Write records with their parts; how many rows of each table were written. Raises ExportError.

    `what` names tables of records, or is a queryset of one; None means all. `visible` leaves of all entries those that
    may be read (`published`, or `lambda entries: entries.visible_to(user)`); the others are not named either. What is
    there is overwritten only by `force`, and only once all is written. `notice` is one line of text about the whole, such as
    its licence, which workbooks, zips and YAML can hold beside the rows.
    """
    selection = Selection(what, visible, has_status)
    to = to.expanduser().resolve()
    with snapshot():
        if to.suffix.lower() == ".zip" and format in IN_FOLDERS:
            return _to_files(destinations.zip_of_files(to, force=force, notice=notice), selection, format)
        if to.suffix.lower() in FORMATS[format]:
            with destinations.one_file(to, force=force) as file:
                return _to_one_file(file, selection, format, notice)
        if format in IN_FOLDERS and not (to.suffix.lower() in _ENDINGS or to.is_file()):
            return _to_files(destinations.folder(to, force=force), selection, format)
    endings = [*FORMATS[format], *([".zip"] if format in IN_FOLDERS else [])]
    raise ExportError(
        _("%(file)s is no name for %(format)s; it ends in: %(endings)s.")
        % {"file": to.name, "format": format, "endings": ", ".join(endings)}
    )


def open_export(
    what: Collection[str] | QuerySet | None,
    ending: str,
    format: str,
    *,
    visible: Visible | None = None,
    has_status: bool = True,
    notice: str = "",
) -> BinaryIO:
    """The same as a file to read, which is gone when it is closed. Raises ExportError."""
    with tempfile.TemporaryDirectory() as folder:
        to = Path(folder) / f"content{ending}"
        export(what, to, format, visible=visible, has_status=has_status, notice=notice)
        # What is open can be read to its end without a name; so nothing is left behind, whoever stops listening.
        return to.open("rb")


def _to_files(destination: AbstractContextManager[Opener], selection: Selection, format: str) -> Counter[str]:
    with destination as opened:
        for table in [*selection.tables, *(selection.parts if format == "csv" else ())]:
            with opened(f"{table.name}.{format}") as file:
                if format == "csv":
                    delimited.write_csv(file, selection, table)
                else:
                    writer = trees.yaml_of_table if format == "yaml" else trees.json_of_table
                    _write(file, writer(selection, table))
    return selection.counts


def _to_one_file(file: BinaryIO, selection: Selection, format: str, notice: str) -> Counter[str]:
    if format == "xlsx":
        workbooks.write_workbook(file, selection, notice)
    elif format == "csv":
        if len(selection.tables) > 1:
            raise ExportError(_("A .csv holds one table; for several, name a .zip or a folder."))
        delimited.write_csv(file, selection, selection.tables[0])
    elif format == "django":
        _write(file, trees.json_list(fixtures.fixture_objects(selection)))
        _write(file, ["\n"])
    elif format == "yaml":
        _write(file, [f"# {notice}\n" if notice else ""])
        _write(file, trees.yaml_of_tables(selection))
    else:
        _write(file, trees.json_of_tables(selection))
    return selection.counts


def _write(file: BinaryIO, texts: Iterable[str]) -> None:
    encode = codecs.getencoder("utf-8")
    for chunk in _joined(texts):
        file.write(encode(chunk)[0])


def _joined(texts: Iterable[str]) -> Iterator[str]:
    """The same text in larger pieces."""
    held = io.StringIO()
    for text in texts:
        held.write(text)
        if held.tell() > 2**18:
            yield held.getvalue()
            held = io.StringIO()
    yield held.getvalue()
