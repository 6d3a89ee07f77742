"""Search: hits equal those of a plain substring search, in ranked order, for every way of writing."""

import itertools

import pytest
from django.core.management import call_command
from django.core.paginator import Paginator
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.factories import (
    CONTENT,
    make_area,
    make_citation,
    make_milestone,
    make_organization,
    make_phase,
    make_source,
    make_topic,
    make_user,
    update_unchecked,
)
from tests.searches import in_order, newest, publish_milestones, results, write_text
from timeline.models import Entry, Milestone, Phase, SearchDocument, Source, Topic
from timeline.rows.bulk import insert
from timeline.search import index
from timeline.search.dialects import Rank
from timeline.search.index import RecordType
from timeline.search.query import Hits, SearchResults, parse_words
from timeline.values.chinese import search_terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def by_substring(queryset, query):
    """Return the expected hits, found without an index."""
    keys = [entry.pk for entry in queryset]
    return {
        document.record
        for document in SearchDocument.objects.for_model(queryset.model).filter(record__in=keys)
        if all(
            word in f"{document.title}\n{document.summary}\n{document.rest}" for word in search_terms(query)
        )
    }


def test_hits_come_by_rank_then_newest_then_by_number():
    places = {"title": "title", "summary": "summary", "body": "body"}
    for (place, date), twin in itertools.product(
        itertools.product(places, ("2015", "", "2013-01-28", "2020-06")), range(2)
    ):
        make_milestone(
            **{"title": f"第{twin}号", place: "宁波启动"},
            date=date,
            slug=f"{place}-{date or 'undated'}-{twin}",
        )
    publish_milestones()
    expected = [
        f"{place}-{date}-{twin}"
        for place in places
        for date in ("2020-06", "2015", "2013-01-28", "undated")
        for twin in (1, 0)
    ]
    for low, high in ((0, 5), (5, 20), (7, 9), (20, 24), (23, 40), (24, 30), (0, 200)):
        assert [entry.slug for entry in results("宁波")[low:high]] == expected[low:high]
    some = Entry.objects.exclude(slug__startswith="summary")
    narrowed = results("宁波", among=some)
    remaining = [slug for slug in expected if not slug.startswith("summary")]
    assert narrowed.count() == 16
    for low, high in ((0, 5), (5, 12), (7, 9), (15, 40), (16, 20)):
        assert [entry.slug for entry in narrowed[low:high]] == remaining[low:high]
    none = results("宁波", among=Entry.objects.none())
    assert (none.count(), none[:5]) == (0, [])


@pytest.mark.parametrize("column", ["title", "title_en", "short_title", "short_title_en", "aliases"])
def test_an_entry_of_that_name_comes_first(column):
    named = make_milestone(**{"title": "甲", column: "“一張網” Grid"}, date="2010")
    make_milestone(title="甲", aliases="一张网；Grid；“一张网” Grid 系统", date="2015")
    make_milestone(title="“一张网” Grid的系统", date="2016")
    publish_milestones()
    for query in ("“一张网” Grid", "「一张网」　grid ", '"一張網" GRID'):
        assert results(query)[:9] == in_order(Entry.objects.published().matching(query), query)
        assert results(query)[0:1] == [Entry.objects.get(pk=named.pk)]


def test_hits_of_all_reference_records_come_by_rank_then_type_then_newest():
    later = make_phase(title="宁波二", period="2016/2020")
    phase = make_phase(title="宁波一", period="2011/2015")
    topic, area = make_topic(title="宁波"), make_area(title="宁波三", aliases="甬")
    source = make_source(title="宁波四")
    body = make_organization(title="甲", description="宁波")
    make_milestone(title="宁波", published=True)
    hits = Hits("宁波")
    expected = [
        (Rank.NAME, RecordType.TOPIC, topic.pk),
        (Rank.TITLE, RecordType.AREA, area.pk),
        (Rank.TITLE, RecordType.PHASE, later.pk),
        (Rank.TITLE, RecordType.PHASE, phase.pk),
        (Rank.TITLE, RecordType.SOURCE, source.pk),
        (Rank.REST, RecordType.ORGANIZATION, body.pk),
    ]
    assert (hits[:20], hits.count()) == (expected, 6)
    assert [hit for low in range(0, 6, 2) for hit in hits[low : low + 2]] == expected
    assert Hits("宁波", ranks=(Rank.NAME,))[:20] == expected[:1]
    assert [hit.record_type for hit in Hits("宁波", RecordType.ENTRY)[:20]] == [RecordType.ENTRY]
    assert (Hits("甬")[:9], Hits(" ")[:9], Hits(" ").count()) == ([(Rank.NAME, 5, area.pk)], [], 0)


def test_without_words_there_are_no_results_and_every_record_matches():
    make_milestone(published=True)
    for query in ("", " ", "\0"):
        assert (results(query).count(), results(query)[:5]) == (0, [])
        assert Entry.objects.matching(query).count() == Entry.objects.matching_public(query).count() == 1


def test_a_paginator_takes_results():
    for number in range(5):
        make_milestone(slug=f"m{number}", title="宁波", date=str(2010 + number))
    publish_milestones()
    pages = Paginator(results("宁波"), 2)
    assert (pages.count, pages.num_pages) == (5, 3)
    assert [entry.slug for entry in pages.page(2)] == ["m2", "m1"]


def test_records_of_each_type_are_results_of_their_own():
    topic, phase = make_topic(slug="city", title="宁波"), make_phase(slug="city", title="宁波")
    later = make_phase(title="宁波", period="2016/2020")
    entry = make_milestone(title="宁波", published=True)
    for queryset, expected in (
        (Topic.objects.all(), [topic]),
        (Phase.objects.all(), [later, phase]),
        (Entry.objects.published(), [Entry.objects.get(pk=entry.pk)]),
    ):
        assert {*queryset.matching("宁波")} == {*queryset.matching_public("宁波")} == {*expected}
        assert SearchResults("宁波", queryset)[:5] == expected
        assert SearchResults("宁波", queryset).count() == len(expected)


def test_a_record_whose_document_is_outdated_is_no_result_that_nobody_may_read():
    launch = make_milestone(title="宁波", published=True)
    update_unchecked(Entry.objects.filter(pk=launch.pk), status="draft")
    assert results("宁波")[:5] == []


@pytest.mark.parametrize("low", [0, 2, 4, 6, 9])
def test_a_page_takes_two_queries(low, django_assert_num_queries):
    places = ("title", "summary", "body")
    for place, number in itertools.product(places, range(2)):
        make_milestone(**{"title": "甲", place: "宁波"}, date=str(2010 + number))
    publish_milestones()
    order = in_order(Entry.objects.published().matching("宁波"), "宁波")
    with django_assert_num_queries(2 if low < 6 else 1):
        assert results("宁波")[low : low + 3] == order[low : low + 3]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("宁波 宁", ("宁波",)),
        ("城市 智慧城市 智慧", ("智慧城市",)),
        ("宁波　光网 寧波", ("光网", "宁波")),
        ("宁 波", ("宁", "波")),
        ("", ()),
    ],
)
def test_a_word_that_lies_in_another_is_not_searched_for(typed, words):
    assert parse_words(typed) == words


def test_whatever_the_dates_pages_come_in_the_order_of_all():
    dates = ("", "0001", "9999-12-31", "2013", "2013-01", "2013-01-01", "2013-01-01/2013-09", "2013/2370", "2013/2371",
             "0001/9999", "1990-12-31/2013", "2013-01-01~")  # fmt: skip
    for date, twin in itertools.product(dates, range(2)):
        make_milestone(title=f"宁波{twin}", date=date)
    moved = make_milestone(title="宁波2", date="2012")
    publish_milestones()
    for date in ("2012", "2014", ""):
        moved.date = date
        moved.save()
        expected = sorted(Entry.objects.published().matching("宁波"), key=newest)
        assert [entry for low in range(0, 25, 4) for entry in results("宁波")[low : low + 4]] == expected
        assert index.is_consistent(connection)


def test_a_whole_chronicle_is_found_as_by_substring():
    call_command("import_content", CONTENT, publish=True, verbosity=0)
    entries = Entry.objects.published()
    for query in (
        "数据",
        "数据之城",
        "雲瀾",
        "号",
        "2010",
        "办法 云澜",
        "。",
        "2011",
    ):
        expected = by_substring(entries, query)
        found = Entry.objects.published().matching(query)
        assert expected
        assert {entry.pk for entry in found} == expected
        assert results(query).count() == len(expected)
        assert results(query)[:200] == in_order(found, query)


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL joins the pieces itself.")
def test_an_import_of_much_that_is_public_leaves_the_index_in_one_piece(tmp_path):
    def pieces():
        list(Entry.objects.matching_public("云澜"))  # a query writes pending changes to the index
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT segid) FROM timeline_search_idx")
            return cursor.fetchone()[0]

    call_command("import_content", CONTENT, publish=True, verbosity=0)
    assert pieces() == 1
    source, launch = Source.objects.earliest("pk"), make_milestone()
    make_citation(launch, source=source)
    launch.publish(by=make_user())
    assert pieces() == 2
    one = tmp_path / "milestones.yaml"
    for number, expected in ((1, 3), (10, 1)):
        names = [f"- {{slug: m{number}-{index}, title: 启动, date: 2012}}" for index in range(number)]
        one.write_text("\n".join(names), encoding="utf-8")
        call_command("import_content", one, verbosity=0)
        for milestone in Milestone.objects.filter(slug__startswith=f"m{number}-"):
            make_citation(milestone, source=source)
        call_command("import_content", one, publish=True, verbosity=0)
        assert pieces() == expected


LETTERS = "宁波/寧城市甬〔〕【】[]（）(aAbß㎡ １2é́İ\u3000 \n\t*\"'\\%_-^{}:𠮷😀👨\u200d\ufe0f。，"
TEXTS = st.text(st.sampled_from(LETTERS), max_size=80) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=70
)


@settings(max_examples=examples(60), deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=st.lists(TEXTS, min_size=1, max_size=5), data=st.data())
def test_results_equal_those_of_plain_substrings(texts, data):
    with transaction.atomic():
        for number, text in enumerate(texts):
            title, summary, body = text[::3] or "无", text[1::3], text
            entry = Milestone(title=title, slug=f"m{number}")
            entry.date = data.draw(
                st.sampled_from(["", "2010", "2010-01", "2010-01-01", "2011/2013", "2012?"])
            )
            entry.derive()
            if number % 3:
                entry.status, entry.published_at, entry.published_by = "published", timezone.now(), USER()
            insert(Milestone, [entry])
            SearchDocument.objects.write([entry])
            lines = data.draw(
                st.sampled_from([text, f"{title}\n{summary}\n{body}", "\n".join(search_terms(text))])
            )
            write_text(entry, lines)
            write_text(make_topic(), lines[::-1])
        whole = data.draw(st.sampled_from(texts))
        for _ in range(5):
            low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
            query = data.draw(st.just(whole[low:high]) | st.text(st.sampled_from(LETTERS), max_size=5))
            public = Entry.objects.published()
            for queryset in (public, Entry.objects.all(), Topic.objects.all()):
                expected = by_substring(queryset, query)
                found = queryset.matching(query)
                assert {record.pk for record in found} == expected
                assert found.count() == len(expected)
            found = {*public.matching_public(query)}
            assert {entry.pk for entry in found} == by_substring(public, query)
            if search_terms(query):
                some = {entry for entry in found if entry.pk % 2}
                odd = Entry.objects.filter(pk__in=[entry.pk for entry in some])
                topics = by_substring(Topic.objects.all(), query)
                hits = [hit for hit in Hits(query)[:99] if hit.record_type == RecordType.TOPIC]
                assert sorted(hit.record for hit in hits) == sorted(topics)
                for among, expected in ((None, found), (odd, some)):
                    assert results(query, among).count() == len(expected)
                    assert results(query, among)[1:4] == in_order(expected, query)[1:4]
        assert index.is_consistent(connection)
        transaction.set_rollback(True)


def USER():
    from django.contrib.auth.models import User

    return User.objects.get_or_create(username="reader")[0]
