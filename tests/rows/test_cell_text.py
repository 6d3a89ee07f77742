"""Cells in words that people know: titles, labels of choices, yes and no."""

import pytest

from tests.factories import make_source, make_topic
from timeline.models import Policy
from timeline.rows.cell_text import cell_text, part_heading, plain_text
from timeline.rows.tables import table_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), ("", ""), ("甲", "甲"), (7, "7"), (True, "yes"), (False, "no"), (["a", "b"], "a、b")],
)
def test_a_value_is_text_without_a_look_at_the_database(value, text, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert plain_text(value) == text


def test_a_cell_names_records_by_title_and_choices_by_label():
    table = table_of(Policy)
    make_topic(slug="yi", title="医疗")
    make_source(slug="ribao", title="宁波日报")
    assert cell_text(table, "topics", ["gone", "yi"]) == "gone、医疗"
    assert cell_text(table, "topics", ["yi"], with_slugs=True) == "医疗 (yi)"
    assert cell_text(table, "document_type", "plan") == "Plan"
    assert cell_text(table, "provisional", False) == "no"
    assert cell_text(table, "date", None) == ""
    citations = [{"source": "ribao", "locator": "第1版"}, {"source": "ribao", "locator": "第2版"}]
    assert cell_text(table, "citations", citations) == "宁波日报 · 第1版\n宁波日报 · 第2版"


def test_cells_of_a_nested_record_have_their_labels_but_for_those_that_identify_it():
    table = table_of(Policy)
    make_source(slug="ribao", title="宁波日报")
    citation = {
        "source": "ribao",
        "locator": "¶1",
        "number": 2,
        "quotation": "原话",
        "remark": "",
        "weight": 0,
    }
    assert cell_text(table, "citations", [citation]) == "宁波日报 · ¶1 · number: 2 · quotation: 原话"
    assert part_heading(table.parts["citations"], citation) == "宁波日报 · ¶1"
