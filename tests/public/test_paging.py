"""A long list is divided into pages of whole years or parts of a year, with the way to each year and page."""

import re
from collections import Counter

import pytest

from tests import factories as make
from tests.made import MadeChronicle
from timeline.models import Entry, Phase
from timeline.public import paging
from timeline.public.chronology import outline_by_phase
from timeline.public.counts import EntryCount, count_entries
from timeline.public.paging import paginate_by_year


def counts(**numbers):
    """`counts(y2010=3, undated=2)` counts three entries of 2010 and two without a date, all outside phases."""
    years = {None if name == "undated" else int(name[1:]): number for name, number in numbers.items()}
    return [EntryCount(None, False, "policy", year, year or 0, number) for year, number in years.items()]


def pages_of(found, asked="", pairs=()):
    return paginate_by_year(outline_by_phase(found, []), asked, list(pairs))


def names(pages):
    return [link and re.sub(r".*page=", "", link.query) for link in pages.links]


def test_a_short_list_is_one_page():
    pages = pages_of(counts(y2010=20, y2011=10, undated=10))
    assert pages.links == []
    assert pages.query == ""
    assert pages.current.size == paging.MAX_PAGE_ENTRIES == 40
    assert {link.query for link in [*pages.years.values(), pages.undated]} == {""}


@pytest.mark.parametrize(
    ("asked", "is_other"),
    [
        ("", False),
        ("2010", False),
        ("2010-2011", False),
        ("undated", False),
        ("foo", True),
        ("1900-1910", True),
    ],
)
def test_a_page_that_there_is_not_is_told_and_the_nearest_shown(asked, is_other):
    pages = pages_of(counts(y2010=20, y2011=10, undated=10), asked)
    assert pages.is_other_than_requested == is_other


def test_a_long_list_is_divided_between_years_where_a_year_fits():
    pages = pages_of(counts(y2009=10, y2010=30, y2012=1, y2013=40, y2014=1, undated=3))
    assert names(pages) == ["2009-2010", "2012", "2013", "2014"]
    assert [link.size for link in pages.links] == [40, 1, 40, 4]


@pytest.mark.usefixtures("english")
def test_a_year_that_does_not_fit_has_pages_of_its_own():
    found = counts(y2012=10, y2013=90, y2014=1, undated=61)
    assert names(pages_of(found)) == ["2012", "2013", "2013.2", None, "undated.2"]
    assert names(pages_of(found, "2013.3")) == [
        "2012",
        "2013",
        "2013.2",
        "2013.3",
        "2014",
        "undated",
        "undated.2",
    ]
    part = pages_of(found, "2013.3").current
    assert (part.title, part.size) == ("2013, part 3 of 3", 10)


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("", "2009-2010"),
        ("2009-2010", "2009-2010"),
        ("2010", "2009-2010"),
        ("2010.2", "2009-2010"),
        ("2011", "2013"),
        ("2011.2", "2013"),
        ("2013", "2013"),
        ("2013.1", "2013"),
        ("2013.2", "2013.2"),
        ("2013.0", "2013"),
        ("2013.9", "2013.3"),
        ("2013.9999999999", "2013.3"),
        ("2013-2014", "2013"),
        ("1", "2009-2010"),
        ("9999", "undated"),
        ("99999", "2009-2010"),
        ("undated", "undated"),
        ("undated.2", "undated.2"),
        ("x", "2009-2010"),
        ("-1", "2009-2010"),
    ],
)
def test_a_page_is_found_by_any_of_its_years_and_by_its_part(asked, page):
    pages = pages_of(counts(y2009=10, y2010=30, y2013=120, undated=70), asked)
    assert pages.current.name == page
    assert [link.query for link in pages.links if link and link.is_current] == [f"?page={page}"]
    assert pages.query == ("" if page == "2009-2010" else f"?page={page}")


def test_the_way_to_a_year_leads_to_its_page_and_keeps_the_filter():
    pages = pages_of(counts(y2010=30, y2011=90), "2010", [("kind", "policy")])
    here, there = pages.years.values()
    assert (here.title, here.size, here.query, here.anchor) == (2010, 30, "", "year-stretch-outside-2010")
    assert there.query == "?kind=policy&page=2011"


def test_links_to_pages_do_not_grow_with_the_years():
    found = counts(**{f"y{year}": 70 for year in range(1900, 2026)})
    pages = pages_of(found, "1950.2")
    assert names(pages) == ["1900", None, "1949.2", "1950", "1950.2", "1951", "1951.2", None, "2025.2"]


def test_the_way_to_undated_entries_leads_to_their_page():
    assert pages_of(counts(y2010=30)).undated is None
    undated = pages_of(counts(y2010=30, undated=50), pairs=[("kind", "policy")]).undated
    assert (undated.size, undated.query, undated.anchor) == (
        50,
        "?kind=policy&page=undated",
        "stretch-undated",
    )


def test_each_year_leads_to_its_beginning_on_its_page():
    years = pages_of(counts(y2010=3, y2015=90, y2016=1)).years
    assert {year: (link.query, link.anchor) for year, link in years.items()} == {
        2010: ("", "year-stretch-outside-2010"),
        2015: ("?page=2015", "year-stretch-outside-2015"),
        2016: ("?page=2016", "year-stretch-outside-2016"),
    }


@pytest.mark.django_db
def test_the_pages_have_every_entry_once():
    chronicle = MadeChronicle()
    chronicle.add(400)
    phases, entries = list(Phase.objects.all()), Entry.objects.published()
    outline = outline_by_phase(count_entries(entries, phases), phases)
    name, listed, seen = "", Counter(), []
    while name not in seen:
        seen.append(name)
        pages = paginate_by_year(outline, name, [])
        found = [entry.pk for entry in pages.current.select(entries, phases)]
        assert len(found) == pages.current.size <= paging.MAX_PAGE_ENTRIES
        listed.update(found)
        # The next page, or again the last.
        links = [link for link in pages.links if link]
        at = next(number for number, link in enumerate(links) if link.is_current)
        name = links[min(at + 1, len(links) - 1)].query.partition("page=")[2]
        if at + 1 == len(links):
            break
    assert "2013.2" in seen
    assert listed == Counter(entries.values_list("pk", flat=True))


@pytest.mark.django_db
def test_the_front_page_links_pages_with_their_counts(client, monkeypatch):
    monkeypatch.setattr(paging, "MAX_PAGE_ENTRIES", 4)
    phase = make.make_phase(title="阶段", slug="one", period="2010/2012")
    for year, number in ((2010, 3), (2011, 2), (2012, 3)):
        for count in range(number):
            make.make_policy(slug=f"p{year}-{count}", date=str(year), published=True)
    make.make_policy(slug="undated-in-phase", phase=phase, published=True)
    first, second = (client.get(address).content.decode() for address in ("/", "/?page=2011"))
    assert re.findall(r'<article class="entry" id="entry-(p\d+)', first) == ["p2010"] * 3
    assert re.findall(r'<article class="entry" id="entry-(p\d+)', second) == ["p2011"] * 2
    assert 'id="year-phase-one-2010"' in first
    assert 'id="year-phase-one-2011"' in second
    assert 'href="/?page=2011#list" aria-current="page"' in second
    assert "entry-undated-in-phase" not in second
    assert "entry-undated-in-phase" in client.get("/?page=undated").content.decode()
    # The picture leads to each year on its page, wherever one is.
    years = ("/#year-phase-one-2010", "/?page=2011#year-phase-one-2011", "/?page=2012#year-phase-one-2012")
    assert all(f'href="{year}"' in text for year in years for text in (first, second))


@pytest.mark.usefixtures("english")
def test_a_page_of_years_and_undated_entries_is_called_by_both():
    found = counts(y2012=35, y2013=20, undated=15)
    assert [page.title for page in pages_of(found).links if page] == ["2012", "2013 and undated"]
