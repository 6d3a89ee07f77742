"""The outline of a sheet: lists of lines, and lines that are no rows."""

import pytest

from timeline.exchange.mapping.sheet_outline import LinesApart, Remainder, names_of

HEADER = ["题名", "文号", "发文日期"]


@pytest.mark.parametrize(
    "texts",
    [
        ["注：1.本表由市智慧办整理。"],
        ["", "", "填表人：张三  2021年1月5日"],
        ["合计", "12", ""],
        ["合计：4个", "", ""],
        ["共13件", "", ""],
        ["", "总 计", "3"],
        ["数据来源：市统计局"],
        HEADER,
    ],
)
def test_a_line_is_no_row(texts):
    assert Remainder(HEADER).takes(texts)


@pytest.mark.parametrize(
    "texts", [["甲"], ["甲", "甬政发〔2016〕1号", "2016"], ["关于注册的通知", "", "2016"]]
)
def test_a_line_is_a_row(texts):
    assert not Remainder(HEADER).takes(texts)


def test_short_lines_after_a_note_continue_it_until_the_table_goes_on():
    remainder = Remainder(HEADER)
    assert remainder.takes(["注：略"])
    assert remainder.takes(["2.日期以落款为准"])
    assert not remainder.takes(["甲", "甬政发〔2016〕1号", "2016"])
    assert not remainder.takes(["乙"])


def test_columns_are_named_by_their_headers_and_otherwise_by_letters():
    assert names_of(["题名", "", "题名"]) == ["题名", "B", "C"]


def test_lines_are_listed_as_ranges():
    assert str(LinesApart([1, 15, 16, 17, 20])) == "1, 15–17, 20"
