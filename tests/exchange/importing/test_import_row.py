"""Import rows: which cells are equivalent to stored values, and which are unset."""

import pytest

from timeline.exchange.importing.import_row import ImportRow, display_value, is_equivalent
from timeline.exchange.readers.types import FileLocation


@pytest.mark.parametrize(
    ("cell", "old", "is_same"),
    [
        (["b", "a"], ["a", "b"], True),
        (["a", "a"], ["a"], True),
        (["a"], ["a", "b"], False),
        ("a", ["a"], False),
        ("YES", True, True),
        ("是", True, True),
        ("0", False, True),
        ("no", True, False),
        ("perhaps", True, False),
        ("7", 7, True),
        ("07", 7, False),
        ("1", True, True),
        ("甲", "甲 ", False),
        (None, None, False),
    ],
)
def test_what_is_written_otherwise_may_plainly_mean_what_is_there(cell, old, is_same):
    """A cell whose equivalence is uncertain is not equivalent here: its column parses it."""
    assert is_equivalent(cell, old) is is_same


@pytest.mark.parametrize(
    ("cell", "clears", "is_unset"),
    [(None, False, True), (None, True, False), ("", False, False), ([], False, False), ("x", False, False)],
)
def test_only_a_cell_with_nothing_in_it_is_silent_and_only_where_it_does_not_clear(cell, clears, is_unset):
    item = ImportRow(FileLocation("a.csv"), {"title": cell}, ("a",), clears)
    assert item.is_unset("title") is is_unset


@pytest.mark.parametrize(
    ("cell", "text"), [(None, ""), ("甲", "甲"), (["a", "b"], "a, b"), (7, "7"), (False, "False")]
)
def test_a_cell_is_shown_in_a_message_as_text(cell, text):
    assert display_value(cell) == text
