"""Reads files of other programs and offices by a mapping: to the rows that an import takes, and questions about the rest."""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from xlsxwriter.utility import xl_col_to_name

from timeline.exchange.mapping.citing import Citing
from timeline.exchange.mapping.findings import Findings
from timeline.exchange.mapping.header_lines import SheetTop
from timeline.exchange.mapping.identification import identify
from timeline.exchange.mapping.kept_rows import KeptRows
from timeline.exchange.mapping.mapped_sheets import MappedSheet
from timeline.exchange.mapping.mapping import NO_ANSWERS, Answers, Mapping, MappingError
from timeline.exchange.mapping.questions import Question
from timeline.exchange.mapping.row_locators import with_all_places
from timeline.exchange.mapping.sheet_outline import LinesApart
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.placeholders import notices_of_signs
from timeline.exchange.readers.sources import Upload
from timeline.exchange.readers.types import FileLocation, Problem, ReadResult, Sheet, printable
from timeline.exchange.reading import read, read_grids
from timeline.rows.columns import suggestion_for
from timeline.rows.tables import TABLES


@dataclass
class MappedReading(ReadResult):
    """The result of reading files by a mapping: with any question unanswered, its rows lack what that asks for."""

    questions: list[Question] = field(default_factory=list)


def read_files(
    files: Sequence[Path | Upload],
    encoding: str | None = None,
    mapping: Mapping | None = None,
    answers: Answers = NO_ANSWERS,
    *,
    publish: bool = False,
) -> ReadResult:
    """Read the rows of these files: those of the chronicle as they are, others by a mapping. Raises MappingError."""
    if mapping is None:
        return read(files, encoding)
    return read_mapped(files, encoding, mapping, answers, publish=publish)


def read_mapped(
    files: Sequence[Path | Upload],
    encoding: str | None,
    mapping: Mapping,
    answers: Answers,
    *,
    publish: bool = False,
) -> MappedReading:
    """Read the rows of these files by the mapping. `answers` add to those that it remembers.

    With `publish`, the questions say that what they create becomes public.

    Each file is read once, to find what it leaves open; iterations over its sheets read the rows that were kept.
    Raises MappingError for a mapping that fits no tables, OSError if there is no room to keep the rows.
    """
    check(mapping)
    grids, opened = read_grids(files, encoding)
    reading = MappedReading(problems=opened.problems, notices=opened.notices, encodings=opened.encodings)
    answers = {**mapping.answers, **answers}
    sheets = [*mapped_sheets(reading, grids, mapping, answers)]
    citing, mapped = Citing(reading, files, mapping, answers, publish=publish), list[Sheet]()
    for sheet in sheets:
        findings = Findings()
        kept = KeptRows(sheet, findings)
        reading.questions += findings.questions.values()
        _add_notices(reading, sheet, findings)
        rows = citing.rows_of(sheet, kept, findings.digest.digest(), is_only=len(grids) == 1)
        mapped.append(Sheet(sheet.grid.file, sheet.table, rows, headers=_headers(sheet)))
    reading.questions += citing.questions()
    found = identify([*citing.source_sheets(), *mapped], answers, publish=publish)
    reading.sheets += with_all_places(found.sheets)
    reading.problems += found.problems
    reading.notices += found.notices
    reading.questions = _once([*reading.questions, *found.questions])
    if not mapped and not reading.problems:
        message = _("No sheet of the file is one that the mapping is for. Choose which table each is.")
        reading.add_problem(FileLocation(printable(", ".join(file.name for file in files))), message)
    return reading


def _once(questions: Sequence[Question]) -> list[Question]:
    """Each question once, for the rows of all sheets."""
    found: dict[str, Question] = {}
    for one in questions:
        asked = found.get(one.key)
        found[one.key] = asked.with_rows_of(one) if asked else one
    return [*found.values()]


def check(mapping: Mapping) -> None:
    """Raise MappingError if a table or column of the mapping does not exist, or a column stands twice."""
    for sheet in mapping.sheets:
        table = TABLES.get(sheet.table)
        if table is None:
            message = _("There is no table “%(name)s”%(nearest)s. Tables are: %(tables)s.")
            nearest = suggestion_for(sheet.table, [*TABLES])
            raise MappingError(
                message % {"name": sheet.table, "nearest": nearest, "tables": ", ".join(TABLES)}
            )
        columns = [one.column for one in sheet.columns]
        for name in columns:
            if name not in table.columns:
                message = _("The table %(table)s has no column “%(column)s”%(nearest)s.")
                nearest = suggestion_for(name, [*table.columns])
                raise MappingError(message % {"table": table.name, "column": name, "nearest": nearest})
            if columns.count(name) > 1:
                message = _(
                    "The column “%(column)s” of %(table)s is mapped twice; put the headers together in one."
                )
                raise MappingError(message % {"column": name, "table": table.name})


def mapped_sheets(
    reading: ReadResult, grids: Sequence[Grid], mapping: Mapping, answers: Answers
) -> Iterator[MappedSheet]:
    """The grids that the mapping has a sheet for. What it has none for becomes a notice of the reading."""
    for grid in grids:
        place, top = FileLocation(grid.file), SheetTop(grid)
        is_skipped = len(grids) > 1 and top.is_skipped(mapping)
        sheet = None if is_skipped else top.mapping_among(mapping.sheets, is_only=len(grids) == 1)
        if sheet is None:
            words = (
                _("The sheet is hidden and was left out.") if grid.is_hidden else _("The sheet was left out.")
            )
            reading.add_notice(place, words)
            continue
        header = top.header_of(sheet)
        if header is None:
            message = _("The header of the mapping does not stand in this sheet: %(header)s.")
            shown = pgettext("enumeration", ", ").join(filter(None, sheet.header))
            reading.add_problem(place, message, header=printable(shown, 200))
            continue
        for notice in grid.notices:
            reading.add_notice(place, notice)
        mapped = MappedSheet(grid, sheet, header, mapping, answers)
        yield from _checked(reading, mapped)


def _checked(reading: ReadResult, sheet: MappedSheet) -> Iterator[MappedSheet]:
    """The sheet if it has all columns of the mapping; each that it lacks is a problem."""
    wanted = itertools.chain.from_iterable(one.headers for one in sheet.sheet.columns)
    missing = [header for header in wanted if header not in sheet.indexes]
    place = FileLocation(sheet.grid.file, sheet.table.name, line=sheet.header.last)
    for header in missing:
        reading.problems.append(Problem(place, _("The sheet lacks this column of the mapping."), header))
    if not missing:
        yield sheet


def _headers(sheet: MappedSheet) -> dict[str, str]:
    """The headers with their columns. Never empty: rows of sheets have them."""
    return {header: column for column, header in sheet.spellings.items()} or {"slug": "slug"}


def _add_notices(reading: ReadResult, sheet: MappedSheet, findings: Findings) -> None:
    """Say what was left out, and what was read as something else than stands there."""
    place = FileLocation(sheet.grid.file, sheet.table.name)
    mapped = {header for one in sheet.sheet.columns for header in one.headers}
    skipped = [
        " / ".join(sheet.header.parts.get(index, (name,)))
        for index, (name, text) in enumerate(zip(sheet.indexes, sheet.sheet.header, strict=False))
        if text and name not in mapped
    ]
    header = sheet.sheet.header
    unnamed = [
        xl_col_to_name(index)
        for index in sorted(findings.unread_columns)
        if not any(header[index : index + 1])
    ]
    skipped += unnamed
    if skipped:
        shown = pgettext("enumeration", ", ").join(map(printable, skipped))
        reading.add_notice(place, _("These columns were left out: %(columns)s."), columns=shown)
    if findings.above:
        words = _("Lines above the header were left out: %(lines)s.")
        reading.add_notice(place, words, lines=LinesApart(findings.above))
    if findings.left_out:
        words = _("Lines that are no rows were left out: %(lines)s.")
        reading.add_notice(place, words, lines=LinesApart(findings.left_out))
    if findings.struck_out:
        words = _("Rows that are struck through were left out, as it was answered: %(lines)s.")
        reading.add_notice(place, words, lines=LinesApart(findings.struck_out))
    if sections := findings.sections.count:
        words = ngettext(
            "%(count)s row is the heading of a section and was left out: %(sections)s.",
            "%(count)s rows are headings of sections and were left out: %(sections)s.",
            sections,
        )
        reading.add_notice(place, words, count=sections, sections=findings.sections.named())
    reading.notices += notices_of_signs(place, findings.placeholders)
    for row, line, column, text, date in findings.dates:
        words = _("“%(text)s” in the column “%(column)s” was read as %(date)s.")
        shown = date.display(get_language() or "zh-hans")
        at = FileLocation(sheet.grid.file, sheet.table.name, row, line)
        reading.add_notice(at, words, text=printable(text), column=printable(column), date=shown)
    if (more := findings.date_count - len(findings.dates)) > 0:
        words = ngettext(
            "%(count)s more date was read as something else than it looks like.",
            "%(count)s more dates were read as something else than they look like.",
            more,
        )
        reading.add_notice(place, words, count=more)
    for row, line, column, text in findings.dropped:
        at = FileLocation(sheet.grid.file, sheet.table.name, row, line)
        words = _("“%(text)s” in the column “%(column)s” is left out, as it was answered.")
        reading.add_notice(at, words, text=printable(text), column=printable(column))
    if (more := findings.dropped_count - len(findings.dropped)) > 0:
        words = ngettext(
            "%(count)s more cell is left out, as it was answered.",
            "%(count)s more cells are left out, as it was answered.",
            more,
        )
        reading.add_notice(place, words, count=more)
    for count, words in _counted(findings):
        if count:
            reading.add_notice(place, words, count=count)


def _counted(findings: Findings) -> Iterator[tuple[int, str]]:
    yield (
        findings.dittos,
        ngettext(
            "%(count)s cell was read as the one above it.",
            "%(count)s cells were read as those above them.",
            findings.dittos,
        ),
    )
    yield (
        findings.filled,
        ngettext(
            "%(count)s cell within merged ones was read as their first.",
            "%(count)s cells within merged ones were read as their first.",
            findings.filled,
        ),
    )
    yield (
        findings.types,
        ngettext(
            "The type of %(count)s document was read from its title.",
            "The types of %(count)s documents were read from their titles.",
            findings.types,
        ),
    )
    yield (
        findings.provisional,
        ngettext(
            "%(count)s document is marked as provisional because its title ends so.",
            "%(count)s documents are marked as provisional because their titles end so.",
            findings.provisional,
        ),
    )
