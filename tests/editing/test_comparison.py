"""Comparison of two rows: by character, with titles and labels."""

import pytest

from tests.factories import make_source, make_topic
from timeline.editing import conflicts
from timeline.editing.comparison import compare_rows
from timeline.models import Milestone, Policy
from timeline.rows.tables import table_of

pytestmark = pytest.mark.django_db


def test_a_comparison_is_by_characters():
    table = table_of(Milestone)
    (difference,) = compare_rows(table, {"title": "宁波市智慧城市"}, {"title": "宁波智慧城市建设"})
    assert [(piece.sign, piece.text) for piece in difference.segments] == [
        ("=", "宁波"),
        ("-", "市"),
        ("=", "智慧城市"),
        ("+", "建设"),
    ]


def test_a_comparison_names_records_by_their_titles():
    table = table_of(Policy)
    make_topic(slug="yi", title="医疗")
    make_topic(slug="jiao", title="教育")
    make_source(slug="ribao", title="宁波日报")
    old = {"topics": ["yi"], "citations": []}
    new = {"topics": ["jiao", "yi", "gone"], "citations": [{"source": "ribao", "locator": "第1版"}]}
    topics, citations = compare_rows(table, old, new)
    assert (topics.old, topics.new) == ("医疗", "教育、医疗、gone")
    assert (citations.old, citations.new) == ("", "宁波日报 · 第1版")


def test_a_comparison_tells_records_of_one_title_apart():
    table = table_of(Policy)
    make_topic(slug="yi", title="医疗")
    make_topic(slug="er", title="医疗")
    old, mine = {"topics": ["yi"]}, {"topics": ["er"]}
    (difference,) = compare_rows(table, old, mine)
    assert (difference.old, difference.new) == ("医疗 (yi)", "医疗 (er)")
    (column,) = conflicts.three_way_merge(table, {"topics": []}, old, mine)
    assert column.base == ""


def test_a_comparison_says_choices_of_parts_in_words():
    old, new = {"relations": []}, {"relations": [{"type": "implements", "to": "gone"}]}
    (difference,) = compare_rows(table_of(Policy), old, new)
    assert "implements" not in difference.new
