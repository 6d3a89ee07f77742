"""Search: hits equal those of a plain substring search, in ranked order, for every way of writing."""

import itertools

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.examples import examples
from tests.factories import (
    CONTENT,
    make_citation,
    make_milestone,
)
from tests.searches import newest, publish_milestones, rank, write_text
from timeline.models import Entry, Milestone, SearchDocument
from timeline.rows.bulk import insert
from timeline.search import index
from timeline.values.chinese import search_terms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def by_substring(queryset, query):
    """Return the expected hits, found without an index."""
    keys = [entry.pk for entry in queryset]
    return {
        document.record
        for document in SearchDocument.objects.filter(record__in=keys)
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
    ranked = Entry.objects.published().matching("宁波").ranked("宁波")
    assert [entry.slug for entry in ranked] == expected
    for low, high in ((0, 5), (5, 20), (7, 9), (20, 24), (23, 40), (24, 30), (0, 200)):
        assert [entry.slug for entry in ranked[low:high]] == expected[low:high]
        assert [entry.slug for entry in Entry.objects.ranked("宁波")[low:high]] == expected[low:high]
    assert Entry.objects.ranked("").count() == 24
    assert [entry.slug for entry in ranked.newest_first()[:3]] == [
        "body-2020-06-1",
        "body-2020-06-0",
        "summary-2020-06-1",
    ]


def test_whatever_the_dates_pages_come_in_the_order_of_all():
    dates = ("", "0001", "9999-12-31", "2013", "2013-01", "2013-01-01", "2013-01-01/2013-09", "2013/2370", "2013/2371",
             "0001/9999", "1990-12-31/2013", "2013-01-01~")  # fmt: skip
    for date, twin in itertools.product(dates, range(2)):
        make_milestone(title=f"宁波{twin}", date=date)
    moved = make_milestone(title="宁波", date="2012")
    publish_milestones()
    found = Entry.objects.published().matching("宁波")
    for date in ("2012", "2014", ""):
        moved.date = date
        moved.save()
        expected = sorted(found.all(), key=newest)
        assert list(found.newest_first()) == expected
        assert [entry for low in range(0, 25, 4) for entry in found.newest_first()[low : low + 4]] == expected
        assert index.is_consistent(connection)


def test_a_whole_chronicle_is_found_as_by_substring():
    call_command("import_content", CONTENT, publish=True, verbosity=0)
    entries = list(Entry.objects.published())
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
        ranked = Entry.objects.published().matching(query).ranked(query)
        assert expected
        assert {entry.pk for entry in ranked} == expected
        assert ranked.count() == len(expected)
        order = sorted(ranked, key=lambda entry: (rank(entry, query), *newest(entry)))
        assert list(ranked[:5]) == order[:5]
        assert list(ranked) == order


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL joins the pieces itself.")
def test_an_import_of_much_that_is_public_leaves_the_index_in_one_piece(tmp_path):
    def pieces():
        list(Entry.objects.published().matching("云澜"))  # a query writes pending changes to the index
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(DISTINCT segid) FROM timeline_search_idx")
            return cursor.fetchone()[0]

    call_command("import_content", CONTENT, publish=True, verbosity=0)
    assert pieces() == 1
    make_milestone(published=True)
    assert pieces() == 2
    one = tmp_path / "milestones.yaml"
    for number, expected in ((1, 3), (10, 1)):
        names = [f"- {{slug: m{number}-{index}, title: 启动, date: 2012}}" for index in range(number)]
        one.write_text("\n".join(names), encoding="utf-8")
        call_command("import_content", one, verbosity=0)
        for milestone in Milestone.objects.filter(slug__startswith=f"m{number}-"):
            make_citation(milestone)
        call_command("import_content", one, publish=True, verbosity=0)
        assert pieces() == expected


LETTERS = "宁波寧城市甬〔〕【】[]（）(aAbß㎡ １2é́İ\u3000 \n\t*\"'\\%_-^{}:𠮷😀👨\u200d\ufe0f。，"
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
        whole = data.draw(st.sampled_from(texts))
        for _ in range(5):
            low, high = sorted(data.draw(st.tuples(*[st.integers(0, len(whole))] * 2)))
            query = data.draw(st.just(whole[low:high]) | st.text(st.sampled_from(LETTERS), max_size=5))
            for queryset in (Entry.objects.published(), Entry.objects):
                expected = by_substring(queryset.all(), query)
                found = queryset.matching(query)
                assert {entry.pk for entry in found} == expected
                assert found.count() == len(expected)
                if search_terms(query):
                    order = sorted(found, key=lambda entry: (rank(entry, query), *newest(entry)))
                    assert list(found.ranked(query)[:3]) == order[:3]
        assert index.is_consistent(connection)
        transaction.set_rollback(True)


def USER():
    from django.contrib.auth.models import User

    return User.objects.get_or_create(username="reader")[0]
