"""The areas to which a new one may belong, by the kind of its name: a district to the city, a province to none."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from timeline.editing.duplicate_titles import normalize_title
from timeline.exchange.mapping.continued_names import is_zone
from timeline.exchange.mapping.record_names import COUNTY_UNITS, unit_of
from timeline.models import Area

# What is a province, or stands in one that is named.
_in_province = re.compile(
    "[\u3400-\u9fff]{2,}?(?:省|自治区|特别行政区)|(?:北京|上海|天津|重庆)(?:市|$)"
).match
# Headers of columns of counties and what is at their level: 区县（市）, 县市区.
_of_counties = re.compile("区.?县|县.?[市区]|市.?县").search
# As many counties are offered to a town.
_MAX_COUNTIES = 20


class Parent(NamedTuple):
    """An area to which others belong; without a slug, none."""

    slug: str = ""
    title: str = ""


class Parents(NamedTuple):
    """To which areas a new one may belong, the most probable first, and whether its name tells that."""

    areas: tuple[Parent, ...] = (Parent(),)
    is_told: bool = True


_NONE = Parent()


def possible_parents(title: str, city: str, header: str = "") -> Parents:
    """To which areas a new one of this title may belong, in a column with this header.

    It belongs to the one with whose title it begins (镇海区招宝山街道). Of others a district or a town belongs to the city, a
    province or what stands in one to none; whether a city does, its name does not tell, unless the column is one of counties.
    `city` is the name of the chronicle's city without 市.
    """
    name = normalize_title(title)
    if _in_province(name) or name in (city, f"{city}市"):
        return Parents()
    beginnings = [title[:end] for end in range(2, len(title)) if unit_of(title[:end])]
    if around := _areas(title__in=beginnings):
        return Parents((max(around, key=lambda area: len(area.title)),))
    # 东市街道 is in no city.
    if county := next((one for one in beginnings if len(one) > 2 and unit_of(one) in COUNTY_UNITS), ""):
        return Parents() if county.endswith("市") else possible_parents(county, city)
    unit, within = unit_of(title), _city(title, city)
    if not within:
        return Parents()
    if not unit or is_zone(title):
        return Parents((_NONE, within))
    if unit == "市":
        return Parents((within, _NONE), is_told=bool(_of_counties(header)))
    counties = _counties_of(within) if unit not in COUNTY_UNITS else ()
    return Parents((within, *counties, _NONE))


def _city(title: str, city: str) -> Parent | None:
    """The area of the city; where none is called so, that to which all areas of this unit belong, or all that belong to any."""
    if city and (named := _areas(title__in=(city, f"{city}市"))):
        return named[0]
    areas = Area.objects.order_by().filter(parent__isnull=False)
    within = areas.values_list("parent__slug", "parent__title").distinct()
    of_unit = [*within.filter(title__endswith=title[-1:])[:2]]
    parents = of_unit or [*within[:2]]
    return Parent(*parents[0]) if len(parents) == 1 and parents[0][1] != title else None


def _counties_of(city: Parent) -> Iterator[Parent]:
    """The counties of a city, and what is at their level."""
    counties = _areas(parent__slug=city.slug)[:_MAX_COUNTIES]
    return (one for one in counties if unit_of(one.title) in COUNTY_UNITS and not is_zone(one.title))


def _areas(**conditions: object) -> list[Parent]:
    found = Area.objects.filter(**conditions).order_by("position", "pk")
    return [Parent(slug, title) for slug, title in found.values_list("slug", "title")]
