"""Types of documents from their titles."""

import pytest

from timeline.exchange.mapping.document_types import document_type_of, ending_of, is_provisional


@pytest.mark.parametrize(
    ("title", "type_"),
    [
        ("宁波市人民政府关于推进大数据发展的实施意见", "implementation_opinions"),
        ("关于印发宁波市信息惠民工程实施方案的通知", "notice"),
        ("宁波市加快创建智慧城市行动纲要（2011—2015）", "action_outline"),
        ("宁波市公共数据管理办法（试行）", "administrative_measures"),
        ("宁波市政务云管理暂行办法", "administrative_measures"),
        ("宁波市智慧城市发展“十三五”规划", "plan"),
        ("《关于建设智慧城市的决定》", "decision"),
    ],
)
def test_a_title_ends_with_its_type(title, type_):
    assert document_type_of(title) == type_


def test_a_title_may_not_say_its_type():
    assert document_type_of("宁波市智慧健康保障体系建设方案（2011）") == ""
    assert ending_of("宁波市智慧健康保障体系建设方案（2011）") == "方案"


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("甲管理办法（试行）", True),
        ("《甲管理办法（暂行）》", True),
        ("甲管理暂行规定", True),
        ("关于废止甲试行办法的决定", False),
        ("甲办法（2011—2015）", False),
    ],
)
def test_the_end_of_a_title_says_whether_the_document_is_provisional(title, expected):
    assert is_provisional(title) is expected
