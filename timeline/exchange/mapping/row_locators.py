"""The places of rows in a table that they cite: the number of the line, with the tab if there are several."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial

from timeline.exchange.readers.types import FileRow, Problem, Sheet
from timeline.models.source_references import SourceReference

# Content of the chronicle, in its language.
_LINE = "第%(line)s行"
_LENGTH = SourceReference._meta.get_field("locator").max_length or 0
_is_line = re.compile("第[0-9]+行$").search


def row_locator(tab: str, line: int) -> str:
    """The place of a row. The name of a tab that is too long loses its beginning."""
    return (tab + _LINE % {"line": line})[-_LENGTH:]


def is_row_locator(locator: str) -> bool:
    """Whether a place may be that of a row."""
    return _is_line(locator) is not None


def with_all_places(sheets: Sequence[Sheet]) -> list[Sheet]:
    """The sheets, in which each citation by a row tells the places of all rows of its record, also in other sheets.

    A record may stand in two rows. That one of them has moved is known only beside the other, which may come much later.
    """
    by_table: defaultdict[str, list[Sheet]] = defaultdict(list)
    for sheet in sheets:
        by_table[sheet.table.name].append(sheet)
    places = {name: _Places(of_table) for name, of_table in by_table.items()}
    return [
        replace(sheet, read=partial(_told, sheet, places[sheet.table.name]))
        if "locator" in sheet.table.key
        else sheet
        for sheet in sheets
    ]


def _told(sheet: Sheet, places: "_Places") -> Iterator[FileRow | Problem]:
    for row in sheet:
        if isinstance(row, FileRow) and row.cited_rows is not None and places.may_have_moved(row):
            row = replace(row, cited_rows=replace(row.cited_rows, places=places.of(row)))
        yield row


class _Places:
    """The places of the rows of each record that stands in several, in the sheets of one table of citations."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self._sheets = sheets
        self._are_cited: dict[str, bool] = {}

    def may_have_moved(self, row: FileRow) -> bool:
        """Whether anything of this table cites the source already: of a new one nobody asks where its rows stand."""
        source, model = str(row.cells["source"]), row.table.model
        if source not in self._are_cited:
            self._are_cited[source] = model._default_manager.filter(source__slug=source).exists()
        return self._are_cited[source]

    def of(self, row: FileRow) -> frozenset[str]:
        """The places of all rows of its record."""
        return frozenset({str(row.cells["locator"]), *self._of_repeated.get(_record(row), ())})

    @cached_property
    def _of_repeated(self) -> Mapping[tuple[str, str], set[str]]:
        # Most records stand in one row, and their places are not held.
        once, repeated = set[int](), set[int]()
        for row in self._rows():
            (repeated if (value := hash(_record(row))) in once else once).add(value)
        found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        for row in self._rows() if repeated else ():
            if hash(record := _record(row)) in repeated:
                found[record].add(str(row.cells["locator"]))
        return found

    def _rows(self) -> Iterator[FileRow]:
        for sheet in self._sheets:
            for row in sheet:
                if isinstance(row, FileRow) and row.cited_rows is not None:
                    yield row


def _record(row: FileRow) -> tuple[str, str]:
    return str(row.cells[row.table.within]), str(row.cells["source"])
