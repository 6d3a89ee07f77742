"""The choices of a facet with their numbers of entries: the most frequent, and the selected ones."""

import pytest

from tests import factories as make
from timeline.filters.counts import count_choices
from timeline.models import Citation, Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def topics():
    """Three topics with one, two and three entries."""
    made = [make.make_topic() for _ in range(3)]
    for number, topic in enumerate(made, 1):
        for _ in range(number):
            make.make_milestone(topics=[topic], published=True)
    make.make_milestone(topics=made)
    return made


def counted(topics, limit=10, selected=(), entries=None):
    pairs = [Entry.topics.through.objects.values_list("topic", "entry")]
    found = count_choices(pairs, Entry.objects.published() if entries is None else entries, limit, selected)
    keys = [topic.pk for topic in topics]
    return [(keys.index(key), size) for key, size in found]


def test_the_most_frequent_come_first_by_one_query(topics, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert counted(topics) == [(2, 3), (1, 2), (0, 1)]
    assert counted(topics, 2) == [(2, 3), (1, 2)]


def test_selected_choices_come_before_all_others(topics):
    assert counted(topics, 2, [topics[0].pk]) == [(0, 1), (2, 3)]


def test_only_the_given_entries_are_counted(topics):
    of_last = Entry.objects.published().filter(topics=topics[2])
    assert counted(topics, entries=of_last) == [(2, 3)]
    assert counted(topics, entries=Entry.objects.none()) == []


def test_an_entry_counts_once_for_a_choice(topics):
    entry, source = Entry.objects.published()[0], make.make_source()
    for locator in ("¶1", "¶2"):
        make.make_citation(entry, source=source, locator=locator)
    rows = Citation.objects.filter(source=source).values_list("source", "entry")
    assert count_choices([rows], Entry.objects.published(), 10) == [(source.pk, 1)]
    assert count_choices([rows, rows], Entry.objects.published(), 10) == [(source.pk, 1)]
