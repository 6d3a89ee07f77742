"""What tells which record a row is besides its slug."""

import pytest

from tests.factories import make_area, make_designation, make_milestone, make_organization, make_source
from tests.mapped_sheets import sheet
from timeline.exchange.mapping.identification import identify
from timeline.exchange.mapping.identities import IDENTITIES, may_be_shortened, traits_of
from timeline.rows.tables import TABLES

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


def test_all_tables_with_slugs_and_many_rows_say_what_identifies_them():
    assert {*IDENTITIES} == {name for name, table in TABLES.items() if not table.within} - {"site"}


@pytest.mark.parametrize(
    ("one", "other", "agrees"),
    [
        ({"date": "2013"}, {"date": "2013-01"}, True),
        ({"date": "2013年1月28日"}, {"date": "2013-01"}, True),
        ({"date": "2013-01"}, {"date": "2013-02"}, False),
        ({"issued": "2016年9月下旬"}, {"issued": "2016-09-26"}, True),
        ({"issued": "2016-09-26"}, {"issued": "2016年下半年"}, True),
        ({"issued": "2016年三季度"}, {"issued": "2016-09"}, True),
        ({"issued": "2016年9月左右"}, {"issued": "2016-09-26"}, True),
        ({"issued": "2016年9月上旬"}, {"issued": "2016-09-26"}, False),
        ({"date": "2016/2020"}, {"date": "2018"}, False),
        ({"date": "2016/.."}, {"date": "2018"}, False),
        ({"date": "2013-01-28"}, {"issued": "2013-01-25"}, True),
        ({"date": "2013"}, {}, False),
    ],
)
def test_dates_agree_as_far_as_both_are_exact(one, other, agrees):
    policies = TABLES["policies"]
    assert traits_of(policies, one).agrees_with(traits_of(policies, other)) is agrees


def test_a_designation_is_known_by_programme_designee_and_batch():
    area = make_area(slug="zhenhai", title="镇海区")
    make_designation(slug="pilot", title="镇海入选", programme="国家智慧城市试点", batch=1, designee=area)
    row = {"title": "镇海入选", "programme": "国家智慧城市试点", "designee": "镇海区"}
    found = identify([sheet("pilot_designations", {**row, "batch": "1"}, {**row, "batch": "2"})])
    assert [question.answer for question in found.questions] == ["record/pilot", ""]


def test_an_organization_is_known_by_its_title_and_a_source_by_its_address():
    make_organization(slug="office", title="市政府办公厅")
    make_source(slug="board", title="甲公告", url="https://www.example.org/a/")
    found = identify(
        [
            sheet("organizations", {"title": "市政府辦公廳"}),
            sheet("sources", {"title": "《甲公告》", "url": "http://example.org/a"}),
        ]
    )
    assert sorted(question.answer for question in found.questions) == ["record/board", "record/office"]


def test_a_source_of_the_same_address_with_another_title_is_not_proposed():
    make_source(slug="board", title="甲", url="https://www.example.org/a/")
    (question,) = identify([sheet("sources", {"title": "乙", "url": "http://example.org/a"})]).questions
    choices = [choice.value for choice in question.choices]
    assert (choices, question.answer) == (["record/board", "fill/board", "new"], "")


@pytest.mark.parametrize(
    ("one", "other", "is_shortened"),
    [
        ("宁波城市大脑正式上线", "宁波城市大脑正式上线运行", True),
        ("数字孪生古城项目获国家级奖项", "数字孪生古城项目获奖", True),
        ("镇海区列入国家首批智慧城市试点", "镇海区列入国家智慧城市试点", True),
        ("城市大脑一期上线", "城市大脑二期上线", False),
        ("", "城市大脑上线", False),
    ],
)
def test_one_title_may_leave_something_out(one, other, is_shortened):
    traits = [traits_of(TABLES["milestones"], {"title": title}) for title in (one, other)]
    identity = IDENTITIES["milestones"][-1]
    assert may_be_shortened(identity, *traits) is is_shortened


@pytest.mark.parametrize(
    ("title", "date", "stored", "stored_date"),
    [
        ("IBM加盟“智慧宁波”建设", "2010-08-10", "IBM加盟宁波智慧城市建设", "2010-08-10"),
        (
            "宁波成为全国首个“中国制造2025”试点示范城市",
            "2016-08-18",
            "宁波获批全国首个“中国制造2025”试点示范城市",
            "2016-08-18",
        ),
        ("市政府成立智慧教育领导小组", "2014年11月上旬", "决定成立宁波市智慧教育建设工作领导小组", "2014-11"),
        ("全市首个人工智能超算中心投运", "2023", "首个人工智能超算中心（一期）建成投用", "2023"),
    ],
)
def test_an_event_of_the_same_date_in_other_words_is_asked_about_and_not_proposed(
    title, date, stored, stored_date
):
    make_milestone(slug="event", title=stored, date=stored_date)
    (question,) = identify([sheet("milestones", {"title": title, "date": date})]).questions
    assert (question.choices[0].value, question.answer) == ("record/event", "")
    assert "there is a milestone with nearly the same title." in question.text


@pytest.mark.parametrize(
    ("title", "date"),
    [
        ("智慧城市二期工程竣工", "2014-11-03"),
        ("首个人工智能超算中心动工", "2014-11-03"),
        ("智慧城市一期工程验收", "2014-11"),
    ],
)
def test_another_event_of_the_month_is_not_asked_about(title, date):
    make_milestone(title="智慧城市一期工程竣工", date="2014-11-03")
    assert identify([sheet("milestones", {"title": title, "date": date})]).questions == []
