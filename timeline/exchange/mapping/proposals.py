"""Proposes how a table of another program or office is read: its table, header, end and columns, each with the reason."""

import itertools
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from timeline.exchange.mapping.column_proposals import (
    ColumnProposal,
    letter_of,
    mapped_columns,
    propose_columns,
)
from timeline.exchange.mapping.header_lines import (
    HeaderLines,
    SheetTop,
    count_named,
)
from timeline.exchange.mapping.mapping import THIS_FILE, Mapping, SheetMapping
from timeline.exchange.mapping.section_rows import SectionRows
from timeline.exchange.mapping.sheet_outline import LinesApart, Remainder, held_lines, names_of, texts_of
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.headers import (
    find_table,
    is_serial_number,
    names_of_tables,
    normalized_header,
)
from timeline.exchange.readers.sources import stem
from timeline.exchange.readers.types import printable
from timeline.exchange.vocabularies.registry import VOCABULARIES
from timeline.models import Entry
from timeline.models.records import Record
from timeline.rows.tables import TABLES, Table

# As many rows tell what a column holds.
SAMPLE = 200
# A table named by the tab or the file outweighs so many headers of another.
_OF_A_NAME = 3


@dataclass(frozen=True)
class SheetProposal:
    """How a grid is read, and why. Without a table it is skipped."""

    grid: Grid
    mapping: SheetMapping | None
    table_reason: str
    # The last line of the header, and the first, if it has several.
    header_line: int = 0
    header_begin: int = 0
    header_reason: str = ""
    last_line: int = 0
    last_reason: str = ""
    columns: tuple[ColumnProposal, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """How a file is read: the mapping, and the reasons for each sheet. `remembered` is the mapping of an earlier file that is taken."""

    mapping: Mapping
    sheets: tuple[SheetProposal, ...]
    remembered: Mapping | None = None


def propose(grids: Sequence[Grid], file_name: str, known: Sequence[Mapping] = ()) -> Proposal:
    """Propose how these grids of a file are read. The first of the known mappings wins whose headers all stand there."""
    is_only = len(grids) == 1
    tops = [*map(SheetTop, grids)]
    for mapping in known:
        if mapping.sheets and all(any(top.find(sheet) for top in tops) for sheet in mapping.sheets):
            remembered = [_remembered(top, mapping, file_name, is_only=is_only) for top in tops]
            return _proposal(replace(mapping, sheets=()), remembered, mapping)
    sheets = [_proposed(top, file_name, is_only=is_only) for top in tops]
    mapping = _proposal(Mapping(), sheets).mapping
    return _proposal(Mapping(source=proposed_source([sheet.table for sheet in mapping.sheets])), sheets)


def proposed_source(tables: Collection[str]) -> str:
    """What the rows of these tables cite, unless somebody chooses something else: entries their file.

    Without a citation no entry can be published. A file that brings citations says what its rows cite.
    """
    cite_themselves = any(TABLES[name].within and "source" in TABLES[name].columns for name in tables)
    has_entries = any(issubclass(TABLES[name].model, Entry) for name in tables)
    return THIS_FILE if has_entries and not cite_themselves else ""


def _proposal(
    mapping: Mapping, sheets: Sequence[SheetProposal], remembered: Mapping | None = None
) -> Proposal:
    mapped = tuple(sheet.mapping for sheet in sheets if sheet.mapping is not None)
    return Proposal(replace(mapping, sheets=mapped), tuple(sheets), remembered)


def _proposed(top: SheetTop, file_name: str, *, is_only: bool) -> SheetProposal:
    if top.grid.is_hidden and not is_only:
        return SheetProposal(top.grid, None, _("The sheet is hidden."))
    return propose_sheet(top, file_name, is_only=is_only)


def propose_sheet(
    top: SheetTop, file_name: str, *, is_only: bool, table: str = "", line: int | None = None
) -> SheetProposal:
    """Propose how one grid is read; as this table, or with its header in this line, if somebody chose them."""
    grid = top.grid
    if not top.lines:
        return SheetProposal(grid, None, _("The sheet is empty."))
    vocabulary = VOCABULARIES.get(grid.vocabulary)
    if vocabulary and vocabulary.is_optional and not table:
        reason = _("Such a list of %(format)s is only read if you choose a table for it.")
        return SheetProposal(grid, None, reason % {"format": vocabulary.label})
    chosen = [TABLES[table]] if table else []
    found, reason, score = _table(top, file_name, chosen, is_only=is_only)
    if vocabulary and vocabulary.table and not table:
        found, reason = TABLES[vocabulary.table], vocabulary.table_reason
    if found is None:
        return SheetProposal(grid, None, _("Neither a name nor a header tells which table this is."))
    header = _Header(top.headers(found)[0], vocabulary.reason) if vocabulary else _header(found, top, line)
    columns = propose_columns(found, header.lines, _sample(grid, header), vocabulary)
    last_line, last_reason = _end(grid, header)
    mapping = SheetMapping(
        found.name,
        "" if is_only else grid.name,
        tuple(header.texts),
        mapped_columns(found, columns),
        header_line=line,
    )
    reason = reason or _("%(count)s of its headers are columns of this table.") % {"count": score}
    return SheetProposal(
        grid,
        mapping,
        reason,
        header.line,
        header.lines.first,
        header.reason,
        last_line,
        last_reason,
        tuple(columns),
    )


def _remembered(top: SheetTop, mapping: Mapping, file_name: str, *, is_only: bool) -> SheetProposal:
    """How a grid is read by a mapping that is remembered; as proposed if it has another header than all sheets of that."""
    grid = top.grid
    if not is_only and top.is_skipped(mapping):
        return SheetProposal(grid, None, _("So it was skipped last time."))
    found = ((sheet, lines) for sheet in mapping.sheets if (lines := top.find(sheet)))
    sheet, lines = next(found, (None, None))
    if sheet is None or lines is None:
        return _proposed(top, file_name, is_only=is_only)
    reason = _("So it was read last time.")
    header = _Header(replace(lines, texts=[*sheet.header]), reason)
    of_header = {header: one.column for one in reversed(sheet.columns) for header in one.headers}
    columns = tuple(
        ColumnProposal(
            name, letter_of(index), of_header.get(name, ""), reason, tuple(lines.parts.get(index, ()))
        )
        for index, name in enumerate(names_of(sheet.header))
    )
    last_line, last_reason = _end(grid, header)
    here = replace(sheet, sheet="" if is_only else grid.name)
    return SheetProposal(grid, here, reason, lines.last, lines.first, reason, last_line, last_reason, columns)


# --- which table


def _table(
    top: SheetTop, file_name: str, chosen: Sequence[Table], *, is_only: bool
) -> tuple[Table | None, str, int]:
    """The table that most speaks for, the reason if that is a name, and the number of headers that it knows."""
    grid = top.grid
    if chosen:
        return chosen[0], _("You chose it."), 0
    named: dict[str, str] = {}
    for name in [grid.name, *([stem(file_name)] if is_only or not find_table(grid.name) else [])]:
        if (table := _named_table(name)) is not None:
            named.setdefault(table.name, name)
    known = {
        table.name: max(count_named(table, header.texts) for header in top.headers(table))
        for table in TABLES.values()
        if table.name in named or _has_pages(table)
    }
    scores = {name: count + _OF_A_NAME * (name in named) for name, count in known.items()}
    best = max(scores, key=lambda name: scores[name])
    # Of several sheets in a file with the name of a table, one without any header of it is something else.
    is_named = best in named and (is_only or known[best] or named[best] == grid.name)
    # Headers that several tables know equally well tell nothing.
    if not is_named and (known[best] < 2 or [*scores.values()].count(scores[best]) > 1):
        return None, "", 0
    reason = _("The name “%(name)s” says so.") % {"name": printable(named[best])} if best in named else ""
    return TABLES[best], reason, known[best]


def _has_pages(table: Table) -> bool:
    """Whether the rows are records with a page, and no parts of them."""
    return issubclass(table.model, Record)


def _named_table(name: str) -> Table | None:
    """The table that a tab or file is named for, or whose name is the longest that stands in its name."""
    if table := find_table(name):
        return table
    whole = normalized_header(name)
    contained = [
        (len(word), table) for word, table in names_of_tables().items() if len(word) > 1 and word in whole
    ]
    return TABLES[max(contained)[1]] if contained else None


# --- the header and the end


@dataclass(frozen=True)
class _Header:
    """The header of a sheet, and why it is this one."""

    lines: HeaderLines
    reason: str

    @property
    def line(self) -> int:
        return self.lines.last

    @property
    def texts(self) -> list[str]:
        return self.lines.texts


def _header(table: Table, top: SheetTop, chosen: int | None) -> _Header:
    """The header that names most columns; of two that name as many, one of which continues the other, the longer."""
    headers = top.headers(table)
    if chosen is not None:
        found = next((header for header in headers if header.last == chosen), headers[0])
        return _Header(found, _("You chose it."))
    scores = [count_named(table, one.texts) + any(map(is_serial_number, one.texts)) for one in headers]
    best = scores.index(max(scores))
    if not scores[best]:
        widths = [sum(map(bool, texts_of(line))) for line in top.lines]
        best = widths.index(max(widths))
        return _Header(headers[best], _("It is the first line with most cells."))
    for index in range(best + 1, len(headers)):
        if headers[index].first > headers[best].last or scores[index] < scores[best]:
            break
        longer = headers[index]
        if longer.joined or longer.has_groups or count_named(table, texts_of(top.lines[index])):
            best = index
    header = headers[best]
    if header.first < header.last:
        reason = _("The header spans %(count)s lines; this is the last one.")
        return _Header(header, reason % {"count": header.last - header.first + 1})
    reason = _("%(count)s cells of line %(line)s are names of columns.")
    return _Header(header, reason % {"count": scores[best], "line": header.last})


def _end(grid: Grid, header: _Header) -> tuple[int, str]:
    """The last line with a row, and why it is the last."""
    remainder, last, left = Remainder(header.texts), header.line, list[int]()
    sections, note = SectionRows(grid, header.texts, header.line), ""
    for line in held_lines(grid):
        texts = texts_of(line)
        if line.number <= header.line or not any(texts):
            continue
        if remainder.takes(texts):
            left.append(line.number)
            note = note if left[1:] else next(filter(None, texts))
        elif not sections.heading(line.number, dict(enumerate(texts))):
            last = line.number
    below = [number for number in left if number > last]
    if not below:
        return last, _("It is the last line.")
    reason = _("What stands in lines %(lines)s (“%(text)s”) is no row.")
    return last, reason % {"lines": LinesApart(below), "text": printable(note, 30)}


def _sample(grid: Grid, header: _Header) -> list[list[str]]:
    """The texts of the first rows."""
    remainder, sections = Remainder(header.texts), SectionRows(grid, header.texts, header.line)
    lines = ((line.number, texts_of(line)) for line in held_lines(grid) if line.number > header.line)
    rows = (
        texts
        for number, texts in lines
        if any(texts) and not remainder.takes(texts) and not sections.heading(number, dict(enumerate(texts)))
    )
    return [*itertools.islice(rows, SAMPLE)]
