"""The choices of facets with their numbers of entries: the most frequent, and the selected ones."""

import pytest

from tests import factories as make
from timeline.filters.counts import Countable, count_choices
from timeline.models import Citation, Entry, Goal

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
    entries = Entry.objects.published() if entries is None else entries
    found = count_choices({"topic": Countable(pairs, selected)}, entries, limit)
    keys = [topic.pk for topic in topics]
    return [(keys.index(key), size) for key, size in found["topic"]]


def test_the_most_frequent_come_first_by_one_query(topics, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert counted(topics) == [(2, 3), (1, 2), (0, 1)]
    assert counted(topics, 2) == [(2, 3), (1, 2)]


def test_selected_choices_come_before_all_others(topics):
    assert counted(topics, 1, [topics[0].pk]) == [(0, 1), (2, 3)]


def test_only_the_given_entries_are_counted(topics):
    of_last = Entry.objects.published().filter(topics=topics[2])
    assert counted(topics, entries=of_last) == [(2, 3)]
    assert counted(topics, entries=Entry.objects.none()) == []


def test_an_entry_counts_once_for_a_choice(topics):
    entry, source = Entry.objects.published()[0], make.make_source()
    for locator in ("¶1", "¶2"):
        make.make_citation(entry, source=source, locator=locator)
    rows = Citation.objects.filter(source=source).values_list("source", "entry")
    for pairs in ([rows], [rows, rows]):
        facets = {"source": Countable(pairs)}
        assert count_choices(facets, Entry.objects.published(), 10) == {"source": [(source.pk, 1)]}


def test_several_facets_are_counted_by_one_query(topics, django_assert_num_queries):
    facets = {
        "topic": Countable([Entry.topics.through.objects.values_list("topic", "entry")]),
        "goal": Countable([Goal.objects.none().values_list("pk", "pk")]),
        "kind": Countable([Entry.objects.values_list("kind", "pk")], choice_type=str),
    }
    with django_assert_num_queries(1):
        found = count_choices(facets, Entry.objects.published(), 2)
    assert found == {"topic": [(topics[2].pk, 3), (topics[1].pk, 2)], "goal": [], "kind": [("milestone", 6)]}
    assert count_choices(facets, Entry.objects.none(), 2) == {"topic": [], "goal": [], "kind": []}
