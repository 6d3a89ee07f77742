"""Styles of OpenDocument spreadsheets: how far dates are shown, and what is inherited."""

from xml.etree.ElementTree import fromstring

import pytest

from tests.opendocument import DAY, MONTH, NAMESPACES, YEAR, date_style
from timeline.exchange.readers.ods_styles import Styles


def styles(xml):
    found = Styles()
    found.add_document(fromstring(f"<office:document-styles {NAMESPACES}>{xml}</office:document-styles>"))
    return found


@pytest.mark.parametrize(
    ("parts", "precision", "code"),
    [
        (YEAR + "<number:text>年</number:text>" + MONTH, {"year", "month"}, r"yyyy\年m"),
        ('<number:year/><number:month number:style="long"/><number:day number:style="long"/>',
         {"year", "month", "day"}, "yymmdd"),
        ('<number:month number:textual="true"/>' + DAY, {"month", "day"}, "mmmd"),
        (YEAR + '<number:day-of-week number:style="long"/>', {"year"}, "yyyyaaaa"),
        ('<number:hours/><number:minutes/><number:seconds/><number:am-pm/>', {"hour", "minute", "second"}, "hmsAM/PM"),
    ],
)  # fmt: skip
def test_a_style_of_dates_is_a_number_format(parts, precision, code):
    found = styles(date_style("a", parts)).date_style("a")
    assert (found.precision, found.has_own_words, found.code) == (precision, False, code)


def test_words_beside_a_date_are_known():
    assert styles(date_style("a", "<number:text>截至</number:text>" + YEAR)).date_style("a").has_own_words


def test_a_style_inherits_and_one_that_inherits_from_itself_has_nothing():
    child = '<style:style style:name="b" style:family="table-cell" style:parent-style-name="{}"/>'
    assert styles(date_style("a", YEAR) + child.format("a")).date_style("b").precision == {"year"}
    assert styles(child.format("b")).date_style("b") is None


def test_hidden_tables_are_known_by_their_style():
    shown = '<style:style style:name="{}" style:family="table"><style:table-properties table:display="{}"/></style:style>'
    assert styles(shown.format("a", "false") + shown.format("b", "true")).hidden_tables == {"a"}
