"""No public page grows with the record: its size, its number of queries, and what its pages list in all."""

import re

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.crowds import grow, make_crowd
from timeline.i18n import disambiguation
from timeline.models import Entry, Goal, Revision

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

FEW, MANY = 60, 1000
MAX_BYTES = 150_000


@pytest.fixture(scope="module")
def crowd(module_records):
    """Many records that refer to one another, and the number of queries of each page when they were few."""
    crowd = make_crowd()
    grow(crowd, FEW)
    crowd.queries = {}
    for address in crowd.addresses():
        # As in each test, nothing is kept of other pages.
        caches["template_fragments"].clear()
        crowd.queries[address] = opened(address)[1]
    grow(crowd, MANY)
    return crowd


def opened(address):
    """The page and the number of its queries."""
    disambiguation.distinctions.cache_clear()
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(address)
    assert response.status_code == 200, address
    return response.content.decode(), len(queries)


ADDRESSES = [
    "phase", "topic", "organization", "area", "source", "policy", "goal", "history", "citations", "related policies",
    "related goals", "related milestones", "assessments", "citations of the topic",
    "goals", "relations", "topics", "organizations", "areas", "sources",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(ADDRESSES)), ids=ADDRESSES)
def test_a_page_has_the_size_and_the_queries_of_few_records(crowd, number):
    address = crowd.addresses()[number]
    text, queries = opened(address)
    assert queries <= crowd.queries[address]
    english, _queries = opened(f"/en{address}")
    assert max(len(text.encode()), len(english.encode())) <= MAX_BYTES


def walk(address):
    """The pages from this one on, by the links to the next."""
    pages = []
    while address:
        pages.append(opened(address)[0].partition("<main")[2].partition("</main>")[0])
        following = re.search(r'rel="next" href="([^"]+\?page=\d+)"', pages[-1])
        address = following and following[1]
    return pages


def links(pages, pattern):
    return [found for text in pages for found in re.findall(pattern, text)]


def slugs(*models, **columns):
    return sorted(
        slug
        for model in models
        for slug in model.objects.published().filter(**columns).values_list("slug", flat=True)
    )


@pytest.mark.parametrize(
    "name", [pytest.param("phase", marks=pytest.mark.long), "topic", "organization", "area"]
)
def test_the_pages_of_a_record_list_every_public_entry_once(crowd, name):
    record = getattr(crowd, name)
    named = sorted(Entry.objects.published().naming(record).values_list("slug", flat=True))
    assert len(named) >= MANY // 10
    assert (
        sorted(links(walk(record.get_absolute_url()), r'<article class="entry" id="entry-([^"]+)"')) == named
    )


def test_the_pages_of_a_source_list_every_place_in_order_and_nothing_twice(crowd):
    pages = walk(crowd.source.get_absolute_url())
    places = links(pages, r'class="paragraph" id="at-([^"]+)"')
    numbers = [int(place[1:-1]) for place in dict.fromkeys(places) if place.endswith("段")]
    assert numbers == list(range(MANY))
    entries = links(pages, r'<a href="/(?:policies|goals|milestones|pilot-designations)/([^"/]+)/"')
    assert sorted(slug for slug in entries if slug.startswith("crowd")) == sorted(
        f"crowd-{number}" for number in range(MANY)
    )


def test_a_place_leads_to_its_page_of_the_source(crowd):
    text, _queries = opened(f"{crowd.source.get_absolute_url()}?place=第777段")
    assert 'id="at-第777段"' in text


def test_the_pages_of_goals_list_each_once_and_the_years_lead_to_their_pages(crowd):
    pages = walk("/goals/")
    assert sorted(links(pages, r'scope="row"><a href="/goals/([^"]+)/"')) == sorted(
        Goal.objects.published().values_list("slug", flat=True)
    )
    years = links(pages[:1], r'<a href="([^"]*)#(due-[^"]+)">')
    assert len(years) > 10
    for path, anchor in years:
        assert f'id="{anchor}"' in opened(path or "/goals/")[0]


def test_the_pages_of_the_parts_of_an_entry_list_all_of_them_once(crowd):
    policy = crowd.policy.get_absolute_url()
    assert len(links(walk(f"{policy}citations/"), r'class="locator"')) == 1 + MANY // 3
    history = links(walk(f"{policy}history/"), r'class="past__turn"')
    assert len(history) == Revision.objects.for_record(crowd.policy).count()
    for part, size in (("policies", MANY // 5), ("goals", MANY * 6 // 10), ("milestones", MANY // 10)):
        related = links(walk(f"{policy}related/{part}/"), r'<a\s+href="/[a-z]+/(crowd-\d+)/"')
        assert len(related) == len({*related}) == size
    cited = links(walk(f"{crowd.goal.get_absolute_url()}assessments/"), r'class="locator"')
    assert len(cited) == crowd.goal.assessment_citations.count() > MANY


@pytest.mark.parametrize("name", ["topic", "organization", "area", "source"])
def test_the_pages_of_a_list_of_records_have_each_once(crowd, name):
    model = type(getattr(crowd, name))
    pattern = rf'class="(?:thread__title|ledger__title|places__name)"><a href="/{model.PLURAL}/([^"]+)/"'
    listed = links(walk(f"/{model.PLURAL}/"), pattern)
    assert sorted(listed) == sorted(model.objects.values_list("slug", flat=True))


def test_no_page_names_a_draft(crowd):
    for address in crowd.addresses():
        assert "草稿" not in opened(address)[0], address


def test_a_page_that_does_not_exist_is_the_nearest_that_does(crowd):
    address = "/topics/"
    first, *_others, last = walk(address)
    assert last in opened(f"{address}?page=999")[0]
    assert first in opened(f"{address}?page=x")[0]


def test_a_page_names_its_canonical_address(crowd):
    address = crowd.topic.get_absolute_url()
    for query, canonical in (("", ""), ("?page=1", ""), ("?page=2", "?page=2"), ("?page=999", "?page=20")):
        assert (
            f'<link rel="canonical" href="http://testserver{address}{canonical}">'
            in opened(address + query)[0]
        )
