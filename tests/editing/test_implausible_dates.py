"""Dates that are probably slips."""

import pytest

from timeline.editing.implausible_dates import is_early, lies_ahead, out_of_order
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


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        ({"issued": "2020-01-05", "effective_from": "2019-01-01"}, [("effective_from", "issued")]),
        ({"issued": "2022-01-05", "published_on": "2021-01-05"}, [("published_on", "issued")]),
        # As far as they are known, they may be in order.
        ({"issued": "2020-01-05", "effective_from": "2020-01", "published_on": "2020"}, []),
        ({"published_on": "2021-01-05", "effective_from": "2020"}, []),
    ],
)
def test_what_is_in_effect_or_published_before_it_was_issued_is_out_of_order(dates, found):
    assert [*out_of_order({name: PartialDate.parse(date) for name, date in dates.items()})] == found
