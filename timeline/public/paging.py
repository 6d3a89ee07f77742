"""Pagination of the timeline by years, with the way to each year."""

import datetime
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from timeline.filters.conditions import UNDATED, Pairs, year_range_text
from timeline.filters.entries import query_string
from timeline.models import Phase
from timeline.models.entry_queryset import EntryQuerySet
from timeline.public.chronology import SectionOutline, in_section_order

# As many as a reader scrolls through, and as 150 kB of HTML hold. A year with more is divided.
MAX_PAGE_ENTRIES = 40


@dataclass(frozen=True)
class YearPage:
    """A page: the entries of whole years, or a part of one year with more than fit on a page.

    The number None stands for the undated entries.
    """

    numbers: tuple[int | None, ...]
    size: int
    part: int = 1
    parts: int = 1

    @property
    def years(self) -> list[int]:
        return [number for number in self.numbers if number is not None]

    @property
    def name(self) -> str:
        """The name of the page in URLs."""
        ends = dict.fromkeys([self.years[0], self.years[-1]]) if self.years else [UNDATED]
        name = "-".join(str(end) for end in ends)
        return name if self.part == 1 else f"{name}.{self.part}"

    @property
    def title(self) -> str:
        title = year_range_text(self.years[0], self.years[-1]) if self.years else _("Date not recorded")
        if self.years and None in self.numbers:
            title = _("%(years)s and undated") % {"years": title}
        if self.parts == 1:
            return title
        return _("%(years)s, part %(part)s of %(parts)s") % {
            "years": title,
            "part": self.part,
            "parts": self.parts,
        }

    def select(self, entries: EntryQuerySet, phases: Sequence[Phase]) -> EntryQuerySet:
        """The entries of the page among all that were counted, in the order of the list, as a slice."""
        found = Q(sort_earliest=None) if None in self.numbers else Q(pk__in=[])
        if self.years:
            first, last = datetime.date(self.years[0], 1, 1), datetime.date(self.years[-1], 12, 31)
            found |= Q(sort_earliest__range=(first, last))
        start = (self.part - 1) * MAX_PAGE_ENTRIES
        return in_section_order(entries.filter(found), phases)[start : start + MAX_PAGE_ENTRIES]


@dataclass(frozen=True)
class PageLink:
    """A link to a place in the list: its title, number of entries, query string and anchor."""

    title: str | int
    size: int
    query: str
    anchor: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Pagination:
    """The pages of the list; `current` is the displayed one and `query` its query string, empty for the first.

    `is_other_than_requested` if there is no page of the requested year. `years` leads to the beginning of each year that has entries, `undated` to the entries without a date. `links` leads to
    the first and last pages and those around the current one, with None where pages are left out.
    """

    current: YearPage
    query: str
    years: dict[int, PageLink]
    undated: PageLink | None
    links: list[PageLink | None]
    is_other_than_requested: bool = False


def paginate_by_year(outline: Sequence[SectionOutline], requested: str, pairs: Pairs) -> Pagination:
    """Paginate the sections; the current page is that of the requested year. `pairs` are added to every link."""
    sizes: dict[int | None, int] = defaultdict(int)
    # By year, None for the undated entries: the section in which it begins.
    sections: dict[int | None, SectionOutline] = {}
    for section in outline:
        for number, size in [*section.years.items(), (None, section.undated)]:
            if size:
                sizes[number] += size
                sections.setdefault(number, section)
    pages = _pages(sizes)
    current, is_other = _requested_page(pages, requested)

    def query(page: YearPage) -> str:
        return query_string([*pairs, ("page", page.name)])

    def link(number: int | None, title: str | int, anchor: str) -> PageLink:
        page = next(page for page in pages if number in page.numbers)
        is_current = page is current
        return PageLink(title, sizes[number], "" if is_current else query(page), anchor, is_current)

    years = {
        number: link(number, number, f"year-{section.anchor}-{number}")
        for number, section in sections.items()
        if number is not None
    }
    undated = None
    if None in sections:
        undated = link(None, _("Date not recorded"), sections[None].anchor)
    links: list[PageLink | None] = []
    if len(pages) > 1:
        at = pages.index(current) + 1
        for place in Paginator(pages, 1).get_elided_page_range(at, on_each_side=2, on_ends=1):
            if isinstance(place, int):
                page = pages[place - 1]
                links.append(PageLink(page.title, page.size, query(page), "list", page is current))
            else:
                links.append(None)
    return Pagination(current, "" if current is pages[0] else query(current), years, undated, links, is_other)


def _pages(sizes: Mapping[int | None, int]) -> list[YearPage]:
    """Pages of as many whole years as fit, or of parts of a year that does not; undated entries come last."""
    pages: list[YearPage] = []
    for number in sorted(sizes, key=lambda number: (number is None, number)):
        size, last = sizes[number], pages[-1] if pages else None
        if last and last.parts == 1 and last.size + size <= MAX_PAGE_ENTRIES:
            pages[-1] = YearPage((*last.numbers, number), last.size + size)
        else:
            parts = -(-size // MAX_PAGE_ENTRIES)
            for part in range(1, parts + 1):
                on_page = min(size - (part - 1) * MAX_PAGE_ENTRIES, MAX_PAGE_ENTRIES)
                pages.append(YearPage((number,), on_page, part, parts))
    return pages or [YearPage((), 0)]


def _requested_page(pages: Sequence[YearPage], requested: str) -> tuple[YearPage, bool]:
    """The page of the year at the beginning of the text, or the next page; for any other text the first. And whether it is another.

    A part of the year that does not exist is its last one.
    """
    found = re.match(rf"({UNDATED}|[0-9]{{1,4}})(?![0-9])(?:\.([0-9]{{1,9}}))?", requested)
    if not found:
        return pages[0], bool(requested)
    year = None if found[1] == UNDATED else int(found[1])
    on = [page for page in pages if year in page.numbers]
    if year is not None and not on:
        return next((page for page in pages if not page.years or page.years[-1] >= year), pages[-1]), True
    part = max(int(found[2] or 1), 1)
    return (on[min(part, len(on)) - 1], False) if on else (pages[-1], True)
