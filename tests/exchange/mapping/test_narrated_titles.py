"""Titles of milestones in tables without a column of titles."""

import pytest

from tests.foreign_tables import columns_proposed, table
from timeline.exchange.mapping.narrated_titles import narrated_title

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize("header", ["主要内容", "内容"])
def test_what_happened_is_the_title_of_a_milestone(header):
    file = table(["序号", "时间", header], ["1", "2016", "甲平台上线"], name="大事记.csv")
    assert columns_proposed(file) == {"序号": "", "时间": "date", header: "title"}


def test_beside_a_title_it_is_the_summary():
    file = table(["时间", "事件", "主要内容"], ["2016", "甲平台上线", "略"], name="大事记.csv")
    assert columns_proposed(file) == {"时间": "date", "事件": "title", "主要内容": "summary"}


def test_the_reason_names_the_header():
    columns = [("date", "时间"), ("summary", "主要内容"), ("body", "内容")]
    assert narrated_title("milestones", columns) == (
        1,
        "No column is the title, and “主要内容” tells what happened.",
    )


def test_other_tables_have_no_such_titles():
    assert narrated_title("policies", [("summary", "主要内容")]) is None
