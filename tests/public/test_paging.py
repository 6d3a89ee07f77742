"""A long list is divided into pages of whole years, with links to each year and page."""

import datetime
import re
from dataclasses import dataclass

import pytest

from tests import factories as make
from timeline.public import paging
from timeline.public.chronology import group_by_phase
from timeline.public.paging import paginate_by_year


@dataclass(frozen=True)
class Stone:
    """The attributes of an entry that determine its position."""

    pk: int
    sort_earliest: datetime.date | None
    phase_id: int | None = None


def stones(**numbers):
    """`stones(y2010=3, undated=2)` returns three of 2010 and two without a date, in chronological order."""
    keys = iter(range(1, 100_000))
    return [
        Stone(next(keys), None if name == "undated" else datetime.date(int(name[1:]), 1, 1))
        for name, number in numbers.items()
        for _count in range(number)
    ]


def pages_of(found, asked="", pairs=()):
    return paginate_by_year(group_by_phase(found, []), asked, list(pairs))


def names(pages):
    return [re.sub(r".*page=", "", link.query) for link in pages.links]


def test_a_short_list_is_one_page():
    pages = pages_of(stones(y2010=100, y2011=90, undated=10))
    assert pages.links == []
    assert pages.current.size == 200
    assert {link.query for part in pages.parts for link in part.years} == {""}


def test_a_long_list_is_divided_between_years_and_never_within_one():
    found = stones(y2009=10, y2010=190, y2012=1, y2013=500, y2014=1, undated=3)
    pages = pages_of(found)
    assert names(pages) == ["2009-2010", "2012", "2013", "2014"]
    assert [link.size for link in pages.links] == [200, 1, 500, 4]
    every = [key for name in names(pages) for key in pages_of(found, name).current.keys]
    assert sorted(every) == [stone.pk for stone in found]


@pytest.mark.parametrize(
    ("asked", "page"),
    [
        ("", "2009-2010"),
        ("2009-2010", "2009-2010"),
        ("2010", "2009-2010"),
        ("2011", "2013"),
        ("1", "2009-2010"),
        ("9999", "undated"),
        ("99999", "2009-2010"),
        ("undated", "undated"),
        ("x", "2009-2010"),
        ("-1", "2009-2010"),
    ],
)
def test_a_page_is_found_by_any_of_its_years(asked, page):
    pages = pages_of(stones(y2009=10, y2010=190, y2013=200, undated=300), asked)
    assert pages.current.name == page
    assert [link.query for link in pages.links if link.is_current] == [f"?page={page}"]


def test_the_way_to_a_year_leads_to_its_page_and_keeps_the_filter():
    pages = pages_of(stones(y2010=150, y2011=150), "2010", [("kind", "policy")])
    here, there = pages.parts[0].years
    assert (here.title, here.size, here.query, here.anchor) == (2010, 150, "", "year-stretch-outside-2010")
    assert there.query == "?kind=policy&page=2011"


@pytest.mark.django_db
def test_the_front_page_links_years_and_pages_with_their_counts(client, monkeypatch):
    monkeypatch.setattr(paging, "MAX_PAGE_ENTRIES", 4)
    phase = make.make_phase(title="阶段", slug="one", period="2010/2012")
    for year, number in ((2010, 3), (2011, 2), (2012, 4)):
        for count in range(number):
            make.make_policy(slug=f"p{year}-{count}", date=str(year), published=True)
    make.make_policy(slug="undated-in-phase", phase=phase, published=True)
    first, second = (client.get(address).content.decode() for address in ("/", "/?page=2011"))
    assert re.findall(r'<article class="entry" id="entry-(p\d+)', first) == ["p2010"] * 3
    assert re.findall(r'<article class="entry" id="entry-(p\d+)', second) == ["p2011"] * 2
    assert 'href="#year-phase-one-2010"' in first
    assert 'href="/?page=2011#year-phase-one-2011"' in first
    assert 'id="year-phase-one-2011"' in second
    assert 'href="/?page=2011#list" aria-current="page"' in second
    assert "entry-undated-in-phase" not in second
    assert "entry-undated-in-phase" in client.get("/?page=2012").content.decode()
    # The picture shows all entries on every page.
    assert first.count('class="mark"') == second.count('class="mark"') == 10
    # The index of years links only to anchors that exist on the linked page.
    for query, anchor in re.findall(r'class="year-index__year" href="([^"#]*)#([^"]+)"', first):
        assert f'id="{anchor}"' in client.get(query or "/").content.decode()


@pytest.mark.django_db
def test_every_card_links_to_itself(client):
    make.make_policy(slug="plan", date="2010", published=True)
    text = client.get("/").content.decode()
    assert 'id="entry-plan"' in text
    assert 'href="#entry-plan"' in text
