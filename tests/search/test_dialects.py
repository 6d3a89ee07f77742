"""The SQL of each database: same hits in the same order with and without the index, in few queries."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_milestone, make_user
from tests.searches import by_id, newest, publish_milestones, rank, write_text
from timeline.models import Entry, SearchDocument
from timeline.search.dialects import DIALECTS, MatchScope, Search
from timeline.search.query import Matches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_more_than_a_thousand_words_are_all_looked_for():
    letters = "".join(map(chr, range(0x4E00, 0x5300)))
    entry = make_milestone(title="长文", body=letters, published=True)
    query = " ".join(SearchDocument.objects.get(record=entry.pk).rest)
    for queryset in (Entry.objects.published(), Entry.objects):
        assert set(queryset.matching(query)) == by_id(entry)
        assert list(queryset.matching(query).ranked(query)[:5]) == list(by_id(entry))
        assert queryset.matching(query + " 末").count() == 0


@pytest.mark.parametrize(
    "query",
    [
        "宁波",
        "宁波 试点",
        pytest.param("宁", marks=pytest.mark.long),
        pytest.param("试点", marks=pytest.mark.long),
    ],
)
def test_a_common_word_is_ranked_the_same_without_the_index(monkeypatch, query):
    texts = [
        "宁波\n甲\n乙",
        "甲\n宁波\n",
        "甲\n\n宁波",
        "宁 波",
        "宁波 试点",
        "试点\n宁波",
        "试点\n\n宁波",
        "甲\n试点\n宁波",
    ]
    made = [make_milestone(date=str(2000 + number // 3)) for number in range(len(texts) * 2)]
    publish_milestones()
    made[3].withdraw(by=make_user(), reason="误")
    for milestone, text in zip(made, texts * 2, strict=True):
        write_text(milestone, text)
    ranked = Entry.objects.published().matching(query).ranked(query)
    expected = sorted(ranked, key=lambda entry: (rank(entry, query), *newest(entry)))
    for few, common in ((1, 1), (1, 3), (2, 9), (1, 4000), (200, 4000)):
        monkeypatch.setattr(type(DIALECTS[connection.vendor]), "sort_limit", few)
        monkeypatch.setattr(type(DIALECTS[connection.vendor]), "common_threshold", common)
        for low in range(0, 16, 3):
            for hits in (ranked, ranked.filter(kind="milestone")):
                assert list(hits[low : low + 4]) == expected[low : low + 4]
            assert list(ranked.filter(kind__in=[])[low : low + 4]) == []


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL counts its rows and knows better.")
@pytest.mark.parametrize("few", [1, 200])
def test_where_hits_are_few_no_index_of_all_entries_is_gone_through(monkeypatch, few):
    monkeypatch.setattr(type(DIALECTS[connection.vendor]), "sort_limit", few)
    for number in range(3):
        make_milestone(slug=f"hit-{number}", title="宁波", published=True)
    milestones = Entry.objects.published().filter(kind="milestone").matching("宁波")
    for page in (milestones.ranked("宁波")[:2], milestones.newest_first()[:2]):
        with CaptureQueriesContext(connection) as captured:
            list(page)
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + captured[-1]["sql"])
            steps = " ".join(row[3] for row in cursor.fetchall())
        assert ("rowid=?" in steps) == (few == 200), steps


@pytest.mark.parametrize("low", [0, 2, 4, 6, 9])
def test_a_page_of_what_is_public_takes_two_queries(low, django_assert_num_queries):
    places = ("title", "summary", "body")
    for place, number in itertools.product(places, range(2)):
        make_milestone(**{"title": "甲", place: "宁波"}, date=str(2010 + number))
    publish_milestones()
    found = Entry.objects.published().matching("宁波")
    order = sorted(found, key=lambda entry: (rank(entry, "宁波"), *newest(entry)))
    with django_assert_num_queries(2 if low < 6 else 1):
        assert list(found.ranked("宁波")[low : low + 3]) == order[low : low + 3]


def test_the_parts_are_apart_and_together_everything():
    texts = [
        "宁波\n甲\n乙",
        "甲\n宁波\n",
        "甲\n\n宁波",
        "宁波 试点",
        "试点\n宁波",
        "试点\n\n宁波",
        "宁波\n试点",
        "宁波\n\n\n试点",
    ]
    made = [make_milestone() for _text in texts]
    publish_milestones()
    for milestone, text in zip(made, texts, strict=True):
        write_text(milestone, text)
    for by_index, query in itertools.product((True, False), ("宁波", "宁波 试点", "波", "试点")):
        found = {
            part: Entry.objects.published().filter(Matches(Search(Search.parse(query).words, part, by_index)))
            for part in MatchScope
        }
        for number, part in enumerate((MatchScope.TITLE, MatchScope.SUMMARY, MatchScope.REST)):
            assert {rank(entry, query) for entry in found[part]} <= {number}
            assert found[part].count() == len(found[part])
        assert sum(len(found[part]) for part in MatchScope) == 2 * len(found[MatchScope.ANYWHERE])


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("宁波 宁", ("宁波",)),
        ("城市 智慧城市 智慧", ("智慧城市",)),
        ("宁波　光网 寧波", ("光网", "宁波")),
        ("宁 波", ("宁", "波")),
        ("", ()),
    ],
)
def test_a_word_that_lies_in_another_is_not_asked_for(typed, asked):
    assert Search.parse(typed).words == asked
