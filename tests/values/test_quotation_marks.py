"""Quotation marks within quotation marks are of the other kind."""

import pytest

from timeline.values.quotation_marks import nest_quotes, nested_quotes


@pytest.mark.parametrize(
    ("title", "within"),
    [
        ("“十三五”规划", "‘十三五’规划"),
        ("‘甲’与“乙‘丙’”", "“甲”与‘乙“丙”’"),
        ("「一張網」規劃", "『一張網』規劃"),
        ("Ningbo’s “Smart” plan", "Ningbo’s ‘Smart’ plan"),
    ],
)
def test_quotes_within_quotes_are_of_the_other_kind_and_apostrophes_stay(title, within):
    assert nested_quotes(title) == within


@pytest.mark.parametrize(
    ("sentence", "nested"),
    [
        ("已新增机构“试验题名“引号””。", "已新增机构“试验题名‘引号’”。"),
        ("“甲“乙“丙”””", "“甲‘乙“丙”’”"),
        ("“甲”与“乙”", "“甲”与“乙”"),
        ("“没有收尾", "“没有收尾"),
        ("只有收尾”与“甲“乙””", "只有收尾”与“甲“乙””"),
    ],
)
def test_the_quotes_of_a_title_in_a_sentence_are_single_ones(sentence, nested):
    assert nest_quotes(sentence) == nested
