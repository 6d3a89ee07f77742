"""Records with the title of another, however it is spelled."""

import datetime
import re
from collections.abc import Sequence
from itertools import chain

from django.db.models import Q

from timeline.models import Chronicle, Entry
from timeline.models.fields import date_or_none
from timeline.models.named import TitleSlugModel
from timeline.values.chinese import fold
from timeline.values.partial_date import PartialDate

MAX_LISTED = 3
_frame = re.compile(r".*?关于(?:印发|转发|公布|发布)(.+)的(?:通知|通告|公告|决定)$").match
# A title of fewer characters is not folded.
_SHORTEST = 4


def normalize_title(title: str) -> str:
    """The title without differences of spelling: case, width, script, spaces, punctuation."""
    return "".join(filter(str.isalnum, fold(title)))


def folded_title(normalized: str, city: str) -> str:
    """A normalized title without what offices write or leave out: the city of the chronicle, and 关于印发…的通知 around it.

    Equal ones need not be of one document: that is asked.
    """
    inner = found[1] if (found := _frame(normalized)) else normalized
    if city:
        # 云澜市场 is no 云澜市.
        inner = re.sub(f"{re.escape(city)}(?:市(?!场))?", "", inner)
    return inner if len(inner) >= _SHORTEST else normalized


def city_of_chronicle() -> str:
    """The name of the chronicle's city, normalized and without 市; "" if there is no chronicle."""
    city = Chronicle.objects.order_by("pk").values_list("city", flat=True).first()
    return normalize_title(city or "").removesuffix("市")


def find_duplicates(record: TitleSlugModel) -> list[TitleSlugModel]:
    """Other records of this title; of policies, those of the same year or without one."""
    return duplicates_of_each([record])[0]


def duplicates_of_each(records: Sequence[TitleSlugModel]) -> list[list[TitleSlugModel]]:
    """The duplicates of each of these records of one model, of which there is at least one; two queries."""
    model = type(records[0])
    others, columns = model._default_manager.order_by("pk"), ["pk", "title"]
    years = [_year(record) for record in records]
    if model.COMPARES_YEARS:
        columns.append("sort_earliest")
        if all(years):
            others = others.filter(Q(sort_earliest__year__in=years) | Q(timeline_date=None))
    titles = [normalize_title(record.title) for record in records]
    same: dict[str, list[tuple[int, datetime.date | None]]] = {title: [] for title in titles}
    for row in others.values_list(*columns, named=True):
        if (bearers := same.get(normalize_title(row.title))) is not None:
            bearers.append((row.pk, getattr(row, "sort_earliest", None)))
    keys = [
        [pk for pk, earliest in same[title] if pk != record.pk and _may_be_of(earliest, year)][:MAX_LISTED]
        for record, title, year in zip(records, titles, years, strict=True)
    ]
    found = model._default_manager.in_bulk({*chain.from_iterable(keys)})
    return [[found[key] for key in own] for own in keys]


def _year(record: TitleSlugModel) -> int | None:
    """The year that a policy is compared by; None for other records."""
    if not (record.COMPARES_YEARS and isinstance(record, Entry)):
        return None
    date, _source = record.compute_timeline_date()
    return date.earliest.year if date else None


def _may_be_of(earliest: datetime.date | None, year: int | None) -> bool:
    return year is None or earliest is None or earliest.year == year


def may_be_same(model: type[TitleSlugModel], one: str, other: str) -> bool:
    """Whether two records of one title may be the same by these dates, of which either may be "".

    Fairs and regulations recur under one title. Of a policy only the year counts, because its own date, the document's and
    the publication's may differ.
    """
    length = 4 if model.COMPARES_YEARS else None
    return may_be_one_date(one[:length], other[:length])


def may_be_one_date(one: str, other: str) -> bool:
    """Whether these texts of dates, of which either may be "", differ only in how exact they are: 2016年9月下旬 and 2016-09-26."""
    if one.startswith(other) or other.startswith(one):
        return True
    first, second = date_or_none(one), date_or_none(other)
    if first is None or second is None:
        return False
    return any(
        _is_vague(outer) and outer.contains(inner) for outer, inner in ((first, second), (second, first))
    )


def _is_vague(date: PartialDate) -> bool:
    """Whether a date stands for one day in it, and not for all of its days: a quarter or a part of a month, but no period."""
    first, last = date.earliest, date.latest
    return first.year == last.year and (date.end is None or first.month == last.month)


def distinguishing_date(record: TitleSlugModel) -> str:
    """The first of the dates by which records of one title are told apart; "" for none."""
    dates = (getattr(record, name, None) for name in record.DISTINGUISHING_DATES)
    return next((str(date) for date in dates if date), "")
