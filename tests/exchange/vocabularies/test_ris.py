"""RIS as other programs write it, read as sources."""

import pytest

from tests.grids import grids_of, row_of, rows_of
from timeline.exchange.readers.sources import Upload
from timeline.exchange.reading import read_grids

pytestmark = pytest.mark.usefixtures("english")

# As Zotero exports a newspaper article.
NEWS = """TY  - NEWS
TI  - 宁波：建设智慧城市
TT  - A smart city
AU  - 张, 三
AU  - 李, 四
T2  - 宁波日报
CY  - 宁波
DA  - 2013/08/06/
PY  - 2013
DP  - daily.cnnb.com.cn
LA  - zh
SP  - 1
EP  - 2
ST  - 智慧城市
UR  - https://daily.cnnb.com.cn/
Y2  - 2020/01/02/03:04:05
N1  - 头版
KW  - 智慧城市
KW  - 规划
ER  -

"""


def test_a_newspaper_article_with_all_its_parts():
    assert row_of("a.ris", NEWS) == {
        "TY (type)": "newspaper",
        "TI (title)": "宁波：建设智慧城市",
        "TT (translated title)": "A smart city",
        "AU (author)": "张三、李四",
        "PB (publisher)": "宁波日报",
        "CY (place)": "宁波",
        "SP (pages)": "1-2",
        "DA (date)": "2013-08-06",
        "Y2 (access date)": "2020-01-02",
        "UR (address)": "https://daily.cnnb.com.cn/",
        "N1 (note)": "头版",
        "KW (keywords)": "智慧城市\n规划",
    }


def test_a_value_goes_on_in_the_next_lines_and_the_last_record_may_lack_its_end():
    (grid,) = grids_of("a.ris", "TY  - RPRT\r\nTI  - 一份\r\n报告\r\nER  - \r\nTY  - GOVDOC\r\nT1  - 通知")
    assert [row["TI (title)"] for row in rows_of(grid)] == ["一份 报告", "通知"]
    assert [row["TY (type)"] for row in rows_of(grid)] == ["report", "document"]


def test_each_record_has_its_line():
    (grid,) = grids_of("a.ris", NEWS + NEWS)
    assert [line.number for line in grid.read(())] == [0, 1, 22]


def test_what_has_no_place_is_named():
    (grid,) = grids_of("a.ris", "Provider: X\n" + NEWS.replace("ER", "SN  - 1234-5678\nVL  - 3\nER"))
    assert grid.notices == (
        "Lines outside of the records were left out: 1.",
        "These have no place here and were left out: SN, VL.",
    )


def test_the_number_of_a_dataset_is_its_version():
    assert row_of("a.ris", "TY  - DATA\nTI  - 数据\nET  - V2\nER  - ")["M1 (number)"] == "V2"
    assert row_of("a.ris", "TY  - RPRT\nTI  - 报告\nM1  - 3号\nET  - 2\nER  - ")["M1 (number)"] == "3号"


def test_a_file_in_gbk_is_read():
    assert row_of("a.ris", NEWS.encode("gbk"))["PB (publisher)"] == "宁波日报"


def test_a_file_without_a_record_is_refused():
    _grids, reading = read_grids([Upload("a.ris", "标题\t日期\n".encode())])
    assert "There is no record in this file" in str(reading.problems[0])
