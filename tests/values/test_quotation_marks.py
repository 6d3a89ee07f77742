"""Quotation marks within quotation marks are of the other kind."""

import pytest

from timeline.values.quotation_marks import nested_quotes


@pytest.mark.parametrize(
    ("title", "within"),
    [
        ("“十三五”规划", "‘十三五’规划"),
        ("‘甲’与“乙‘丙’”", "“甲”与‘乙“丙”’"),
        ("「一張網」規劃", "『一張網』規劃"),
        ("Ningbo’s “Smart” plan", "Ningbo’s ‘Smart’ plan"),
    ],
)
def test_quotes_within_quotes_are_of_the_other_kind_and_apostrophes_stay(title, within):
    assert nested_quotes(title) == within
