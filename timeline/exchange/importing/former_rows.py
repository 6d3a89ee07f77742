"""Rows as files of 0.1 have them: an assessment with its one source becomes an assessment and a citation of it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from timeline.exchange.importing.import_row import EMPTY_VALUES
from timeline.exchange.readers.headers import former_columns
from timeline.exchange.readers.types import FileRow, Problem, Sheet
from timeline.models import AssessmentCitation
from timeline.rows.columns import PlainValue, parse_yes_no
from timeline.rows.grouping import GROUPINGS, Grouping
from timeline.rows.tables import DELETE_COLUMN, TABLES, Table
from timeline.values.text import clean_line

Rows = Iterable[FileRow | Problem]
# By table, the rows of each file, and whether they come from a spreadsheet.
RowsByTable = Mapping[str, list[tuple[Rows, bool]]]


def convert_former_rows(tables: RowsByTable) -> RowsByTable:
    """The rows with those of former files as tables have them now. Only a stream that has any is read twice."""
    found = {name: [*of_table] for name, of_table in tables.items()}
    for grouping in GROUPINGS:
        numbers = _Numbers()
        for number, (rows, is_from_sheet) in enumerate(tables[grouping.outer]):
            if _has_former_columns(grouping, rows):
                former = _FormerRows(grouping, rows, numbers)
                found[grouping.outer][number] = former, is_from_sheet
                found[grouping.inner].append((_InnerRows(former), is_from_sheet))
    return found


def _has_former_columns(grouping: Grouping, rows: Rows) -> bool:
    if isinstance(rows, Sheet):
        return not grouping.former.isdisjoint(rows.headers.values())
    return any(isinstance(row, FileRow) and not grouping.former.isdisjoint(row.cells) for row in rows)


class _Numbers:
    """The numbers of assessments that are told from others of their date by their source alone."""

    def __init__(self) -> None:
        self._given: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)

    @cached_property
    def _stored(self) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """By goal and date, the number of the assessment that each source has; the first if there are several."""
        found: defaultdict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        keys = AssessmentCitation.objects.order_by("assessment_number").values_list(
            "goal__slug", "assessment_date", "source__slug", "assessment_number"
        )
        for goal, date, source, number in keys.iterator():
            found[goal, str(date)].setdefault(source, number)
        return found

    def is_stored(self, goal: str, date: str, source: str) -> bool:
        return source in self._stored.get((goal, date), {})

    def number_of(self, goal: str, date: str, source: str) -> int:
        """The number of the stored assessment that cites the source, or the next one."""
        stored, given = self._stored.get((goal, date), {}), self._given[goal, date]
        if source not in stored and source not in given:
            given[source] = max([0, *stored.values(), *given.values()]) + 1
        return stored[source] if source in stored else given[source]


class _FormerRows:
    """The outer rows, without their former columns. Each iteration reads the file anew."""

    def __init__(self, grouping: Grouping, rows: Rows, numbers: _Numbers) -> None:
        self.grouping, self.rows, self.numbers = grouping, rows, numbers
        self.outer, self.inner = TABLES[grouping.outer], TABLES[grouping.inner]

    def __iter__(self) -> Iterator[FileRow | Problem]:
        for row in self.rows:
            if isinstance(row, Problem) or self.grouping.former.isdisjoint(row.cells):
                yield row
                continue
            cells = {name: cell for name, cell in row.cells.items() if name not in self.grouping.former}
            if "number" not in cells and (key := self._key_by_source(row)) is not None:
                cells["number"] = str(self.numbers.number_of(*key))
            yield replace(row, cells=cells)

    def _key_by_source(self, row: FileRow) -> tuple[str, str, str] | None:
        """The goal, the date and the source of a row, which were its key; None if it lacks one."""
        goal, date = row.cells.get(self.outer.within), row.cells.get("date")
        source = _cleaned(self.outer, row, "source")
        if goal in EMPTY_VALUES or date in EMPTY_VALUES or source in EMPTY_VALUES:
            return None
        return str(goal), self.outer.columns["date"].normalized_key(date), str(source)

    def inner_row(self, row: FileRow) -> FileRow | None:
        """The row of the citation that the former columns give, if they add one."""
        key = self._key_by_source(row)
        deletes = parse_yes_no(clean_line(str(row.cells.get(DELETE_COLUMN) or "")).lower())
        if key is None or deletes:
            return None
        locator = _cleaned(self.outer, row, "locator")
        if locator in EMPTY_VALUES and self.numbers.is_stored(*key):
            return None
        number = row.cells.get("number") or str(self.numbers.number_of(*key))
        cells: dict[str, PlainValue] = {
            self.inner.within: row.cells[self.outer.within],
            "assessment_date": row.cells["date"],
            "assessment_number": number,
            "source": row.cells["source"],
            "locator": locator,
        }
        return FileRow(row.place, self.inner, cells)


class _InnerRows:
    """The inner rows that the former columns of outer ones give; what is wrong with those is reported with them."""

    def __init__(self, former: _FormerRows) -> None:
        self._former = former

    def __iter__(self) -> Iterator[FileRow | Problem]:
        for row in self._former.rows:
            if isinstance(row, FileRow) and (inner := self._former.inner_row(row)) is not None:
                yield inner


def _cleaned(outer: Table, row: FileRow, name: str) -> PlainValue:
    return former_columns(outer)[name].clean(row.cells.get(name))
