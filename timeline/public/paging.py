"""Pagination of a long list by whole years, with links to each phase and year."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from timeline.filters.entries import query_string
from timeline.filters.facets import UNDATED, year_range_text
from timeline.public.chronology import TimelineSection

# As many as a reader scrolls through; a year is never split.
MAX_PAGE_ENTRIES = 200


@dataclass(frozen=True)
class YearPage:
    """The years of a page, None for undated entries, and the keys of its entries."""

    numbers: tuple[int | None, ...]
    keys: list[Any]

    @property
    def years(self) -> list[int]:
        return [number for number in self.numbers if number is not None]

    @property
    def name(self) -> str:
        """The name of the page in URLs."""
        ends = dict.fromkeys([self.years[0], self.years[-1]]) if self.years else [UNDATED]
        return "-".join(str(end) for end in ends)

    @property
    def title(self) -> str:
        return year_range_text(self.years[0], self.years[-1]) if self.years else _("Date not recorded")

    @property
    def size(self) -> int:
        return len(self.keys)


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

    section: TimelineSection
    link: PageLink
    years: list[PageLink] = field(default_factory=list)


@dataclass(frozen=True)
class Pagination:
    """The pages of the list; `current` is the displayed one."""

    current: YearPage
    parts: list[PageSection]
    links: list[PageLink]

    @property
    def query(self) -> str:
        """The canonical query string of the page; empty for the first."""
        return next((link.query for link in self.links[1:] if link.is_current), "")


def paginate_by_year(
    outline: Sequence[TimelineSection], requested: str, pairs: list[tuple[str, str]]
) -> Pagination:
    """Paginate the sections; the current page is that of the requested year. `pairs` are added to every link."""
    years: dict[int | None, list[Any]] = defaultdict(list)
    for section in outline:
        for year in section.years:
            years[year.number] += [entry.pk for entry in year.entries]
        if section.undated:
            years[_undated_year(section)] += [entry.pk for entry in section.undated]
    pages = _pages(years)
    current = _requested_page(pages, requested)
    page_of = {number: page for page in pages for number in page.numbers}

    def query(page: YearPage) -> str:
        return query_string([*pairs, ("page", page.name)])

    def way(title: Any, size: int, number: int | None, anchor: str) -> PageLink:
        page = page_of[number]
        return PageLink(title, size, "" if page is current else query(page), anchor, page is current)

    parts = []
    for section in outline:
        first = section.years[0].number if section.years else _undated_year(section)
        whole = PageLink(section.title, 0, "")
        if section.size:
            whole = way(section.title, section.size, first, section.anchor)
        year_links = [
            way(year.number, len(year.entries), year.number, f"year-{section.anchor}-{year.number}")
            for year in section.years
        ]
        if section.undated:
            number, anchor = _undated_year(section), f"undated-{section.anchor}"
            year_links.append(way(_("Date not recorded"), len(section.undated), number, anchor))
        parts.append(PageSection(section, whole, year_links))
    links = [PageLink(page.title, page.size, query(page), "list", page is current) for page in pages]
    return Pagination(current, parts, links if len(links) > 1 else [])


def _undated_year(section: TimelineSection) -> int | None:
    """The year with which the undated entries of a phase are displayed: its last one in the list."""
    if section.years:
        return section.years[-1].number
    return section.phase.sort_earliest.year if section.phase else None


def _pages(years: dict[int | None, list[Any]]) -> list[YearPage]:
    """Pages of as many whole years as fit, at least one; undated entries come last."""
    pages = [YearPage((), [])]
    for number in sorted(years, key=lambda number: (number is None, number)):
        keys, last = years[number], pages[-1]
        if last.size and last.size + len(keys) > MAX_PAGE_ENTRIES:
            pages.append(YearPage((number,), keys))
        else:
            pages[-1] = YearPage((*last.numbers, number), last.keys + keys)
    return pages


def _requested_page(pages: Sequence[YearPage], requested: str) -> YearPage:
    """The page of the year at the beginning of the text, or the next page; for any other text the first."""
    if requested == UNDATED:
        return pages[-1]
    if found := re.match(r"[0-9]{1,4}(?![0-9])", requested):
        year = int(found[0])
        return next((page for page in pages if not page.years or page.years[-1] >= year), pages[-1])
    return pages[0]
