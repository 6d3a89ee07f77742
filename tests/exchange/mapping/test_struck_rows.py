"""Rows that are struck through, by their lines, and the question about those of a sheet."""

import pytest

from timeline.exchange.mapping.struck_rows import is_struck, struck_question
from timeline.exchange.readers.types import FileLocation

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("line", "expected"), [(1, False), (2, True), (3, True), (4, False), (7, True), (8, False)]
)
def test_a_line_is_struck_through_within_a_range(line, expected):
    assert is_struck(((2, 3), (7, 7)), line) is expected


def test_nothing_is_proposed():
    question = struck_question(FileLocation("a.xlsx", "policies", line=3), "汇总")
    assert [choice.value for choice in question.choices] == ["leave-out", "take"]
    assert (question.answer, question.is_remembered) == ("", True)
