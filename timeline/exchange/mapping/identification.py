"""Identifies the rows of mapped tables: names become slugs, and each row gets the slug of the record that it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from django.utils.translation import gettext as _

from timeline.exchange.mapping.keys import Keys
from timeline.exchange.mapping.mapping import NO_ANSWERS, Answers
from timeline.exchange.mapping.names import Names
from timeline.exchange.mapping.new_slugs import NewSlugs
from timeline.exchange.mapping.questions import Question
from timeline.exchange.readers.types import FileLocation, FileRow, Notice, Problem, Sheet
from timeline.rows.tables import TABLES, Table


@dataclass
class Identification:
    """Sheets of rows with slugs, which the import takes, and what the rows leave open.

    The answer to a question counts, or else its proposal. Without either, a name is left out, or stays where one is
    required, and a row is a new record.
    """

    # Those of records that are created because rows name them come last.
    sheets: list[Sheet] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    # Names that can be neither found nor created.
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def identify(
    sheets: Sequence[Sheet], answers: Answers = NO_ANSWERS, *, publish: bool = False
) -> Identification:
    """Identify the rows of these sheets, which are read several times and not held.

    References may be names, and slugs may be missing. A row may be followed by rows of its parts, such as its citations,
    without the column of what they belong to: they get a sheet of their own, and the slug of that row.
    """
    slugs = NewSlugs()
    names, keys = Names(answers, slugs, publish=publish), Keys(answers, slugs)
    tables = [_collect(sheet, names, keys) for sheet in sheets]
    for table in TABLES.values():
        if any(table.name in in_sheet for in_sheet in tables):
            _look_up(table, sheets, names, keys)
    found = Identification(
        questions=[*names.questions, *keys.questions],
        problems=names.problems,
        notices=[*keys.notices, *names.notices],
    )
    for number, sheet in enumerate(sheets):
        for name in tables[number]:
            read = partial(_read, number, sheet, name, names, keys)
            found.sheets.append(replace(sheet, table=TABLES[name], read=read))
    for name, rows in names.created.items():
        found.sheets.append(Sheet(rows[0].place.file, TABLES[name], partial(iter, rows)))
    return found


def _collect(sheet: Sheet, names: Names, keys: Keys) -> list[str]:
    """Collect the names and keys of a sheet. Returns the names of the tables of its rows."""
    found = {sheet.table.name: True}
    for row in sheet:
        if isinstance(row, FileRow):
            found[row.table.name] = True
            names.collect(row)
            keys.collect(row)
    return [*found]


def _look_up(table: Table, sheets: Sequence[Sheet], names: Names, keys: Keys) -> None:
    """Find what the rows of a table name, and which records they are."""
    models = {column.model: True for column in table.columns.values() if column.field.is_relation}
    own = [model for model in models if issubclass(table.model, model)]
    for model in models:
        if model not in own:
            names.look_up(model)
    if not table.within:
        keys.look_up(table, partial(_rows_of, table, sheets, names))
        if names.has_names_of(table.model):
            for number, sheet in enumerate(sheets):
                if sheet.table is table:
                    for row in _read(number, sheet, table.name, names, keys):
                        if isinstance(row, FileRow):
                            names.add(row)
    # The rows of a table that refers to itself are named by slugs that they have only now.
    for model in own:
        names.look_up(model)


def _rows_of(table: Table, sheets: Sequence[Sheet], names: Names) -> Iterator[tuple[int, FileRow]]:
    """The rows of a table, each with the number of its sheet."""
    for number, sheet in enumerate(sheets):
        if sheet.table is table:
            for row in sheet:
                if isinstance(row, FileRow) and row.table is table:
                    yield number, names.resolve(row)


def _read(number: int, sheet: Sheet, table: str, names: Names, keys: Keys) -> Iterator[FileRow | Problem]:
    """The rows of one table in a sheet, identified. Problems stand in the sheet of its own table."""
    count, slug = 0, ""
    for row in sheet:
        if isinstance(row, Problem):
            if table == sheet.table.name:
                yield row
            continue
        if row.table.within:
            within = row.table.within
            if row.table is not sheet.table and row.cells.get(within) in (None, ""):
                if not slug:
                    continue
                row = replace(row, cells=row.cells | {within: slug})
            if row.table.name == table:
                yield names.without_open(names.resolve(row))
            continue
        if count == keys.count(number):
            count += 1
            break
        identified = keys.identify(number, count, names.resolve(row))
        count += 1
        slug = str(identified.cells["slug"]) if identified else keys.slug_of(number, count - 1)
        if identified is not None and table == row.table.name:
            yield names.without_open(identified)
    if count != keys.count(number) and table == sheet.table.name:
        yield Problem(FileLocation(sheet.file, table), _("The file has changed while it was read."))
