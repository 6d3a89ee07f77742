"""Zotero's table, read as sources."""

import pytest

from tests.files import csv_file, xlsx_file
from tests.grids import grids_of, row_of

pytestmark = pytest.mark.usefixtures("english")

ITEM = {
    "Key": "ABCD1234",
    "Item Type": "newspaperArticle",
    "Publication Year": "2013",
    "Author": "张, 三; Smith, John",
    "Title": "宁波：建设智慧城市",
    "Publication Title": "宁波日报",
    "ISSN": "",
    "Url": "https://daily.cnnb.com.cn/",
    "Date": "2013-08-06",
    "Date Added": "2020-01-02 03:04:05",
    "Access Date": "2020-01-02 03:04:05",
    "Pages": "1–2",
    "Volume": "3",
    "Notes": "<p>头版</p>",
    "Manual Tags": "智慧城市; 规划",
}
READ = {
    "Item Type": "newspaper",
    "Title": "宁波：建设智慧城市",
    "Author": "张三；Smith, John",
    "Publisher": "宁波日报",
    "Pages": "1-2",
    "Date": "2013-08-06",
    "Access Date": "2020-01-02",
    "Url": "https://daily.cnnb.com.cn/",
    "Notes": "头版",
    "Manual Tags": "智慧城市; 规划",
}


def test_an_item_of_the_csv_with_all_its_parts():
    assert row_of("我的文库.csv", csv_file([[*ITEM], [*ITEM.values()]], encoding="utf-8-sig")) == READ


def test_the_table_saved_as_a_workbook_is_the_same():
    assert row_of("我的文库.xlsx", xlsx_file(Sheet1=[[*ITEM], [*ITEM.values()]])) == READ


def test_the_year_stands_in_for_a_date():
    item = ITEM | {"Date": ""}
    assert row_of("a.csv", csv_file([[*item], [*item.values()]]))["Date"] == "2013"


def test_what_has_no_place_is_named():
    (grid,) = grids_of("a.csv", csv_file([[*ITEM], [*ITEM.values()]]))
    assert grid.notices == ("These have no place here and were left out: Volume.",)
