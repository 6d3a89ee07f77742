"""Pairs of columns of a table that one column of a sheet often is: the name of a pilot is its programme and its title."""

from collections.abc import Collection, Iterable
from dataclasses import replace

from timeline.exchange.mapping.header_lines import named_column
from timeline.exchange.mapping.mapping import ColumnMapping, SheetMapping
from timeline.exchange.readers.headers import normalized_header
from timeline.rows.tables import TABLES

SHARED = {"pilot_designations": ("title", "programme")}


# Headers of the second of a pair that are the first beside another column that is the second.
_NAMES = {"试点名称", "项目名称"}


def names_beside(table: str, texts: Iterable[str]) -> set[str]:
    """The headers of names beside one of the programme, where none is that of the title: these are the title."""
    pair = SHARED.get(table)
    if pair is None:
        return set()
    named = {text: named_column(TABLES[table], text) for text in texts}
    second = {text for text, column in named.items() if column == pair[1]}
    names = {text for text in second if normalized_header(text) in _NAMES}
    return names if second > names and pair[0] not in named.values() else set()


def shared_column(table: str, columns: Collection[str]) -> tuple[str, str] | None:
    """The column of a pair that is among these, and the other that is not; None if there are both or neither."""
    pair = SHARED.get(table, ())
    has, lacks = [one for one in pair if one in columns], [one for one in pair if one not in columns]
    return (has[0], lacks[0]) if has and lacks else None


def with_shared(table: str, columns: Iterable[ColumnMapping]) -> tuple[ColumnMapping, ...]:
    """The columns, with one of the sheet that is one of a pair as the other as well, if nothing else is that."""
    found = {one.column: one for one in columns}
    if pair := shared_column(table, found.keys()):
        has, lacks = pair
        if found[has].headers:
            found[lacks] = replace(found[has], column=lacks)
    return tuple(found.values())


def is_shared(sheet: SheetMapping) -> bool:
    """Whether one column of the sheet is both of a pair."""
    headers = [one.headers for one in sheet.columns if one.column in SHARED.get(sheet.table, ())]
    return len(headers) == 2 and headers[0] == headers[1] != ()
