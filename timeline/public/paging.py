"""Pagination of the timeline by years, with links to each phase and year that do not grow with it."""

import datetime
import itertools
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from timeline.filters.conditions import UNDATED, Pairs, year_range_text
from timeline.filters.entries import query_string
from timeline.models import Phase
from timeline.models.entries import EntryQuerySet
from timeline.public.chronology import SectionOutline, in_section_order

# As many as a reader scrolls through. A year with more is divided.
MAX_PAGE_ENTRIES = 60
# More links to years become links to decades or centuries.
MAX_YEAR_LINKS = 40


@dataclass(frozen=True)
class YearPage:
    """A page: the entries of whole years, or a part of one year with more than fit on a page.

    The number None stands for the undated entries without a phase. Those of a phase are on the page of its last
    year; `undated_phases` are the keys of such phases.
    """

    numbers: tuple[int | None, ...]
    size: int
    undated_phases: tuple[int, ...] = ()
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
        if self.parts == 1:
            return title
        return _("%(years)s, part %(part)s of %(parts)s") % {
            "years": title,
            "part": self.part,
            "parts": self.parts,
        }

    def select(self, entries: EntryQuerySet, phases: Sequence[Phase]) -> EntryQuerySet:
        """The entries of the page among all that were counted, in the order of the list, as a slice."""
        found = Q(sort_earliest=None, phase__in=self.undated_phases)
        if self.years:
            first, last = datetime.date(self.years[0], 1, 1), datetime.date(self.years[-1], 12, 31)
            found |= Q(sort_earliest__range=(first, last))
        if None in self.numbers:
            found |= Q(sort_earliest=None, phase=None)
        start = (self.part - 1) * MAX_PAGE_ENTRIES
        return in_section_order(entries.filter(found), phases)[start : start + MAX_PAGE_ENTRIES]


@dataclass(frozen=True)
class PageLink:
    """A link to a place in the list: its title, number of entries, query string and anchor."""

    title: Any
    size: int
    query: str
    anchor: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class PageSection:
    """A section with the links to it and to its years."""

    section: SectionOutline
    link: PageLink
    years: list[PageLink] = field(default_factory=list)


@dataclass(frozen=True)
class Pagination:
    """The pages of the list; `current` is the displayed one and `query` its query string, empty for the first.

    `links` leads to the first and last pages and those around the current one, with None where pages are left out.
    """

    current: YearPage
    query: str
    parts: list[PageSection]
    links: list[PageLink | None]


def paginate_by_year(outline: Sequence[SectionOutline], requested: str, pairs: Pairs) -> Pagination:
    """Paginate the sections; the current page is that of the requested year. `pairs` are added to every link."""
    sizes: dict[int | None, int] = defaultdict(int)
    undated_phases: dict[int | None, list[int]] = defaultdict(list)
    # By section and year, None for its undated entries: with which year these are listed, and how many precede them.
    places: dict[tuple[str, int | None], tuple[int | None, int]] = {}
    for section in outline:
        for number, size in section.years.items():
            places[section.anchor, number] = (number, sizes[number])
            sizes[number] += size
        if section.undated:
            year = _undated_year(section)
            places[section.anchor, None] = (year, sizes[year])
            sizes[year] += section.undated
            if section.phase:
                undated_phases[year].append(section.phase.pk)
    pages = _pages(sizes, undated_phases)
    current = _requested_page(pages, requested)

    def query(page: YearPage) -> str:
        return query_string([*pairs, ("page", page.name)])

    def link(title: Any, size: int, section: SectionOutline, number: int | None, anchor: str) -> PageLink:
        year, before = places[section.anchor, number]
        of_year = [page for page in pages if year in page.numbers]
        page = of_year[before // MAX_PAGE_ENTRIES if len(of_year) > 1 else 0]
        return PageLink(title, size, "" if page is current else query(page), anchor, page is current)

    step = _years_per_link(outline)
    parts = []
    for section in outline:
        year_links = []
        for _step, group in itertools.groupby(section.years, lambda year: year // step):
            years = list(group)
            title = years[0] if step == 1 else year_range_text(years[0], years[-1])
            size = sum(section.years[year] for year in years)
            year_links.append(link(title, size, section, years[0], f"year-{section.anchor}-{years[0]}"))
        if section.undated:
            title, anchor = _("Date not recorded"), f"undated-{section.anchor}"
            year_links.append(link(title, section.undated, section, None, anchor))
        whole = PageLink(section.title, 0, "")
        if section.size:
            first = next(iter(section.years), None)
            whole = link(section.title, section.size, section, first, section.anchor)
        parts.append(PageSection(section, whole, year_links))
    links: list[PageLink | None] = []
    if len(pages) > 1:
        at = pages.index(current) + 1
        for place in Paginator(pages, 1).get_elided_page_range(at, on_each_side=2, on_ends=1):
            if isinstance(place, int):
                page = pages[place - 1]
                links.append(PageLink(page.title, page.size, query(page), "list", page is current))
            else:
                links.append(None)
    return Pagination(current, "" if current is pages[0] else query(current), parts, links)


def _undated_year(section: SectionOutline) -> int | None:
    """The year with which the undated entries of a phase are displayed: its last one in the list."""
    if section.years:
        return max(section.years)
    return section.phase.sort_earliest.year if section.phase else None


def _years_per_link(outline: Sequence[SectionOutline]) -> int:
    """How many years share a link: one, or where there are too many ten or more."""

    def links(step: int) -> int:
        return sum(len({year // step for year in section.years}) for section in outline)

    return next((step for step in (1, 10, 100) if links(step) <= MAX_YEAR_LINKS), 1000)


def _pages(sizes: Mapping[int | None, int], undated_phases: Mapping[int | None, list[int]]) -> list[YearPage]:
    """Pages of as many whole years as fit, or of parts of a year that does not; undated entries come last."""
    pages: list[YearPage] = []
    for number in sorted(sizes, key=lambda number: (number is None, number)):
        size, phases, last = (
            sizes[number],
            tuple(undated_phases.get(number, ())),
            pages[-1] if pages else None,
        )
        if last and last.parts == 1 and last.size + size <= MAX_PAGE_ENTRIES:
            both = (*last.undated_phases, *phases)
            pages[-1] = YearPage((*last.numbers, number), last.size + size, both)
        else:
            parts = -(-size // MAX_PAGE_ENTRIES)
            for part in range(1, parts + 1):
                on_page = min(size - (part - 1) * MAX_PAGE_ENTRIES, MAX_PAGE_ENTRIES)
                pages.append(YearPage((number,), on_page, phases, part, parts))
    return pages or [YearPage((), 0)]


def _requested_page(pages: Sequence[YearPage], requested: str) -> YearPage:
    """The page of the year at the beginning of the text, or the next page; for any other text the first.

    A part of the year that does not exist is its last one.
    """
    found = re.match(rf"({UNDATED}|[0-9]{{1,4}})(?![0-9])(?:\.([0-9]{{1,9}}))?", requested)
    if not found:
        return pages[0]
    year = None if found[1] == UNDATED else int(found[1])
    on = [page for page in pages if year in page.numbers]
    if year is not None and not on:
        return next((page for page in pages if not page.years or page.years[-1] >= year), pages[-1])
    part = max(int(found[2] or 1), 1)
    return on[min(part, len(on)) - 1] if on else pages[-1]
