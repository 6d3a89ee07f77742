"""What the cells of a column look like, and the column of the table that holds it."""

import pytest

from timeline.exchange.mapping.cell_content import matching_column
from timeline.rows.tables import TABLES

POLICIES = TABLES["policies"]


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        (["甬政发〔2016〕1号", "宁波市人民政府令第200号"], "document_number"),
        (["2016年1月", "2016-03-04", "二〇一七年"], "issued"),
        (["https://example.org/a"], "official_url"),
        (["关于甲的通知", "《宁波市公共数据管理办法》"], "title"),
        (["通知", "实施方案", "工作要点"], "document_type"),
        (["市财政局", "宁波市人民政府", "市委"], "issuers"),
    ],
)
def test_a_column_is_told_by_its_cells(cells, column):
    assert matching_column(POLICIES, cells, ())[0] == column


def test_a_few_cells_of_another_kind_do_not_matter_and_placeholders_none():
    cells = ["甬政发〔2016〕1号"] * 4 + ["见附件", "—", "不详"]
    assert matching_column(POLICIES, cells, ())[0] == "document_number"
    assert matching_column(POLICIES, cells[2:], ())[0] == ""


def test_the_next_column_of_its_kind_is_taken_if_the_first_is():
    assert matching_column(POLICIES, ["2016"], ["issued"])[0] == "date"


@pytest.mark.parametrize("cells", [[], ["—"], ["张三", "李四"]])
def test_nothing_is_told_by_other_cells(cells):
    assert matching_column(POLICIES, cells, ()) == ("", "")
