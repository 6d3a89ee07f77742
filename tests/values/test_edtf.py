"""The canonical text of dates."""

import pytest

from timeline.values import edtf
from timeline.values.date_points import PartialDateError, Point, Unbounded


def test_both_ends_of_a_date_are_read():
    assert edtf.read("2013-01") == (Point(2013, 1), None)
    assert edtf.read("2012~/2014?") == (Point(2012, mark="~"), Point(2014, mark="?"))
    assert edtf.read("2021/..") == (Point(2021), Unbounded.OPEN)
    assert edtf.read("2021/") == (Point(2021), Unbounded.UNKNOWN)


@pytest.mark.parametrize("text", ["", "2013年", "2013-1", "201301", "2013（2013年底）", "../2013", " 2013"])
def test_other_text_is_not_read(text):
    assert edtf.read(text) is None


def test_a_date_that_is_not_in_the_calendar_is_refused():
    with pytest.raises(PartialDateError, match="There is no month 13"):
        edtf.read("2013-13")
