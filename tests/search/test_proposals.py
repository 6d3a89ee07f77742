"""Proposals: parts of a text that find public entries, and public names like it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import make_area, make_citation, make_milestone, make_organization, make_topic, make_user
from timeline.search.index import RecordType
from timeline.search.proposals import MAX_NAMES, MAX_PARTS, parts_with_hits, similar_names

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def names(text):
    return [name.text for name in similar_names(text)]


@pytest.fixture(scope="module")
def entries(module_records):
    make_milestone(title="5G试验", body="基站", published=True)
    make_milestone(title="5G商用", published=True)
    make_milestone(title="城市大脑上线", title_en="City Brain launched", aliases="宁波大脑", published=True)
    make_milestone(title="草稿大脑工程")
    later = make_milestone(title="预定大脑工程")
    make_citation(later)
    later.publish(by=make_user(), public_from=timezone.now() + timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("5G 光网", [("5G", 2)]),
        ("5g　基站 光网", [("5g", 2), ("基站", 1)]),
        ("5G基站", [("5G", 2), ("基站", 1)]),
        ("城市大脑工程", [("城市大脑", 1)]),
        ("新城市大腦", [("城市大腦", 1)]),
        ("域市大脑", [("市大脑", 1)]),
        ("asdf5g", []),
        ("launchedby", []),
        ("5G〔2012〕", [("5G", 2)]),
        ("〔大脑〕", [("大脑", 1)]),
        ("光网 〕 g 上线", [("g", 2), ("上线", 1)]),
        ("光网", []),
        ("光", []),
        ("", []),
        ("。 、", []),
        ("草稿大脑工程", []),
        ("预定大脑工程", []),
    ],
)
def test_the_largest_parts_with_public_entries_are_proposed(entries, typed, parts):
    assert parts_with_hits(typed) == parts


def test_parts_take_one_query_and_are_few(entries, django_assert_num_queries):
    for number in range(MAX_PARTS + 2):
        make_milestone(title=f"甲{number}", published=True)
    many = " ".join(f"甲{number}" for number in range(40))
    with django_assert_num_queries(1):
        assert len(parts_with_hits(many)) == MAX_PARTS
    with django_assert_num_queries(1):
        parts_with_hits("甲" * 200)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("工信不", ["工信部"]),
        ("工业和信息部", ["工业和信息化部"]),
        ("工業與信息化部", ["工业和信息化部"]),
        ("minstry of industry", ["ministry of industry"]),
        ("域市大脑上线", ["城市大脑上线"]),
        ("宁坡大脑", ["宁波大脑"]),
        ("city brian launched", ["city brain launched"]),
        ("smart citty", ["smart city", "pilot smart city of 2013"]),
        ("citty brain", ["city brain launched"]),
        ("smartcity", ["smart city"]),
        ("宁渡", ["宁波"]),
        ("定波", ["宁波"]),
        ("镇每", ["镇海区"]),
        ("真海", ["镇海区"]),
        ("波宁", []),
        ("草稿大脑工程", []),
        ("预定大脑工程", []),
        ("完全不同的文字", []),
        ("工信", []),
        ("", []),
    ],
)
def test_public_names_that_differ_by_few_characters_are_proposed(entries, typed, expected):
    make_organization(title="工业和信息化部", title_en="Ministry of Industry", aliases="工信部；MIIT")
    make_topic(title="智慧城市", title_en="Smart city")
    make_topic(title="试点", title_en="Pilot smart city of 2013")
    make_topic(title="智慧产业", title_en="Smart industry")
    make_area(title="宁波市", aliases="宁波")
    make_area(title="镇海区")
    assert names(typed) == expected


def test_a_record_is_proposed_once_by_its_most_similar_name(entries):
    topic = make_topic(title="新型基础设施", aliases="新型基础设施建设")
    (name,) = similar_names("新形基础设施")
    assert name == ("新型基础设施", RecordType.TOPIC, topic.pk)


def test_names_take_one_query_and_are_few_among_many(entries, django_assert_num_queries):
    for number in range(MAX_NAMES + 3):
        make_topic(title=f"智慧教育平台{number}")
    with django_assert_num_queries(1):
        assert len(names("智慧教育平合")) == MAX_NAMES
    with django_assert_num_queries(1):
        names("智慧教育" * 50)
