"""The front page of 1,000 entries: bounded in bytes, links and queries, complete, and counted as by hand."""

import re
from collections import Counter
from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.made import REFERENCES, MadeChronicle
from timeline.filters.entries import EntryFilter
from timeline.filters.facets import CHOICES_IN_VIEW, MAX_CHOICES
from timeline.i18n import disambiguation
from timeline.models import Entry, Kind
from timeline.public.paging import MAX_PAGE_ENTRIES
from timeline.values.chinese import fold

pytestmark = pytest.mark.django_db

ADDRESSES = (
    "/",
    "/en/",
    "/en/?kind=goal&kind=policy&topic=topic-1&from=2010",
    "/?q=数据&order=relevance",
    "/feed/",
)


def answer(client, address):
    """Return the text of a page and the number of queries for it, for the first visitor."""
    caches["template_fragments"].clear()
    disambiguation.distinctions.cache_clear()
    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    return response.content.decode(), len(captured)


@pytest.fixture(scope="module")
def queries_of_few(module_records):
    """The number of queries for each address while there are 60 entries, before there are 1,000."""
    chronicle = MadeChronicle()
    chronicle.add(60)
    few = {address: answer(Client(), address)[1] for address in ADDRESSES}
    chronicle.add(940)
    return few


@pytest.fixture(scope="module")
def entries(queries_of_few):
    """All entries, with the values of each facet, read without the filter."""
    found = Entry.objects.select_related("phase", "policy", "goal", "pilotdesignation", "milestone")
    found = found.prefetch_related("topics", "citations__source", "policy__issuers")
    found = found.prefetch_related("milestone__organizations", "pilotdesignation__areas")
    return [SimpleNamespace(entry=entry, values=values_of(entry)) for entry in found]


def values_of(entry):
    values = {"kind": {entry.kind}, "phase": {entry.phase.slug} if entry.phase else set()}
    values["topic"] = {topic.slug for topic in entry.topics.all()}
    values["source"] = {citation.source.slug for citation in entry.citations.all()}
    organizations, areas, types = set(), set(), set()
    if entry.kind == Kind.POLICY:
        organizations |= {*entry.policy.issuers.all()}
        types.add(entry.policy.document_type)
    if entry.kind == Kind.MILESTONE:
        organizations |= {*entry.milestone.organizations.all()}
        areas |= {*entry.milestone.areas.all()}
    if entry.kind == Kind.PILOT_DESIGNATION:
        designation = entry.pilotdesignation
        organizations |= {*designation.authorities.all()}
        areas |= {designation.designee, *designation.areas.all()}
    values["organization"] = {record.slug for record in organizations}
    values["area"] = {record.slug for record in areas}
    values["type"] = types
    values["goal"] = {entry.goal.state().value} if entry.kind == Kind.GOAL else set()
    return values


def lies_in(entry, first, last):
    """Whether the entry may lie in these years, or is a goal due in them."""
    is_dated = entry.sort_earliest and entry.sort_latest.year >= first and entry.sort_earliest.year <= last
    due_by = entry.goal.due_by if entry.kind == Kind.GOAL else None
    return is_dated or (due_by is not None and first <= due_by.year <= last)


def meets(one, conditions):
    """Whether the entry meets all conditions: sets of values by facet, `q`, and `years` from one to another."""
    for name, wanted in conditions.items():
        if name == "q":
            if fold(wanted) not in fold(f"{one.entry.title}\n{one.entry.summary}"):
                return False
        elif name == "years":
            if not lies_in(one.entry, *wanted):
                return False
        elif not one.values[name] & wanted:
            return False
    return True


def test_the_page_is_bounded(client, queries_of_few):
    for address in ADDRESSES:
        text, _queries = answer(client, address)
        assert len(text.encode()) <= 150_000, address


def test_it_takes_as_many_queries_as_of_few_entries(client, queries_of_few):
    for address in ADDRESSES:
        _text, queries = answer(client, address)
        # For which goals are drawn, and how many of what is not drawn the filter leaves.
        assert queries_of_few[address] <= queries <= queries_of_few[address] + 6


def test_every_entry_is_on_one_of_the_linked_pages(client, entries):
    expected = {one.entry.slug for one in entries if meets(one, {"kind": {"pilot_designation", "goal"}})}
    first = "/?kind=goal&kind=pilot_designation"
    pages, waiting = {}, [first]
    while waiting:
        text = client.get(waiting.pop()).content.decode().replace("&amp;", "&")
        found = re.findall(r'<article class="entry" id="entry-([^"]+)"', text)
        assert len(found) <= MAX_PAGE_ENTRIES
        pages[re.search(r'href="([^"#]+)#list" aria-current="page"', text)[1]] = found
        links = re.findall(r'class="pages__page"\s+href="([^"#]+)#', text)
        assert len(links) < 60
        waiting = [link for link in dict.fromkeys([*waiting, *links]) if link not in pages]
    assert f"{first}&page=2013.2" in pages
    assert Counter(slug for found in pages.values() for slug in found) == Counter(expected)


@pytest.mark.parametrize(
    ("query", "conditions"),
    [
        ("", {}),
        ("kind=policy&topic=topic-3", {"kind": {"policy"}, "topic": {"topic-3"}}),
        ("q=光网&from=2010&to=2014", {"q": "光网", "years": (2010, 2014)}),
        ("area=area-1&area=area-2", {"area": {"area-1", "area-2"}}),
        ("q=数据&organization=organization-4&type=plan", {"q": "数据", "organization": {"organization-4"}, "type": {"plan"}}),
        ("goal=not_yet_due&source=source-2&source=source-3", {"goal": {"not_yet_due"}, "source": {"source-2", "source-3"}}),
    ],
)  # fmt: skip
def test_what_is_found_and_the_counts_of_choices_are_those_counted_by_hand(entries, query, conditions):
    chosen = EntryFilter(QueryDict(query), Entry.objects.published())
    expected = [one.entry for one in entries if meets(one, conditions)]
    assert {*chosen.qs} == {*expected}
    if "q" in conditions:
        assert chosen.by_relevance.count() == len(expected)
        assert {*chosen.by_relevance[:1000]} == {*expected}
    facets = {facet.name: facet for facet in chosen.facets}
    assert facets.keys() == {"kind", "phase", "topic", "organization", "area", "type", "goal", "source"}
    for name, facet in facets.items():
        others = {other: wanted for other, wanted in conditions.items() if other != name}
        sizes = Counter(value for one in entries if meets(one, others) for value in one.values[name])
        selected = conditions.get(name, set())
        shown = {choice.value: choice.size for choice in facet.choices}
        assert shown == {value: sizes[value] for value in shown}
        assert selected <= shown.keys()
        rest = sizes.keys() - selected
        assert len(shown.keys() - selected) == min(len(rest), MAX_CHOICES)
        assert facet.is_partial == (len(rest) > MAX_CHOICES)
        left_out = rest - shown.keys()
        assert max((sizes[value] for value in left_out), default=0) <= min(
            (sizes[value] for value in shown.keys() - selected), default=0
        )


def test_a_facet_of_too_many_choices_says_so_and_leads_to_all(client, queries_of_few):
    assert REFERENCES > MAX_CHOICES
    text, _queries = answer(client, "/en/")
    choices = text.partition('data-part="choices-topic"')[2].partition("</fieldset>")[0]
    assert choices.count('type="checkbox"') == MAX_CHOICES
    assert choices.partition("<details")[0].count('type="checkbox"') == CHOICES_IN_VIEW
    assert "Only the choices with the most entries are shown." in choices
    assert 'href="/en/topics/"' in choices
    of_kinds = text.partition('data-part="choices-kind"')[2].partition("</fieldset>")[0]
    assert "Only the choices" not in of_kinds
