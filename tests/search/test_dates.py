"""Queries that are a date find the records that have it, first."""

import itertools

import pytest
from django.core.management import call_command
from django.db import connection

from tests.factories import document_of, make_goal, make_milestone, make_policy, update_unchecked
from tests.searches import in_order, results, slugs
from timeline.editing.integrity import violations
from timeline.models import Entry, SearchDocument
from timeline.search import index
from timeline.search.dates import alternatives, dated_lines, marked_terms, read_date
from timeline.search.dialects import Rank
from timeline.search.index import RecordType
from timeline.search.query import Hits
from timeline.values.partial_date import PartialDate

pytestmark = pytest.mark.usefixtures("english")

DAY = ("2013年1月28日", "2013-01-28", "2013.1.28", "2013/1/28", "20130128", "２０１３年１月２８日", "2013年1月28號",
       "二〇一三年一月二十八日", "二零一三年一月二十八日", "28 January 2013", "January 28, 2013", "jan 28 2013")  # fmt: skip
MONTH = (
    "2013年1月",
    "2013-01",
    "2013.1",
    "2013.01",
    "201301",
    "2013 年 1 月",
    "二〇一三年一月",
    "Jan. 2013",
)
YEAR = ("2013", "2013年", "二〇一三年", "２０１３", "约2013年", "2013?")


@pytest.mark.parametrize(
    ("query", "date"),
    [
        *((query, "2013-01-28") for query in DAY),
        *((query, "2013-01") for query in MONTH),
        *((query, "2013") for query in YEAR),
        ("2013年上半年", "2013-40"),
        ("2013年第一季度", "2013-33"),
        ("2011—2015年", "2011/2015"),
        ("2013年1月28日至30日", "2013-01-28/2013-01-30"),
        ("2021年至今", "2021/.."),
    ],
)
def test_a_text_that_is_a_date_in_whatever_form_is_read_as_one(query, date):
    found = read_date(query)
    assert found.names[0] == f"\n{date}\n"
    assert found.date.edtf.rstrip("~?") == date


@pytest.mark.parametrize(
    "query",
    ["", "宁波", "2013 宁波", "41302", "8000", "20 13", "2013 12", "1.5", "5G", "12", "2013-13", "2013-02-30",
     "31 February 2013", "3 January 4, 2013", "甬党〔2013〕1号", "may", "十二五", "“十二五”期间", "2013年底",
     "2013年1月下旬", "1990年代", "1月28日", "2013-01-28 10:30", "2" * 200],
)  # fmt: skip
def test_any_other_text_is_searched_for_as_words(query):
    assert read_date(query) is None


@pytest.mark.parametrize(
    ("date", "lines"),
    [
        ("2013", "2013 2013年"),
        ("2012~", "2012 2012年"),
        ("2013-01-28", "2013-01-28 2013 2013-01 2013年1月28日"),
        ("2013-40", "2013-40 2013 2013年上半年"),
        ("2011/2015", "2011/2015 2011 2015 2011年 2015年"),
        ("2012-12-30/2013-01", "2012-12-30/2013-01 2012 2012-12 2012-12-30 2013 2013-01 2012年12月30日 2013年1月"),
        ("2021/..", "2021/.. 2021 2021年"),
        # Bounds of what its source says in words are no dates.
        ("2013年1月下旬", "2013 2013-01 2013年1月 2013年1月下旬"),
        ("2013年前三季度", "2013 2013年 2013年前三季度"),
        ("“十三五”期间", '2016/2020 2016 2020 2016年 2020年 "十三五"期间'),
        ("2015年底", "2015 2015年 2015年底"),
    ],
)  # fmt: skip
def test_a_document_has_a_date_and_what_contains_it(date, lines):
    assert dated_lines([PartialDate.parse(date)]).split("\n") == ["", *lines.split(), ""]


def test_a_record_without_dates_has_no_such_lines():
    assert dated_lines([]) == ""


def test_a_date_is_marked_as_texts_have_it():
    assert marked_terms("2013.1.28") == ["2013.1.28", "2013年1月28日", "28 january 2013"]
    assert marked_terms("2013年1月28日") == ["2013年1月28日", "28 january 2013"]
    assert marked_terms("2013 年 1 月") == ["2013年1月", "january 2013"]
    assert marked_terms("2013") == ["2013"]


def test_a_text_contains_a_date_in_one_of_its_forms():
    assert alternatives("2013-01") == [["2013-01"], ["2013年1月"], ["january 2013"]]
    assert alternatives("2013 年 1 月") == [["2013年1月"], ["january 2013"]]
    assert alternatives("宁波 光网") == [["宁波", "光网"]]


@pytest.fixture
def chronicle(db):
    for slug, date in {
        "day": "2013-01-28", "other-day": "2013-01-02", "month": "2013-01", "october": "2013-10", "year": "2013",
        "about": "2013~", "span": "2012/2014", "late-january": "2013年1月下旬", "half": "2013年上半年", "undated": "",
    }.items():  # fmt: skip
        make_milestone(slug=slug, title=f"节点{slug.replace('-', '')}", date=date, published=True)


IN_JANUARY = {"day", "other-day", "month", "late-january"}


@pytest.mark.parametrize(
    ("queries", "expected"),
    [
        (DAY, {"day"}),
        (("2013-01-02",), {"other-day"}),
        (("2013-01-21", "2013-01-31", "2013-01-20"), set()),
        (MONTH, IN_JANUARY),
        (("2013年10月",), {"october"}),
        (YEAR, {*IN_JANUARY, "october", "year", "about", "half"}),
        (("2012", "2014"), {"span"}),
        (("2012—2014", "2012/2014"), {"span"}),
        (("2013年上半年", "2013上半年"), {*IN_JANUARY, "half"}),
        (("2013年第一季度",), IN_JANUARY),
        (("2013年1月下旬",), {"late-january"}),
    ],
)
def test_entries_are_found_by_their_date(chronicle, queries, expected):
    for query in queries:
        assert slugs(query) == slugs(query, Entry.objects.all()) == expected, query


def test_other_words_beside_a_date_are_searched_for_together(chronicle):
    assert slugs("2013年1月 节点day") == slugs("2013-01 节点day") == {"day"}
    assert slugs("2013年10月 节点day") == set()


def test_entries_of_a_date_come_before_those_that_contain_it(db):
    made = [
        make_milestone(title="2013年1月28日", date="2015", published=True),
        make_milestone(title="甲", date="2013-01-28", published=True),
        make_milestone(title="乙", summary="2013年1月28日启动", date="2016", published=True),
        make_milestone(title="丙", body="成文日期：2013-01-28", date="2017", published=True),
        make_milestone(title="丁", body="2013年1月28日启动", date="2018", published=True),
        make_milestone(title="戊", date="2013-01-28~", body="2013年1月28日", published=True),
    ]
    name, first, summary, literal, body, second = (Entry.objects.get(pk=entry.pk) for entry in made)
    for query in ("2013年1月28日", "2013-01-28"):
        found = results(query)[:9]
        # As typed, and as texts have it; a text as it was typed in another form is found by that form alone.
        last = [body, literal] if query == "2013-01-28" else [body]
        titled = [name, summary]
        assert found == [second, first, *titled, *last], query
        assert results(query).count() == len(found)
        assert [one for low in range(0, 6, 2) for one in results(query)[low : low + 2]] == found
    ranks = [hit.rank for hit in Hits("2013年1月28日", RecordType.ENTRY)[:9]]
    assert ranks == [Rank.DATE, Rank.DATE, Rank.NAME, Rank.SUMMARY, Rank.REST]


def test_a_year_also_finds_texts_that_contain_it(db):
    dated = make_milestone(slug="dated", title="甲", date="2013-05", published=True)
    make_milestone(slug="named", title="2013年度考核", date="2014", published=True)
    make_policy(slug="numbered", document_number="甬党〔2013〕14号", issued="2014", published=True)
    assert slugs("2013") == {"dated", "named", "numbered"}
    assert slugs("2013年") == {"dated", "named"}
    assert results("2013")[:1] == [Entry.objects.get(pk=dated.pk)]


def test_each_date_of_a_policy_but_its_end_and_the_due_date_of_a_goal_find_it(db):
    dates = {"issued": "2010-09-01", "published_on": "2010-09-06", "effective_from": "2010-10",
             "effective_until": "2014-12-31", "covers": "2011/2015"}  # fmt: skip
    make_policy(slug="plan", published=True, **dates)
    make_goal(slug="goal", date="2010-09", target="2015-12", searched_on="2020-02-02", published=True)
    for query in ("2010-09-01", "2010-09-06", "2010-10", "2011—2015年", "2010"):
        assert "plan" in slugs(query), query
    assert slugs("2014-12-31") == set()
    assert slugs("2015年12月") == {"goal"}
    assert slugs("2020-02-02") == set()


def test_a_goal_without_a_date_has_that_of_what_declared_it(db):
    plan = make_policy(slug="plan", issued="2010-09-01", published=True)
    make_goal(slug="goal", declared_by=plan, published=True)
    assert slugs("2010年9月1日") == {"plan", "goal"}
    plan.issued = "2010-09-02"
    plan.save()
    assert slugs("2010年9月1日") == set()
    assert slugs("2010年9月2日") == {"plan", "goal"}


def test_a_search_for_a_date_takes_as_many_queries_as_any(chronicle, django_assert_num_queries):
    for query in ("节点", "2013", "2013年1月", "2013年上半年"):
        with django_assert_num_queries(2):
            assert results(query)[:3]
        with django_assert_num_queries(1):
            assert results(query).count()


def test_pages_come_in_the_order_of_all_among_some_too(chronicle):
    some = Entry.objects.exclude(slug="other-day")
    for query, among in itertools.product(("2013", "2013年1月", "2013年上半年"), (None, some)):
        found = [
            entry for entry in Entry.objects.published().matching(query) if among is None or entry in some
        ]
        expected = in_order(found, query)
        assert [one for low in range(0, 12, 3) for one in results(query, among)[low : low + 3]] == expected


def test_documents_from_before_dates_were_searched_are_rewritten(chronicle):
    day = Entry.objects.get(slug="day")
    former = document_of(day)
    rest = former.rest.partition("\n")[0]
    update_unchecked(SearchDocument.objects.filter(pk=former.pk), rest=rest)
    assert slugs("2013-01-28") == set()
    assert len([one for one in violations() if "search document" in one]) == 1
    call_command("check_integrity", mend=True, verbosity=0)
    assert slugs("2013-01-28") == {"day"}
    assert index.is_consistent(connection)
