"""Words for a value that is missing."""

import pytest

from timeline.values.missing_values import is_missing


@pytest.mark.parametrize(
    "text",
    [
        "无文号",
        "未编号",
        "暂无",
        "不详",
        "没有文号",
        "无编号",
        "（无）",
        "文号不详",
        "日期不详",
        "待定",
        "未标注",
        " 不 详 ",
        "N/A",
    ],
)
def test_it_says_that_a_value_is_missing(text):
    assert is_missing(text)


@pytest.mark.parametrize("text", ["", "无线城市", "甬政发〔2010〕1号", "不详细", "缺氧", "未来", "待定区域"])
def test_it_is_a_value(text):
    assert not is_missing(text)
