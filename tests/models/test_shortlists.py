"""The first rows of long lists, with the number of those left out."""

import pytest
from django.db.models import Prefetch

from tests import factories as make
from timeline.models import Citation, Entry, Topic
from timeline.models.entry_queryset import CITATION_ORDER
from timeline.models.shortlists import first_of, first_of_each, left_out, read_first_related

pytestmark = pytest.mark.django_db


def test_one_query_gives_the_first_rows_and_the_number_of_the_others(django_assert_num_queries):
    topics = [make.make_topic(position=position) for position in range(5)]
    with django_assert_num_queries(1):
        first = first_of(Topic.objects.all(), 2)
        assert (list(first), left_out(first)) == (topics[:2], 3)
    assert left_out(first_of(Topic.objects.all(), 5)) == 0
    assert left_out(first_of(Topic.objects.none(), 5)) == 0


def test_what_was_read_whole_leaves_nothing_out():
    make.make_topic()
    assert left_out(Topic.objects.all()) == 0


def test_the_first_rows_of_each_record_are_prefetched(django_assert_num_queries):
    entries = [make.make_policy(), make.make_policy()]
    sources = [make.make_source(slug=slug) for slug in "edcba"]
    cited = {
        entry.pk: [make.make_citation(entry, source=source) for source in sources[:size]][::-1]
        for entry, size in zip(entries, (5, 1), strict=True)
    }
    first = first_of_each(Citation.objects.all(), 2, CITATION_ORDER, "entry")
    newest = first_of_each(Citation.objects.all(), 2, ["-pk"], "entry")
    with django_assert_num_queries(4):
        for rows, part in ((first, slice(2)), (newest, slice(2))):
            for entry in Entry.objects.prefetch_related(Prefetch("citations", rows)):
                assert list(entry.citations.all()) == cited[entry.pk][part]
                assert left_out(entry.citations.all()) == max(len(cited[entry.pk]) - 2, 0)


def test_the_first_related_records_of_one_record_are_read_in_one_query(django_assert_num_queries):
    topics = [make.make_topic(position=position) for position in range(3)]
    make.make_policy(topics=topics[2:])
    entry = make.make_policy(topics=topics)
    with django_assert_num_queries(1):
        read_first_related(entry, "topics", 2)
        assert list(entry.topics.all()) == topics[:2]
        assert left_out(entry.topics.all()) == 1


def test_related_records_at_hand_are_not_read_again(django_assert_num_queries):
    policy = make.make_policy()
    make.make_citation(policy)
    (found,) = Entry.objects.prefetch_related("citations")
    make.make_citation(policy)
    with django_assert_num_queries(0):
        read_first_related(found, "citations", 1, found.citations.order_by("pk"))
        assert len(found.citations.all()) == 1
