"""Text in cells: none is a formula, empty text is not nothing, and every one comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timeline.exchange.formula_escaping import FORMULA, from_cell, from_workbook, to_cell, to_workbook


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "'", "''", "'=1", "'tis", ""])
def test_text_survives_the_cell(text):
    assert from_cell(to_cell(text)) == text


def test_no_cell_begins_like_a_formula():
    assert all(to_cell(sign + "x")[0] == "'" for sign in FORMULA)
    assert to_cell("x=1") == "x=1"


def test_exactly_one_apostrophe_is_taken_away_and_only_before_what_was_escaped():
    assert [from_cell(cell) for cell in ("'=1", "''=1", "'tis", "''tis", "'", "''", "")] == [
        "=1", "'=1", "'tis", "'tis", "", "'", None,
    ]  # fmt: skip


@given(st.none() | st.text(alphabet="=+-@\t\r'ab甲", max_size=6) | st.text())
def test_any_text_survives_the_cell_and_none_stays_apart_from_empty(text):
    cell = to_cell(text)
    assert from_cell(cell) == text
    assert not cell.startswith(tuple(FORMULA))


@given(st.text(alphabet="_x005FDd\r\n\x07a", max_size=30) | st.text())
def test_any_text_survives_the_xml_of_a_workbook(text):
    assert from_workbook(to_workbook(text)) == text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_may_take_for_a_formula_has_an_apostrophe_before_it(sign):
    assert to_cell(f"{sign}1+1") == f"'{sign}1+1"
    assert from_cell(f"'{sign}1+1") == f"{sign}1+1"
