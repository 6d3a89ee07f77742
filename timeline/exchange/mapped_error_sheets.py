"""The sheets of the error workbook of a mapped file: the tables as they were uploaded, cell by cell."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from timeline.exchange.error_sheets import ErrorRow, ErrorSheet
from timeline.exchange.mapping.mapped_reading import mapped_sheets
from timeline.exchange.mapping.mapped_sheets import MappedSheet
from timeline.exchange.mapping.mapping import NO_ANSWERS, Mapping
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import CellFault, FileLocation, Problem, ReadResult, SheetLine
from timeline.exchange.reading import read_grids


def mapped_error_sheets(
    files: Sequence[Path | Upload], encoding: str | None, mapping: Mapping
) -> list[ErrorSheet]:
    """All sheets of the files, also those that the mapping has no place for."""
    grids, _reading = read_grids(files, encoding)
    sheets = {sheet.grid.file: sheet for sheet in mapped_sheets(ReadResult(), grids, mapping, NO_ANSWERS)}
    return [_UploadedSheet(grid, sheets.get(grid.file)).error_sheet() for grid in grids]


class _UploadedSheet:
    """A sheet of an upload, and how it is read, if it is."""

    def __init__(self, grid: Grid, sheet: MappedSheet | None) -> None:
        self.grid, self.sheet = grid, sheet
        self.indexes = sheet.indexes if sheet else {}
        mapped = sheet.sheet.columns if sheet else ()
        self.columns = {header: one.column for one in mapped for header in one.headers}
        self.names = [*self.indexes]
        self.joined = {
            " + ".join(one.headers): [self.indexes[header] for header in one.headers]
            for one in mapped
            if len(one.headers) > 1
        }

    def error_sheet(self) -> ErrorSheet:
        return ErrorSheet(
            self.sheet.table if self.sheet else None,
            self.grid.name,
            self._rows(),
            self.grid.file,
            self.columns,
            self.grid.merged,
            self.grid.hidden_columns,
            self.grid.is_hidden,
            self.grid.struck,
            self.grid.notes,
        )

    def _rows(self) -> Iterator[ErrorRow]:
        """The lines with any cell, each in the row where it stood. Records of other programs stood in none."""
        count = 0
        for line in self.grid.read_shown():
            if isinstance(line, Problem):  # it is among those that are listed
                continue
            line = replace(line, cells=[*line.cells])
            if any(text for _column, text in line.cells) or line.faults:
                yield self._row(line, count if self.grid.vocabulary else line.number - 1)
                count += 1

    def _row(self, line: SheetLine, index: int) -> ErrorRow:
        found = dict(line.cells) | {fault.column: fault.value for fault in line.faults}
        header = self.sheet.header if self.sheet else None
        return ErrorRow(
            FileLocation(self.grid.file, line=line.number),
            [found.get(number, "") for number in range(max(found, default=-1) + 1)],
            self.names,
            {fault.column: fault.message for fault in line.faults if self._is_lost(fault)},
            line.formatted,
            joined=self.joined,
            index=index,
            is_header=bool(header and header.first <= line.number <= header.last),
            is_hidden=line.is_hidden,
        )

    def _is_lost(self, fault: CellFault) -> bool:
        """Whether what a cell shows must not be imported in its place."""
        is_read = any(self.indexes[header] == fault.column for header in self.columns)
        return is_read and not fault.depends_on_column
