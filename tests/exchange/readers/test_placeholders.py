"""Signs for an empty cell and for the cell above."""

import pytest

from timeline.exchange.readers.placeholders import is_ditto, is_placeholder, stands_for_nothing
from timeline.rows.tables import TABLES


@pytest.mark.parametrize("text", ["—", "－", "-", "无", "暂无", "/", "／", "N/A", "n/a", "空", " — "])
def test_it_stands_for_an_empty_cell(text):
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "无线城市", "0", "同上", "1/2"])
def test_it_stands_for_itself(text):
    assert not is_placeholder(text)


@pytest.mark.parametrize("text", ["同上", "〃", "″"])
def test_it_stands_for_the_cell_above(text):
    assert is_ditto(text)


@pytest.mark.parametrize("text", ["无文号", "未编号", "暂无", "不详", "—"])
@pytest.mark.parametrize("name", ["document_number", "issued", "issuers", "official_url"])
def test_words_for_a_missing_value_stand_for_an_empty_cell_where_no_text_can_be(name, text):
    assert stands_for_nothing(TABLES["policies"].columns[name], text)


@pytest.mark.parametrize("name", ["title", "summary", "document_type"])
def test_a_text_may_be_such_a_word(name):
    column = TABLES["policies"].columns[name]
    assert not stands_for_nothing(column, "不详")
    assert stands_for_nothing(column, "—")
