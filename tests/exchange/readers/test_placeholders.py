"""Signs for an empty cell and for the cell above."""

import pytest

from timeline.exchange.readers.placeholders import is_ditto, is_placeholder


@pytest.mark.parametrize("text", ["—", "－", "-", "无", "暂无", "/", "／", "N/A", "n/a", "空", " — "])
def test_it_stands_for_an_empty_cell(text):
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "无线城市", "0", "同上", "1/2"])
def test_it_stands_for_itself(text):
    assert not is_placeholder(text)


@pytest.mark.parametrize("text", ["同上", "〃", "″"])
def test_it_stands_for_the_cell_above(text):
    assert is_ditto(text)
