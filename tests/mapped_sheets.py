"""Sheets of rows as a mapping gives them, and the rows of identified sheets."""

from functools import partial

from timeline.exchange.mapping.identification import Identification
from timeline.exchange.readers.types import FileLocation, FileRow, Sheet
from timeline.rows.tables import TABLES


def sheet(name: str, *rows: dict, parts: dict[str, dict] | None = None) -> Sheet:
    """A sheet of these rows, each followed by its parts: by table, the cells of one."""
    table, read = TABLES[name], []
    for number, cells in enumerate(rows, start=1):
        place = FileLocation("table.csv", name, number, number + 1)
        read.append(FileRow(place, table, dict(cells)))
        for part, others in (parts or {}).items():
            place = FileLocation("table.csv", part, number, number + 1)
            read.append(FileRow(place, TABLES[part], {**others, "locator": f"第{number}行"}))
    return Sheet("table.csv", table, partial(iter, read), {"title": "title"})


def rows_of(found: Identification, table: str = "") -> list[FileRow]:
    """The rows of the first sheet, or of the first of a table."""
    return [*next(one for one in found.sheets if table in ("", one.table.name))]
