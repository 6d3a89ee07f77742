"""Several names in a cell for one: the first is that of its column, the others belong to the list that continues it."""

import functools
import re
from collections.abc import Collection, Mapping, MutableMapping
from typing import Any

from django.utils.translation import ngettext

from timeline.exchange.mapping.name_lists import split_names
from timeline.exchange.mapping.questions import Choice
from timeline.exchange.mapping.record_choices import slug_chosen
from timeline.exchange.mapping.record_names import units_of_areas
from timeline.exchange.readers.types import FileLocation, Notice, printable
from timeline.models import Area
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES, Table

# By table, the columns of one record, each with the list of those that are named together with it.
CONTINUATIONS: Mapping[str, Mapping[str, str]] = {"pilot_designations": {"designee": "areas"}}

_and = re.compile("[和与及暨]")
# What stands between several names; a blank or a stroke may stand within one: 镇海区 招宝山街道.
_between_several = re.compile("[、，,；;|和与及暨]")
_BRACKETS = ("（）", "()", "《》", "“”")


def continuation_of(table: Table, column: str) -> str:
    """The list in which the further records of a column of one stand; "" for none."""
    return CONTINUATIONS.get(table.name, {}).get(column, "")


class ContinuedNames:
    """The names in texts that ought to be one name of a record of this model, by the records that names are known to be."""

    def __init__(self, model: Any, known: Mapping[str, Mapping[str, Choice]], city: str) -> None:
        self._model, self._known = model, known
        self._begins_with_city = re.compile(rf"{re.escape(city)}市?\s*[、，,；;|]\s*").match if city else None

    def split(self, text: str) -> list[str]:
        """The names in a text, if one of them is known or all look like areas; otherwise the text."""
        found: list[str] = []
        for name in split_names(text, self._is_known):
            found += [name] if self._is_known(name) else self._split_at_and(name)
        names = [*dict.fromkeys(found)]
        is_list = any(map(self._is_known, names)) or all(map(self._has_unit, names))
        is_cut = any(name.count(one[0]) != name.count(one[1]) for name in names for one in _BRACKETS)
        if len(names) < 2 or not is_list or is_cut:
            return [text]
        return [text] if not _between_several.search(text) and self._is_one_place(names) else names

    def _is_known(self, name: str) -> bool:
        return name in self._known and not self._is_city_and_another(name)

    def _is_city_and_another(self, name: str) -> bool:
        """Whether a name is known only because its end is: 某市、镇海区 is not 镇海区 of this city."""
        match = self._begins_with_city(name) if self._begins_with_city else None
        return match is not None and self._known.get(name[match.end() :]) == self._known[name]

    def _has_unit(self, name: str) -> bool:
        return len(name) > 1 and name[-1] in self._units

    @functools.cached_property
    def _units(self) -> frozenset[str]:
        return units_of_areas() if self._model is Area else frozenset()

    def _split_at_and(self, name: str) -> list[str]:
        """The names that 和 joins in an unknown one, of which one is known and the other is or looks like an area; else it."""
        for match in _and.finditer(name):
            parts = [name[: match.start()].strip(), name[match.end() :].strip()]
            is_list = all(self._is_known(part) or self._has_unit(part) for part in parts)
            if is_list and any(map(self._is_known, parts)):
                return parts
        return [name]

    def _is_one_place(self, names: Collection[str]) -> bool:
        """Whether one of the names is that of a place within another: 镇海区 招宝山街道."""
        slugs = {slug_chosen(value) for name in names for value in self._known.get(name, ())}
        return self._model is Area and Area.objects.filter(slug__in=slugs, parent__slug__in=slugs).exists()


def add_continued(
    table: Table, cells: MutableMapping[str, PlainValue], further: Mapping[str, list[str]]
) -> None:
    """Add the further records of columns of one, by column, to the lists that continue them, without doubles."""
    for name, slugs in further.items():
        column = continuation_of(table, name)
        own = cells.get(column)
        joined = [*(own if isinstance(own, list) else ()), *slugs]
        cells[column] = [slug for slug in dict.fromkeys(joined) if slug != cells[name]]


def notice_of_continued(place: FileLocation, column: str, text: str, rows: int) -> Notice:
    """Tell how rows with several names in the column of one were read."""
    table = TABLES[place.table]
    words = ngettext(
        "%(count)s row has several names in the column “%(column)s”, such as “%(text)s”: the first is the %(first)s, the others "
        "are the %(further)s.",
        "%(count)s rows have several names in the column “%(column)s”, such as “%(text)s”: the first is the %(first)s, the "
        "others are the %(further)s.",
        rows,
    )
    first, further = (
        str(table.columns[one].field.verbose_name) for one in (column, continuation_of(table, column))
    )
    header = (place.names or {}).get(column) or first
    shown = {"count": rows, "column": printable(header), "text": printable(text)}
    return Notice(
        FileLocation(place.file, place.table), words % (shown | {"first": first, "further": further})
    )
