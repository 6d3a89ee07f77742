"""The source of what a mapped file says: one that is chosen, or the file itself, cited with the line of each row."""

import functools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from timeline.exchange.mapping.mapped_sheets import MappedSheet
from timeline.exchange.mapping.mapping import THIS_FILE
from timeline.exchange.mapping.sheet_outline import first_lines, texts_of
from timeline.exchange.readers.sources import Upload, describe_file, stem
from timeline.exchange.readers.types import FileLocation, FileRow, Problem, ReadResult, Sheet
from timeline.models import Source, SourceType
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES, Table
from timeline.values.slugs import slug_from

_SLUG_LENGTH = 100
# Of the hash of the file at the end of its slug: the table of next year may have the same title.
_HASH_LENGTH = 8


@dataclass(frozen=True)
class Citing:
    """The rows of sheets with those of their citations, each sheet with its rows as they are imported."""

    reading: ReadResult
    files: Sequence[Path | Upload]
    source: str

    def add(self, sheets: Sequence[tuple[MappedSheet, Callable[[], Iterator[FileRow | Problem]]]]) -> None:
        """Add the citations of these sheets to the reading, and the files as sources if they are what is cited."""
        if not self.source:
            return
        if self.source != THIS_FILE and not Source.objects.filter(slug=self.source).exists():
            message = _("There is no source “%(slug)s”, which all rows should cite.")
            self.reading.add_problem(FileLocation(sheets[0][0].grid.file), message, slug=self.source)
            return
        sources: dict[str, FileRow] = {}
        for sheet, rows in sheets:
            if (part := sheet.table.parts.get("citations")) is None:
                message = _("Rows of this table cite nothing.")
                self.reading.add_notice(FileLocation(sheet.grid.file, sheet.table.name), message)
                continue
            slug = self.source if self.source != THIS_FILE else self._source(sheet, sources)
            is_only = (
                sum(other.grid.file.split("/")[0] == sheet.grid.file.split("/")[0] for other, _rows in sheets)
                == 1
            )
            read = functools.partial(_citations, part, rows, slug, "" if is_only else sheet.grid.name)
            self.reading.add_sheet(Sheet(sheet.grid.file, part, read, {part.within: part.within}))
        for row in sources.values():
            self.reading.add_sheet(
                Sheet(row.place.file, row.table, functools.partial(iter, [row]), {"slug": "slug"})
            )

    def _source(self, sheet: MappedSheet, sources: dict[str, FileRow]) -> str:
        """The slug of the source that the file of a sheet is."""
        file = next(file for file in self.files if sheet.grid.file.startswith(file.name))
        if file.name not in sources:
            sources[file.name] = _source_of(file, _title(sheet) or stem(file.name))
        return str(sources[file.name].cells["slug"])


def _source_of(file: Path | Upload, title: str) -> FileRow:
    digest = str(describe_file(file)["sha256"])
    cells: dict[str, PlainValue] = {
        "slug": f"{slug_from(title, _SLUG_LENGTH) or 'file'}-{digest[:_HASH_LENGTH]}",
        "title": title,
        "type": SourceType.DATASET.value,
        "note": _NOTE % {"name": file.name, "digest": digest},
    }
    return FileRow(FileLocation(file.name, "sources"), TABLES["sources"], cells)


# Content of the chronicle, in its language.
_NOTE = "文件“%(name)s”，SHA-256：%(digest)s"
_LINE = "第%(line)s行"


def _title(sheet: MappedSheet) -> str:
    """What stands alone in a line above the header."""
    above = (texts_of(line) for line in first_lines(sheet.grid) if line.number < sheet.header_line)
    alone = (filled[0] for texts in above if len(filled := [text for text in texts if text]) == 1)
    return next(alone, "")


def _citations(
    part: Table, rows: Callable[[], Iterator[FileRow | Problem]], source: str, sheet: str
) -> Iterator[FileRow | Problem]:
    """The citation of each row: its line is the place in the source, with the sheet if there are several."""
    for row in rows():
        if isinstance(row, FileRow) and row.cells.get("slug"):
            locator = sheet + _LINE % {"line": row.place.line}
            place = FileLocation(row.place.file, part.name, row.place.row, row.place.line)
            yield FileRow(place, part, {part.within: row.cells["slug"], "source": source, "locator": locator})
