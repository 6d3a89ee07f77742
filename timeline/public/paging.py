"""A long list in pages of whole years, and the way to each phase and year in it."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from timeline.filters.entries import query_of
from timeline.filters.facets import UNDATED, span_in_words
from timeline.public.chronology import Stretch

# As many as a reader scrolls through; a year is never divided.
ROOM = 200


@dataclass(frozen=True)
class Page:
    """Years, the last of them None for what stands at no year, and the keys of the entries that stand there."""

    numbers: tuple[int | None, ...]
    keys: list[Any]

    @property
    def years(self) -> list[int]:
        return [number for number in self.numbers if number is not None]

    @property
    def name(self) -> str:
        """As an address names it."""
        ends = dict.fromkeys([self.years[0], self.years[-1]]) if self.years else [UNDATED]
        return "-".join(str(end) for end in ends)

    @property
    def title(self) -> str:
        return span_in_words(self.years[0], self.years[-1]) if self.years else _("Date not recorded")

    @property
    def size(self) -> int:
        return len(self.keys)


@dataclass(frozen=True)
class Link:
    """A place in the list: its name, how many entries stand there, and the query and anchor that lead to it."""

    title: Any
    size: int
    query: str
    anchor: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class Part:
    """A stretch as the ways into the list name it, with its years."""

    stretch: Stretch
    link: Link
    years: list[Link] = field(default_factory=list)


@dataclass(frozen=True)
class Pages:
    """The whole list as a reader goes through it; `current` is the page that is shown."""

    current: Page
    parts: list[Part]
    links: list[Link]

    @property
    def query(self) -> str:
        """By which the page is to be known: none for the first."""
        return next((link.query for link in self.links[1:] if link.is_current), "")


def in_pages(outline: Sequence[Stretch], asked: str, pairs: list[tuple[str, str]]) -> Pages:
    """The stretches in pages, of which the one is shown that holds the year asked for; `pairs` are kept in addresses."""
    years: dict[int | None, list[Any]] = defaultdict(list)
    for stretch in outline:
        for year in stretch.years:
            years[year.number] += [entry.pk for entry in year.entries]
        if stretch.undated:
            years[_stands_at(stretch)] += [entry.pk for entry in stretch.undated]
    pages = _pages(years)
    current = _asked_for(pages, asked)
    page_of = {number: page for page in pages for number in page.numbers}

    def query(page: Page) -> str:
        return query_of([*pairs, ("page", page.name)])

    def way(title: Any, size: int, number: int | None, anchor: str) -> Link:
        page = page_of[number]
        return Link(title, size, "" if page is current else query(page), anchor, page is current)

    parts = []
    for stretch in outline:
        first = stretch.years[0].number if stretch.years else _stands_at(stretch)
        whole = Link(stretch.title, 0, "")
        if stretch.size:
            whole = way(stretch.title, stretch.size, first, stretch.anchor)
        ways = [
            way(year.number, len(year.entries), year.number, f"year-{stretch.anchor}-{year.number}")
            for year in stretch.years
        ]
        if stretch.undated:
            number, anchor = _stands_at(stretch), f"undated-{stretch.anchor}"
            ways.append(way(_("Date not recorded"), len(stretch.undated), number, anchor))
        parts.append(Part(stretch, whole, ways))
    links = [Link(page.title, page.size, query(page), "list", page is current) for page in pages]
    return Pages(current, parts, links if len(links) > 1 else [])


def _stands_at(stretch: Stretch) -> int | None:
    """The year with which the undated entries of a phase are read: its last one in the list."""
    if stretch.years:
        return stretch.years[-1].number
    return stretch.phase.sort_earliest.year if stretch.phase else None


def _pages(years: dict[int | None, list[Any]]) -> list[Page]:
    """As many years to a page as there is room for, one at least; what stands at no year comes last."""
    pages = [Page((), [])]
    for number in sorted(years, key=lambda number: (number is None, number)):
        keys, last = years[number], pages[-1]
        if last.size and last.size + len(keys) > ROOM:
            pages.append(Page((number,), keys))
        else:
            pages[-1] = Page((*last.numbers, number), last.keys + keys)
    return pages


def _asked_for(pages: Sequence[Page], asked: str) -> Page:
    """The page that holds the year with which the text begins, or the next one after it; the first for any other text."""
    if asked == UNDATED:
        return pages[-1]
    if found := re.match(r"[0-9]{1,4}(?![0-9])", asked):
        year = int(found[0])
        return next((page for page in pages if not page.years or page.years[-1] >= year), pages[-1])
    return pages[0]
