"""Dates whose year stands in a column of its own."""

import pytest

from tests.foreign_tables import columns_proposed, import_proposed, proposed, table
from timeline.exchange.mapping.joined_dates import joined_date
from timeline.models import Milestone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

NAME = "智慧城市大事记.csv"


@pytest.mark.parametrize(
    ("texts", "date"),
    [
        (("2019", "3月5日"), "2019年3月5日"),
        (("2019年", "12.8"), "2019年12月8日"),
        (("2019年度", "12-08"), "2019年12月08日"),
        (("3月5日", "2019"), "2019年3月5日"),
        (("2019", "3", "5"), "2019年3月5日"),
        (("2019", "3月", "5日"), "2019年3月5日"),
        (("2019", "3"), "2019年3月"),
        (("2019", "3月上旬"), "2019年3月上旬"),
        (("2019", "2019-03-05"), "2019-03-05"),
        # A number that shows 12.1 may have been 12.10.
        (("2019", "12.1"), "2019年12.1"),
        (("2019", "2020"), ""),
        (("3月5日", "6日"), ""),
    ],
)
def test_a_year_and_the_rest_are_one_date(texts, date):
    assert joined_date(texts) == date


@pytest.mark.parametrize(
    ("header", "rows"),
    [
        (["年份", "月日", "大事"], [["2019", "3月5日", "甲"], ["2019", "12.8", "乙"]]),
        (["大事", "时间", "年度"], [["甲", "3月5日", "2019年"], ["乙", "12月8日", "2019年"]]),
        (["年", "月", "日", "大事"], [["2019", "3", "5", "甲"], ["2019", "12", "8", "乙"]]),
    ],
)
def test_they_are_proposed_as_one_date(header, rows):
    (sheet,) = proposed(table(header, *rows, name=NAME)).mapping.sheets
    date = next(one for one in sheet.columns if one.column == "date")
    assert {*date.headers} == {*header} - {"大事"}
    import_proposed(table(header, *rows, name=NAME), source="")
    found = {milestone.title: str(milestone.date) for milestone in Milestone.objects.all()}
    assert found == {"甲": "2019-03-05", "乙": "2019-12-08"}


def test_why_is_told():
    (sheet,) = proposed(table(["年份", "月日", "大事"], ["2019", "3月5日", "甲"], name=NAME)).sheets
    reason = "“年份” + “月日” together are one date: the year stands in a column of its own."
    assert [one.reason for one in sheet.columns][:2] == [reason, reason]


@pytest.mark.parametrize(
    ("header", "row", "columns"),
    [
        # The date is whole without the year.
        (["年份", "日期", "大事"], ["2019", "2019-03-05", "甲"], ["", "date", "title"]),
        # Another column is the date.
        (["年份", "月", "日期", "大事"], ["2019", "3", "2019-03-05", "甲"], ["", "", "date", "title"]),
        (["批次", "时间", "大事"], ["2019", "3月", "甲"], ["", "date", "title"]),
    ],
)
def test_other_columns_are_not_put_together(header, row, columns):
    assert [*columns_proposed(table(header, row, name=NAME)).values()] == columns


def test_the_date_of_a_document_is_that_of_its_issue():
    found = columns_proposed(
        table(["年份", "月日", "文件名称"], ["2019", "3月5日", "甲通知"], name="政策.csv")
    )
    assert found == {"年份": "issued", "月日": "issued", "文件名称": "title"}


def test_a_day_that_may_have_lost_its_zero_is_asked_for_each_record():
    rows = ["2019", "12.1", "甲"], ["2019", "12.1", "乙"]
    report = import_proposed(table(["年份", "月日", "大事"], *rows, name=NAME), source="")
    dates = [question for question in report.questions if question.kind == "date"]
    assert [one.key.rpartition(":")[2] for one in dates] == ["甲", "乙"]
    assert [choice.value for choice in dates[0].choices[:2]] == ["2019-12-01", "2019-12-10"]
