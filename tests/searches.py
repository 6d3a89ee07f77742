"""Helpers for tests of search: records, hits, their order, and texts written to search documents."""

from django.db import connection

from tests.factories import document_of, make_citation, make_policy, make_source, make_user
from timeline.editing.bulk_publication import publish_all
from timeline.models import Entry, Milestone, SearchDocument
from timeline.search import index
from timeline.search.dates import read_date
from timeline.search.dialects import Rank
from timeline.search.query import SearchResults
from timeline.values.chinese import fold, search_terms


def make_plan():
    return make_policy(
        slug="plan",
        title="宁波市智慧城市规划",
        summary="光网全覆盖",
        body="到2015年建成**𠮷**镇。",
        document_number="甬党〔2010〕14号",
        published=True,
    )


def publish_milestones():
    """Add a citation to every milestone and publish all of them together."""
    milestones, source = list(Milestone.objects.all()), make_source()
    for milestone in milestones:
        make_citation(milestone, source=source)
    publish_all({Milestone: [milestone.pk for milestone in milestones]}, by=make_user())


def slugs(query, queryset=None):
    """Return the slugs of what is found in public, or in this queryset."""
    if queryset is None:
        found = Entry.objects.published().matching_public(query)
        if search_terms(query):
            assert results(query).count() == len(found)
            assert {*results(query)[:100]} == {*found}
    else:
        found = queryset.matching(query)
    assert found.count() == len(found)
    assert index.is_consistent(connection)
    return {entry.slug for entry in found}


def by_id(*entries):
    return set(Entry.objects.filter(pk__in=[entry.pk for entry in entries]))


def results(query, among=None):
    """Return the results of a search, or those among the entries of a queryset."""
    return SearchResults(query, Entry.objects.published(), among)


def rank(entry, query):
    document = document_of(entry)
    title, summary = document.title, document.summary
    if (date := read_date(query)) and {*date.names} & {
        f"\n{line}\n" for line in document.rest.split("\n")[1:-1]
    }:
        return Rank.DATE
    if fold(query) in title.split("\n"):
        return Rank.NAME
    if all(word in title for word in search_terms(query)):
        return Rank.TITLE
    return Rank.SUMMARY if all(word in title + summary for word in search_terms(query)) else Rank.REST


def in_order(entries, query):
    """Sort entries as the results of this search are ordered."""
    return sorted(entries, key=lambda entry: (rank(entry, query), *newest(entry)))


def newest(entry):
    undated = entry.sort_earliest is None
    return (undated, 0 if undated else -entry.sort_earliest.toordinal(), -entry.pk)


def write_text(record, text):
    """Write the lines of the text as names, parted by /, summary and rest of the document."""
    lines = dict(zip(("title", "summary", "rest"), (text + "\n\n").split("\n", 2), strict=True))
    lines["title"] = "\n".join(["", *lines["title"].split("/"), ""])
    SearchDocument.objects.for_model(type(record)).filter(record=record.pk).update(**lines)
