"""Makes a grid of the records of another program: a header, a line for each record, and notices of what has no place."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timeline.exchange.readers.grids import Grid
from timeline.exchange.readers.types import CellFault, Problem, SheetLine, printable
from timeline.exchange.vocabularies.declaration import (
    ForeignRecord,
    ForeignValueError,
    Vocabulary,
    VocabularyField,
)

# Names in one notice.
MAX_NAMES = 30


def record_grid(
    vocabulary: Vocabulary,
    file: str,
    name: str,
    records: Sequence[ForeignRecord],
    problems: Sequence[Problem] = (),
    *,
    fields: Sequence[VocabularyField] = (),
    notices: Sequence[str] = (),
) -> Grid:
    """The records as a grid, after the problems of those that cannot be read.

    The header is the same for every file of a vocabulary, unless it has none of its own and `fields` are given.
    """
    columns = fields or vocabulary.fields
    numbers = _line_numbers(records)
    lines: list[SheetLine | Problem] = [SheetLine(0, [*enumerate(one.header for one in columns)])]
    lines += problems
    lines += [_line(number, record, columns) for number, record in zip(numbers, records, strict=True)]
    return Grid(
        file,
        name,
        _reader(lines),
        _reader(lines),
        notices=(*notices, *_notes(records), *_unplaced(vocabulary, records, fields)),
        vocabulary=vocabulary.name,
    )


def with_header_line(grid: Grid, number: int) -> Grid:
    """The grid of records of a table, whose header stands in this line of the file."""
    header, *lines = grid.read(())
    if isinstance(header, SheetLine):
        header = replace(header, number=number)
    read = _reader([header, *lines])
    return replace(grid, read=read, read_shown=read)


def _reader(lines: Sequence[SheetLine | Problem]) -> Callable[..., Iterator[SheetLine | Problem]]:
    return lambda *_kinds: iter(lines)


def _line_numbers(records: Sequence[ForeignRecord]) -> list[int]:
    """The lines of the records, or, where one line of the file has several, their numbers."""
    lines = [record.line for record in records]
    is_ascending = all(one < other for one, other in zip([0, *lines], lines, strict=False))
    return lines if is_ascending else [*range(1, len(records) + 1)]


def _line(number: int, record: ForeignRecord, columns: Sequence[VocabularyField]) -> SheetLine:
    cells: list[tuple[int, str]] = []
    faults: list[CellFault] = []
    for index, column in enumerate(columns):
        try:
            if text := column.convert(record, column.sources):
                cells.append((index, text))
        except ForeignValueError as error:
            faults.append(CellFault(index, error.message, error.value))
    return SheetLine(number, cells, faults)


def _notes(records: Sequence[ForeignRecord]) -> Iterator[str]:
    counts = Counter(note for record in records for note in record.notes)
    for note, count in counts.items():
        records_of = ngettext("%(count)s record", "%(count)s records", count) % {"count": count}
        yield _("%(note)s (%(records)s)") % {"note": note, "records": records_of}


def _unplaced(
    vocabulary: Vocabulary, records: Sequence[ForeignRecord], fields: Sequence[VocabularyField]
) -> Iterator[str]:
    names = [] if fields else [printable(name) for name in vocabulary.unplaced(records)]
    if names:
        message = _("These have no place here and were left out: %(names)s.")
        yield message % {"names": ", ".join(names[:MAX_NAMES]) + (" …" if len(names) > MAX_NAMES else "")}
