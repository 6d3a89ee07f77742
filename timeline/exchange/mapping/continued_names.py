"""Several names in a cell for one: the first is that of its column, the others belong to the list that continues it."""

import functools
import itertools
import re
from collections.abc import Iterable, Mapping, MutableMapping, Sequence

from django.utils.translation import ngettext

from timeline.exchange.mapping.name_lists import AND, MARK, MARK_OR_AND, possible_names, split_names
from timeline.exchange.mapping.name_remarks import (
    PlainNames,
    ReadNames,
    plain_texts,
    without_remarks,
    without_sum,
)
from timeline.exchange.mapping.questions import Choice
from timeline.exchange.mapping.record_choices import slug_chosen
from timeline.exchange.mapping.record_names import COUNTY_UNITS, unit_of, units_of_areas, with_units
from timeline.exchange.readers.types import FileLocation, Notice, printable
from timeline.models import Area
from timeline.models.records import Record
from timeline.rows.columns import PlainValue
from timeline.rows.tables import TABLES, Table

# By table, the columns of one record, each with the list of those that are named together with it.
CONTINUATIONS: Mapping[str, Mapping[str, str]] = {"pilot_designations": {"designee": "areas"}}

_BRACKETS = ("（）", "()", "《》", "“”")
_says_including = re.compile("[（([【［](?:包括|包含|含|其中)").match
# Names of districts or of counties with nothing between: 甲乙区丙丁区.
_joined_districts = re.compile("(?:[\u3400-\u9fff]{2,3}?区){2,8}|(?:[\u3400-\u9fff]{1,4}?县){2,8}").fullmatch
_one_district = re.compile("[\u3400-\u9fff]+?[区县]")
# What ends so is no district but a place within one.
is_zone = re.compile(
    ".*(?:新|开发|高新|保税|示范|园|片|社|校|小|景|城|矿|库|港|试验|合作|功能|集聚|产业|街|工业|核心|中心)区"
).fullmatch


def continuation_of(table: Table, column: str) -> str:
    """The list in which the further records of a column of one stand; "" for none."""
    return CONTINUATIONS.get(table.name, {}).get(column, "")


def possible_areas(text: str) -> Iterable[str]:
    """Each part of the text that may be one name of a record of a column of one, with the unit that it may lack."""
    names = {name for plain in plain_texts(text) for name in possible_names(plain)}
    for name in [*names]:
        if _joined_districts(name):
            names.update(_one_district.findall(name))
    return names | {full for name in names for full in with_units(name)}


class ContinuedNames:
    """The names in texts that ought to be one name of a record of this model, by the records that names are known to be."""

    def __init__(self, model: type[Record], known: Mapping[str, Mapping[str, Choice]], city: str) -> None:
        self._model, self._known = model, known
        self._cities = {city, f"{city}市"} if city else set[str]()
        self._begins_with_city = (
            re.compile(rf"{re.escape(city)}市?\s*{MARK.pattern}\s*").match if city else None
        )

    def read(self, text: str) -> ReadNames:
        """The names in a text, if one of them is known or all look like areas; otherwise the text, and what it may list."""
        if self._is_known(text):
            return ReadNames((text,))
        plain = without_remarks(text, self._is_unknown_with)
        names = self._names(plain)
        if not plain.words and (summed := without_sum(plain.text)).words:
            found = self._names(summed)
            if len(found) != summed.number:
                # Which names the words sum up is not told.
                return self._unsure(text, names, is_list=summed.sums or bool(MARK.search(text)))
            plain, names = summed._replace(remarks=(*plain.remarks, *summed.remarks)), found
        if len(names) < 2:
            return self._one(text)
        if any(name.count(one[0]) != name.count(one[1]) for name in names for one in _BRACKETS):
            return ReadNames((text,), is_list=True)
        is_sure = any(map(self._is_near_known, names)) or all(map(self._has_unit, names)) or bool(plain.words)
        if is_sure and (plain.words or _are_marked_off(plain.text, names) or not self._is_one_place(names)):
            return ReadNames(tuple(names), plain.remarks)
        return self._unsure(text, names, is_list=bool(MARK.search(plain.text)))

    def _unsure(self, text: str, names: Sequence[str], *, is_list: bool) -> ReadNames:
        return ReadNames((text,), parts=tuple(names) if len(names) > 1 else (), is_list=is_list)

    def _one(self, text: str) -> ReadNames:
        """What is read of a text that lists nothing with a mark between."""
        plain = without_remarks(text, self._is_including)
        districts = _one_district.findall(plain.text) if _joined_districts(plain.text) else []
        all_known = all(map(self._is_known, districts))
        if (
            districts
            and not self._is_one_place(districts)
            and (all_known or not any(map(is_zone, districts)))
        ):
            return ReadNames(tuple(dict.fromkeys(districts)), plain.remarks)
        return ReadNames((plain.text,), plain.remarks, is_list=bool(MARK.search(plain.text)))

    def _is_unknown_with(self, name: str, remark: str) -> bool:
        return not self._is_known(name + remark)

    def _is_including(self, name: str, remark: str) -> bool:
        is_area = self._is_known(name) or self._has_unit(name)
        return is_area and bool(_says_including(remark)) and not self._is_known(name + remark)

    def _names(self, plain: PlainNames) -> list[str]:
        """The names between the marks of a text, with the unit that its last words give to those without one."""
        found: list[str] = []
        for name in split_names(plain.text, self._is_known):
            found += [name] if self._is_known(name) else self._split_at_and(name, is_list=bool(plain.words))
        return [*dict.fromkeys(self._completed(name, plain.unit) for name in found)]

    def _completed(self, name: str, unit: str) -> str:
        is_whole = self._has_unit(name) or (self._is_known(name) and not self._is_known(name + unit))
        return name if is_whole else name + unit

    def _is_known(self, name: str) -> bool:
        return name in self._known and not self._is_city_and_another(name)

    def _is_near_known(self, name: str) -> bool:
        """Whether a name is known, or lacks only the unit of one that is."""
        return self._is_known(name) or sum(map(self._is_known, with_units(name))) == 1

    def _is_city_and_another(self, name: str) -> bool:
        """Whether a name is known only because its end is: 某市、镇海区 is not 镇海区 of this city."""
        match = self._begins_with_city(name) if self._begins_with_city else None
        return match is not None and self._known.get(name[match.end() :]) == self._known[name]

    def _has_unit(self, name: str) -> bool:
        return len(name) > 1 and self._model is Area and (name[-1] in self._units or bool(unit_of(name)))

    @functools.cached_property
    def _units(self) -> frozenset[str]:
        return units_of_areas() if self._model is Area else frozenset()

    def _split_at_and(self, name: str, *, is_list: bool) -> list[str]:
        """The names that 和 joins in an unknown one, of which each is or looks like an area; else it.

        In a text that `is_list` they need not look so.
        """
        for match in AND.finditer(name):
            left, right = name[: match.start()].strip(), name[match.end() :].strip()
            if self._are_two(left, right) or (is_list and min(len(left), len(right)) > 1):
                return [
                    left,
                    *([right] if self._is_known(right) else self._split_at_and(right, is_list=is_list)),
                ]
        return [name]

    def _are_two(self, left: str, right: str) -> bool:
        """Whether two names that 和 joins are those of two areas: 某市和平区 is one."""
        # Behind another 和 are further names.
        first = AND.split(right)[0]
        right = right if self._is_known(right) or not first else first
        known = [self._is_known(left), self._is_known(right)]
        if all(known):
            return True
        if any(known) and not unit_of(one := left if known[0] else right):
            other = right if known[0] else left
            return one not in self._cities and len(other) - len(unit_of(other)) > 1 and self._has_unit(other)
        return self._has_unit(left) and self._has_unit(right) and self._are_peers(left, right)

    def _are_peers(self, left: str, right: str) -> bool:
        """Whether of two names the second is of no place within the first."""
        units = unit_of(left), unit_of(right)
        if not all(units) or min(len(left) - len(units[0]), len(right) - len(units[1])) < 2:
            return False
        if units[0] == "市" != units[1] or left in self._cities:
            return False
        return (units[0] in COUNTY_UNITS) == (units[1] in COUNTY_UNITS)

    def _is_one_place(self, names: Sequence[str]) -> bool:
        """Whether one of the names is that of a place within another: 镇海区 招宝山街道."""
        for left, right in itertools.pairwise(names):
            is_known = self._is_known(left) and self._is_known(right)
            if not is_known and (is_zone(right) or not self._are_peers(left, right)):
                return True
        slugs = {slug_chosen(value) for name in names for value in self._known.get(name, ())}
        return self._model is Area and Area.objects.filter(slug__in=slugs, parent__slug__in=slugs).exists()


def _are_marked_off(text: str, names: Iterable[str]) -> bool:
    """Whether a mark or 和 stands between these names of a text, and not only blanks or nothing."""
    for name in names:
        text = text.replace(name, "", 1)
    return bool(MARK_OR_AND.search(text))


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
