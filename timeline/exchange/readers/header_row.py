"""Reads the header of a sheet: the column of each cell, and what is wrong with them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from itertools import filterfalse

from django.utils.translation import gettext as _

from timeline.exchange.readers.headers import (
    MAX_COLUMNS,
    column_label,
    find_column,
    is_serial_number,
    nested_tables,
    required_columns,
    spellings_of,
    suggestion_among,
    table_label,
    unknown_column,
)
from timeline.exchange.readers.types import FileLocation, Problem
from timeline.rows.tables import Table
from timeline.values.text import clean_line


@dataclass
class Header:
    """A sheet's first row: for each cell its column, or None if it is empty, unknown or ignored."""

    columns: list[str | None] = field(default_factory=list)
    empty: set[int] = field(default_factory=set)
    # The column of each header.
    names: dict[str, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    # The columns of the key that are not there, and those that a header which could not be read may be of.
    unread: frozenset[str] = frozenset()
    # Whether there are columns at all.
    is_usable: bool = True

    @property
    def spellings(self) -> dict[str, str]:
        """The columns with another name in this file, each with its header."""
        return {column: header for header, column in self.names.items() if header != column}


def read_header(
    place: FileLocation, table: Table, cells: Sequence[str], unread: Collection[int] = ()
) -> Header:
    """The header of these cells, without those that could not be read."""
    header = Header()
    cells = [clean_line(cell) for cell in cells]
    if sum(1 for cell in cells if cell) > MAX_COLUMNS:
        message = _("The first row has more than %(limit)s columns; no table has so many.")
        return Header(problems=[Problem(place, message % {"limit": MAX_COLUMNS})], is_usable=False)
    for number, cell in enumerate(cells):
        name = find_column(table, cell) if cell else None
        message = ""
        if number in unread:
            pass
        elif not cell:
            header.empty.add(number)
        elif name is None:
            message = unknown_column(table, cell)
        elif part := nested_tables(table).get(str(name)):
            message = _("In sheets these rows stand in a sheet of their own, named %(table)s.")
            message %= {"table": table_label(part)}
        elif name in header.columns:
            first = next(known for known, column in header.names.items() if column == name)
            message = _("The column stands twice: as “%(first)s” and as “%(second)s”.")
            message %= {"first": first, "second": cell}
        else:
            header.names[cell] = name
        if message:
            header.problems.append(Problem(place, message, cell))
        header.columns.append(header.names.get(cell) if name and not message else None)
    header.unread = frozenset(table.columns if unread else required_columns(table)) - {*header.columns}
    # It may be the one that could not be read.
    for name in required_columns(table) if not unread else ():
        if name in header.unread:
            message = _("The column “%(column)s” is missing, which identifies the row%(nearest)s.")
            candidates = [cell for cell in cells if cell and cell not in header.names]
            nearest = suggestion_among(spellings_of(table, name), filterfalse(is_serial_number, candidates))
            label = column_label(table, name)
            message %= {"column": label, "nearest": nearest}
            header.problems.append(Problem(place, message, name, label=label))
    return header
