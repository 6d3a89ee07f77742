"""The natural order of texts with numbers."""

import pytest

from timeline.values.natural_order import natural_sort_key


@pytest.mark.parametrize(
    "ordered",
    [
        ["", "¶2", "¶9", "¶10", "¶10 第2页", "¶10 第11页"],
        ["第2段", "第10段", "第100段"],
        ["第01a页", "第1页", "第2页"],
        ["5", "5①", "①"],
        ["¶1", "¶²"],
    ],
)
def test_numbers_are_ordered_by_their_value_and_all_else_by_its_characters(ordered):
    backwards = ordered[::-1]
    assert sorted(backwards, key=natural_sort_key) == ordered
