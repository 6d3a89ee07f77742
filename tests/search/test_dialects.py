"""The SQL of each database: same hits in the same order with and without the index."""

import itertools

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import make_milestone, make_user
from tests.searches import by_id, in_order, publish_milestones, rank, results, write_text
from timeline.models import Entry, SearchDocument
from timeline.search.dates import dated_lines
from timeline.search.dialects import DIALECTS, PostgreSQL, Rank
from timeline.search.index import DOCUMENTS, RecordType
from timeline.search.query import parse_search
from timeline.values.partial_date import PartialDate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TEXTS = [
    "宁波\n甲\n乙",
    "甲\n宁波\n",
    "甲\n\n宁波",
    "宁 波",
    "宁波 试点",
    "试点\n宁波",
    "试点\n\n宁波",
    "甲\n试点\n宁波",
    "甲/宁波/宁波 试点",
]


def make_milestones(texts):
    """Public milestones with these documents, three of a year."""
    made = [make_milestone(date=str(2000 + number // 3)) for number in range(len(texts))]
    publish_milestones()
    for milestone, text in zip(made, texts, strict=True):
        write_text(milestone, text)
    return made


def test_more_than_a_thousand_words_are_all_searched_for():
    letters = "".join(map(chr, range(0x4E00, 0x5300)))
    entry = make_milestone(title="长文", body=letters, published=True)
    query = " ".join(SearchDocument.objects.for_model(Entry).get(record=entry.pk).rest)
    for queryset in (Entry.objects.published(), Entry.objects):
        assert set(queryset.matching(query)) == by_id(entry)
        assert queryset.matching(query + " 末").count() == 0
    assert (results(query)[:5], results(query).count()) == (list(by_id(entry)), 1)
    assert (results(query + " 末")[:5], results(query + " 末").count()) == ([], 0)


@pytest.mark.parametrize(
    "query",
    [
        "宁波",
        "宁波 试点",
        pytest.param("宁", marks=pytest.mark.long),
        pytest.param("试点", marks=pytest.mark.long),
    ],
)
def test_common_words_have_the_same_results(monkeypatch, query):
    made = make_milestones(TEXTS * 2)
    made[3].withdraw(by=make_user(), comment="误")
    found = Entry.objects.published().matching(query)
    expected = in_order(found, query)
    some = Entry.objects.filter(pk__in=[entry.pk for entry in expected[::2]])
    # PostgreSQL finds results in another way from this number on.
    for common in (1, 3, 9, 1000):
        monkeypatch.setattr(PostgreSQL, "common", common)
        for low in range(0, 18, 3):
            assert results(query)[low : low + 4] == expected[low : low + 4]
            assert results(query, among=some)[low : low + 4] == expected[::2][low : low + 4]
            assert results(query, among=Entry.objects.none())[low : low + 4] == []


def test_only_records_of_the_page_are_read():
    for number in range(3):
        make_milestone(slug=f"hit-{number}", title="宁波", published=True)
    for among in (None, Entry.objects.published()):
        with CaptureQueriesContext(connection) as captured:
            assert len(results("宁波", among)[:2]) == 2
        of_keys, of_records = (query["sql"] for query in captured)
        assert ('"timeline_entry"' in of_keys) == (among is not None)
        assert '"title"' not in of_keys
        if connection.vendor == "sqlite":  # PostgreSQL scans a small table
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + of_records)
                assert "rowid=?" in " ".join(row[3] for row in cursor.fetchall())


@pytest.mark.parametrize("query", ["宁波", "宁波 试点", "波", "试点", "2001", "2001年2月"])
def test_each_hit_has_one_rank_by_the_index_and_by_a_scan(query):
    made = make_milestones(
        [*TEXTS, "宁波\n试点", "宁波\n\n\n试点", "2001/2001年2月", "二〇〇一\n2001年2月", "甲\n\n2001年2月"]
    )
    write_text(made[0], f"甲\n乙\n宁波{dated_lines([PartialDate.parse('2001-02-03')])}")
    dialect, search = DIALECTS[connection.vendor], parse_search(query, RecordType.ENTRY)

    def keys(sql, values):
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return sorted(key for (key,) in cursor.fetchall())

    def indexed(rank=None):
        condition, values = dialect.indexed_condition(search, rank)
        return keys(f"SELECT record FROM ({dialect.index} WHERE {condition}) AS hit", values)

    every = indexed()
    assert every
    of_ranks = []
    for of_rank in Rank if search.dates else [*Rank][1:]:
        found = indexed(of_rank)
        contains, values = dialect.contains_condition(search, of_rank)
        scan = f"SELECT record FROM {DOCUMENTS} WHERE record_type = {RecordType.ENTRY} AND {contains}"
        assert keys(scan, values) == found
        assert {rank(entry, query) for entry in Entry.objects.filter(pk__in=found)} <= {of_rank}
        of_ranks.append(found)
    assert sorted(itertools.chain(*of_ranks)) == every
