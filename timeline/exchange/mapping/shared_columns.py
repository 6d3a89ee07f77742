"""Pairs of columns of a table that one column of a sheet often is: the name of a pilot is its programme and its title."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from timeline.exchange.mapping.header_lines import named_column
from timeline.exchange.mapping.mapping import ColumnMapping, SheetMapping
from timeline.exchange.readers.headers import normalized_header
from timeline.rows.tables import TABLES

SHARED = {"pilot_designations": ("title", "programme")}
# Headers of the second of a pair that are the first beside another column that is the second, the surest first.
_NAMES = ({"试点名称", "项目名称", "试点项目名称", "示范项目名称"}, {"试点项目", "示范项目"})
# By table, a column whose headers mean the other where no header is that, but those that say so.
_OTHERWISE = {"pilot_designations": ("areas", "designee", {"其他地区", "同批地区"})}


def columns_beside(table: str, texts: Sequence[str]) -> dict[str, str]:
    """What headers mean because of those beside them: 试点名称 beside 试点类别 is the title, 涉及区域 alone the area of a pilot."""
    named = {text: named_column(TABLES[table], text) for text in texts}
    return dict.fromkeys(_titles(table, named), SHARED.get(table, ("",))[0]) | _others(table, named)


def _titles(table: str, named: Mapping[str, str]) -> set[str]:
    pair = SHARED.get(table)
    if pair is None or pair[0] in named.values():
        return set()
    second = {text for text, column in named.items() if column == pair[1]}
    found = ({text for text in second if normalized_header(text) in names} for names in _NAMES)
    return next((names for names in found if names and names < second), set())


def _others(table: str, named: Mapping[str, str]) -> dict[str, str]:
    if table not in _OTHERWISE:
        return {}
    column, other, own = _OTHERWISE[table]
    texts = [text for text, one in named.items() if one == column and normalized_header(text) not in own]
    return {texts[0]: other} if texts and other not in named.values() else {}


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
