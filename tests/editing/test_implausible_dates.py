"""Dates that are probably slips."""

import pytest

from timeline.editing.implausible_dates import is_early, lies_ahead
from timeline.values.partial_date import PartialDate


@pytest.mark.parametrize(
    ("column", "date", "expected"),
    [
        ("issued", "3020-05-06", True),
        ("issued", "2016-05-06", False),
        ("target", "2099", False),
        ("target", "3020", True),
        ("covers", "2021/2099", False),
    ],
)
def test_what_has_been_lies_not_ahead_and_what_will_be_not_by_centuries(column, date, expected):
    assert lies_ahead(column, PartialDate.parse(date)) is expected


def test_what_lies_before_1900_is_early():
    assert is_early(PartialDate.parse("1899-12"))
    assert not is_early(PartialDate.parse("1900"))
