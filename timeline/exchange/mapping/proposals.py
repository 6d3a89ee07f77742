"""Proposes how a table of another program or office is read: its table, header, end and columns, each with the reason."""

import itertools
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils.translation import gettext as _

from timeline.exchange.mapping.cell_content import matching_column
from timeline.exchange.mapping.mapping import THIS_FILE, ColumnMapping, Mapping, SheetMapping
from timeline.exchange.mapping.sheet_outline import (
    LinesApart,
    Remainder,
    first_lines,
    has_header,
    header_line,
    held_lines,
    joined,
    names_of,
    texts_of,
)
from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.headers import (
    find_column,
    find_table,
    is_serial_number,
    is_status,
    names_of_tables,
    normalized_header,
)
from timeline.exchange.readers.sources import stem
from timeline.exchange.readers.types import SheetLine, printable
from timeline.exchange.vocabularies.declaration import Vocabulary
from timeline.exchange.vocabularies.registry import VOCABULARIES
from timeline.models import Entry
from timeline.models.records import Record
from timeline.rows.tables import TABLES, Table

# As many rows tell what a column holds.
SAMPLE = 200
# A table named by the tab or the file outweighs so many headers of another.
_OF_A_NAME = 3
# What stands in brackets behind a header: 发文日期（落款）.
_in_brackets = re.compile(r"[（(\[【].*?[）)\]】]")


@dataclass(frozen=True)
class ColumnProposal:
    """A column of a sheet: its name and letter, the column of the table or "" to skip it, and why."""

    name: str
    letter: str
    column: str
    reason: str


@dataclass(frozen=True)
class SheetProposal:
    """How a grid is read, and why. Without a table it is skipped."""

    grid: Grid
    mapping: SheetMapping | None
    table_reason: str
    header_line: int = 0
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
    for mapping in known:
        if mapping.sheets and all(
            any(has_header(grid, sheet.header) for grid in grids) for sheet in mapping.sheets
        ):
            remembered = [_remembered(grid, mapping, is_only=is_only) for grid in grids]
            return _proposal(replace(mapping, sheets=()), remembered, mapping)
    sheets = [
        propose_sheet(grid, file_name, is_only=is_only)
        if not grid.is_hidden or is_only
        else SheetProposal(grid, None, _("The sheet is hidden."))
        for grid in grids
    ]
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


def propose_sheet(
    grid: Grid, file_name: str, *, is_only: bool, table: str = "", line: int | None = None
) -> SheetProposal:
    """Propose how one grid is read; as this table, or with its header in this line, if somebody chose them."""
    lines = first_lines(grid)
    if not lines:
        return SheetProposal(grid, None, _("The sheet is empty."))
    vocabulary = VOCABULARIES.get(grid.vocabulary)
    if vocabulary and vocabulary.is_optional and not table:
        reason = _("Such a list of %(format)s is only read if you choose a table for it.")
        return SheetProposal(grid, None, reason % {"format": vocabulary.label})
    chosen = [TABLES[table]] if table else []
    found, reason, score = _table(grid, file_name, lines, chosen, is_only=is_only)
    if vocabulary and vocabulary.table and not table:
        found, reason = TABLES[vocabulary.table], vocabulary.table_reason
    if found is None:
        return SheetProposal(grid, None, _("Neither a name nor a header tells which table this is."))
    if vocabulary:
        header = _Header(lines[0].number, _stripped(texts_of(lines[0])), vocabulary.reason)
    else:
        header = _header(found, lines, line)
    columns = _columns(found, header, _sample(grid, header), vocabulary)
    last_line, last_reason = _end(grid, header)
    mapping = SheetMapping(
        found.name,
        "" if is_only else grid.name,
        tuple(header.texts),
        tuple(ColumnMapping(one.column, (one.name,)) for one in columns if one.column),
        header_line=line,
    )
    reason = reason or _("%(count)s of its headers are columns of this table.") % {"count": score}
    return SheetProposal(
        grid, mapping, reason, header.line, header.reason, last_line, last_reason, tuple(columns)
    )


def _remembered(grid: Grid, mapping: Mapping, *, is_only: bool) -> SheetProposal:
    """How a grid is read by a mapping that is remembered."""
    sheet = next((sheet for sheet in mapping.sheets if has_header(grid, sheet.header)), None)
    if sheet is None:
        return SheetProposal(grid, None, _("The sheet was skipped last time."))
    reason = _("So it was read last time.")
    number = header_line(first_lines(grid), sheet.header) or 0
    header = _Header(number, [*sheet.header], reason)
    of_header = {header: one.column for one in sheet.columns for header in one.headers}
    columns = tuple(
        ColumnProposal(name, _letter(index), of_header.get(name, ""), reason)
        for index, name in enumerate(names_of(sheet.header))
    )
    last_line, last_reason = _end(grid, header)
    here = replace(sheet, sheet="" if is_only else grid.name)
    return SheetProposal(grid, here, reason, number, reason, last_line, last_reason, columns)


# --- which table


def _table(
    grid: Grid, file_name: str, lines: Sequence[SheetLine], chosen: Sequence[Table], *, is_only: bool
) -> tuple[Table | None, str, int]:
    """The table that most speaks for, the reason if that is a name, and the number of headers that it knows."""
    if chosen:
        return chosen[0], _("You chose it."), 0
    named: dict[str, str] = {}
    for name in [grid.name, *([stem(file_name)] if is_only or not find_table(grid.name) else [])]:
        if (table := _named_table(name)) is not None:
            named.setdefault(table.name, name)
    known = {
        table.name: max(_known(table, texts_of(line)) for line in lines)
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


def _known(table: Table, texts: Sequence[str]) -> int:
    """How many cells of a line are headers of the table."""
    return len({column for text in texts if text and (column := _named_column(table, text))})


def _named_column(table: Table, text: str) -> str:
    """The column of the table that a header names, also with something in brackets behind it; otherwise ""."""
    for name in (text, _in_brackets.sub("", text)):
        column = find_column(table, name) if name else None
        if column in table.columns:
            return str(column)
    return ""


# --- the header and the end


@dataclass(frozen=True)
class _Header:
    """The header of a sheet: the number of its line, its texts, and why it is this one."""

    line: int
    texts: list[str]
    reason: str

    @cached_property
    def names(self) -> list[str]:
        return names_of(self.texts)


def _header(table: Table, lines: Sequence[SheetLine], chosen: int | None) -> _Header:
    """The line that names most columns, or of two such that follow each other the lower; else the first with most cells."""
    if chosen is not None:
        line = next((line for line in lines if line.number == chosen), lines[0])
        return _Header(line.number, _stripped(texts_of(line)), _("You chose it."))
    texts = [texts_of(line) for line in lines]
    scores = [_known(table, one) + any(map(is_serial_number, one)) for one in texts]
    best = scores.index(max(scores))
    if not scores[best]:
        widths = [sum(map(bool, one)) for one in texts]
        best = widths.index(max(widths))
        return _Header(lines[best].number, _stripped(texts[best]), _("It is the first line with most cells."))
    count = {"count": scores[best], "line": lines[best].number}
    below = best + 1
    if (
        below < len(texts)
        and lines[below].number == lines[best].number + 1
        and _is_lower(table, texts[below], texts[best])
    ):
        reason = _("The header spans two lines; this is the lower one.")
        return _Header(lines[below].number, _stripped(joined(texts[best], texts[below])), reason)
    reason = _("%(count)s cells of line %(line)s are names of columns.") % count
    header = _stripped(texts[best])
    if best and lines[best].number == lines[best - 1].number + 1 and _is_upper(texts[best - 1], texts[best]):
        header = _stripped(joined(texts[best - 1], header))
    return _Header(lines[best].number, header, reason)


def _is_lower(table: Table, lower: Sequence[str], upper: Sequence[str]) -> bool:
    """Whether a line continues the header above it: it names columns, and below a name stands nothing or another name.

    A row of the table may hold a word that is a name as well: 试行.
    """
    pairs = zip(upper, lower, strict=False)
    return bool(_known(table, lower)) and all(
        _known(table, [low]) for high, low in pairs if low and _known(table, [high])
    )


def _is_upper(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether a line is the upper one of a header: it has texts where the lower has none, and more than a title has."""
    empty = {index for index, text in enumerate(upper) if text and not any(lower[index : index + 1])}
    return bool(empty) and sum(map(bool, upper)) > 1


def _stripped(texts: list[str]) -> list[str]:
    """The texts without empty ones at the end."""
    while texts and not texts[-1]:
        texts = texts[:-1]
    return texts


def _end(grid: Grid, header: _Header) -> tuple[int, str]:
    """The last line with a row, and why it is the last."""
    remainder, last, left = Remainder(header.texts), header.line, list[int]()
    note = ""
    for line in held_lines(grid):
        texts = texts_of(line)
        if line.number <= header.line or not any(texts):
            continue
        if remainder.takes(texts):
            left.append(line.number)
            note = note if left[1:] else next(filter(None, texts))
        else:
            last = line.number
    below = [number for number in left if number > last]
    if not below:
        return last, _("It is the last line.")
    reason = _("What stands in lines %(lines)s (“%(text)s”) is no row.")
    return last, reason % {"lines": LinesApart(below), "text": printable(note, 30)}


def _sample(grid: Grid, header: _Header) -> list[list[str]]:
    """The texts of the first rows."""
    remainder = Remainder(header.texts)
    rows = (texts_of(line) for line in held_lines(grid) if line.number > header.line)
    return [*itertools.islice((row for row in rows if any(row) and not remainder.takes(row)), SAMPLE)]


# --- the columns


def _columns(
    table: Table, header: _Header, sample: Sequence[Sequence[str]], vocabulary: Vocabulary | None
) -> list[ColumnProposal]:
    """What each column of the sheet is: by its header, and those without one by their content.

    The content never overrules a header: one that is not known may say what no column is (有效期).
    """
    width = max([len(header.texts), *map(len, sample)])
    names = names_of([*header.texts, *[""] * (width - len(header.texts))])
    found: list[ColumnProposal] = []
    for index, name in enumerate(names):
        text = header.texts[index] if index < len(header.texts) else ""
        taken_by = {one.column: one.name for one in found if one.column}
        column, reason = _by_vocabulary(vocabulary, table, text, taken_by) if vocabulary else ("", "")
        if not reason:
            column, reason = _by_header(table, text, taken_by)
        found.append(ColumnProposal(name, _letter(index), column, reason))
    for index, one in enumerate(found):
        if one.column or one.reason:
            continue
        cells = [row[index] for row in sample if index < len(row) and row[index]]
        taken = {other.column for other in found}
        column, reason = matching_column(table, cells, taken)
        if index < len(header.texts) and header.texts[index] and column:
            column, reason = (
                "",
                _("The header is not known. %(content)s Choose a column.") % {"content": reason},
            )
        reason = reason or (_("No column of the table is called so.") if cells else _("The column is empty."))
        found[index] = replace(one, column=column, reason=reason)
    return found


def _by_vocabulary(
    vocabulary: Vocabulary, table: Table, text: str, taken: Collection[str]
) -> tuple[str, str]:
    """The column that a header of another program's format means and the reason; no reason if only its content tells."""
    column = vocabulary.column(table, text)
    if column and column not in taken:
        return column, vocabulary.reason
    return "", _("It has no place here, unless you choose a column for it.") if vocabulary.fields else ""


def _by_header(table: Table, text: str, taken: dict[str, str]) -> tuple[str, str]:
    """The column that a header names and the reason; no reason if the header says nothing."""
    if not text:
        return "", ""
    if column := _named_column(table, text):
        if column in taken:
            return "", _("“%(first)s” is this column already.") % {"first": taken[column]}
        named = {"header": printable(text), "column": table.columns[column].field.verbose_name}
        return column, _("The header “%(header)s” is a name of %(column)s.") % named
    if is_serial_number(text):
        return "", _("It only numbers the rows.")
    if is_status(table, text):
        return "", _("The status of records does not come from files.")
    if find_column(TABLES["sources"], text) == "note":
        return "", _("Remarks of an office are not for readers, unless you choose a column for them.")
    return "", ""


def _letter(index: int) -> str:
    return names_of([""] * (index + 1))[index]
