"""Text of which parts are italic."""

import pytest

from timeline.values.bibliography.styled_text import Run, StyledText, ended, italic, joined


def test_parts_are_joined_without_those_that_are_empty():
    found = joined([italic("人民日报"), "", StyledText(), "17"], ", ")
    assert found.runs == (Run("人民日报", is_italic=True), Run(", "), Run("17"))
    assert str(found) == "人民日报, 17"


@pytest.mark.parametrize("text", ["No.", "Why?", "为何？", "“Why?”", ""])
def test_what_has_ended_gets_no_second_stop(text):
    assert str(ended(text)) == text


def test_what_has_not_ended_gets_a_stop_that_is_not_italic():
    assert ended(italic("题名")).runs == (Run("题名", is_italic=True), Run("."))
