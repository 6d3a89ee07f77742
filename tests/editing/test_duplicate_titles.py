"""Records with the title of another."""

import pytest

from tests import factories as make
from timeline.editing.duplicate_titles import (
    MAX_LISTED,
    city_of_chronicle,
    find_duplicates,
    folded_title,
    may_be_one_date,
    normalize_title,
)

pytestmark = pytest.mark.django_db


def test_a_title_is_the_same_in_either_script_and_without_its_signs():
    assert normalize_title("智慧医疗（试点）") == normalize_title(" 智慧醫療 (試點)")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宁波市加快创建智慧城市行动纲要（2011—2015）", "加快创建智慧城市行动纲要（2011—2015）"),
        ("宁波市智慧城市发展‘十三五’规划", "宁波智慧城市发展“十三五”规划"),
        ("宁波市人民政府办公厅关于印发《宁波市智慧停车实施方案》的通知", "智慧停车实施方案"),
    ],
)
def test_titles_with_and_without_the_city_and_their_frame_are_near(one, other):
    folded = [folded_title(normalize_title(title), "宁波") for title in (one, other)]
    assert folded[0] == folded[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("宁波市工作要点（2015）", "宁波市工作要点（2016）"),
        ("杭州市加快创建智慧城市行动纲要", "加快创建智慧城市行动纲要"),
        ("宁波市场监管办法", "场监管办法"),
        ("宁波市", "宁波"),
    ],
)
def test_other_titles_are_not_near(one, other):
    folded = [folded_title(normalize_title(title), "宁波") for title in (one, other)]
    assert folded[0] != folded[1]


def test_the_city_is_that_of_the_chronicle():
    assert city_of_chronicle() == ""
    make.make_chronicle(city="宁波市")
    assert city_of_chronicle() == "宁波"


def test_policies_of_other_years_are_no_duplicates():
    first = make.make_policy(title="工作要点", issued="2013-01")
    assert find_duplicates(make.make_policy(title="工作要点", issued="2014-01")) == []
    assert find_duplicates(make.make_policy(title="工作要点", issued="2013-12")) == [first]


def test_so_many_duplicates_are_named():
    for _number in range(MAX_LISTED + 1):
        make.make_topic(title="智慧教育")
    assert len(find_duplicates(make.make_topic(title="智慧教育"))) == MAX_LISTED


@pytest.mark.parametrize(
    ("one", "other", "may_be"),
    [
        ("2016-09-21/2016-09-30", "2016-09-26", True),
        ("2016-35", "2016-09-26", True),
        ("2016-09", "2016-09-26", True),
        ("2016-01/2016-12", "2016-05-01", False),
        ("2016-09-26", "2016-09-27", False),
    ],
)
def test_a_vague_date_may_be_a_day_in_it_and_a_period_is_none(one, other, may_be):
    assert may_be_one_date(one, other) is may_be_one_date(other, one) is may_be
