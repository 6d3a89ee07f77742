"""What each column of a sheet is proposed to be, and what is put together of them."""

import pytest

from timeline.exchange.mapping.column_proposals import (
    ColumnProposal,
    letter_of,
    mapped_columns,
    propose_columns,
)
from timeline.exchange.mapping.header_lines import HeaderLines
from timeline.exchange.mapping.mapping import ColumnMapping
from timeline.rows.tables import TABLES

pytestmark = pytest.mark.usefixtures("english")


def test_columns_of_the_sheet_that_are_one_of_the_table_are_put_together():
    columns = [ColumnProposal("年份", "A", "date", ""), ColumnProposal("月日", "B", "date", "")]
    skipped = ColumnProposal("备注", "C", "", "")
    assert mapped_columns(TABLES["milestones"], [*columns, skipped]) == (
        ColumnMapping("date", ("年份", "月日")),
    )


def test_a_column_without_a_header_is_named_by_its_letter_and_told_by_its_content():
    header = HeaderLines(1, 1, ["文件名称"])
    found = propose_columns(TABLES["policies"], header, [["关于甲的通知", "甬政发〔2016〕1号"]], None)
    assert [(one.letter, one.column) for one in found] == [("A", "title"), ("B", "document_number")]
    assert letter_of(26) == "AA"
