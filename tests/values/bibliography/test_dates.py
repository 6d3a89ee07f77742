"""Dates of references."""

import pytest

from timeline.values.bibliography.dates import biblatex_date, date_parts, iso_text, month_first, year_first
from timeline.values.partial_date import PartialDate


@pytest.mark.parametrize(
    ("date", "iso", "of_apa", "of_chicago", "edtf", "parts"),
    [
        ("2010-09-05", "2010-09-05", "2010, September 5", "September 5, 2010", "2010-09-05", [[2010, 9, 5]]),
        ("2010-09", "2010-09", "2010, September", "September 2010", "2010-09", [[2010, 9]]),
        ("2010", "2010", "2010", "2010", "2010", [[2010]]),
        ("2011/2015", "2011—2015", "2011–2015", "2011–2015", "2011/2015", [[2011], [2015]]),
        ("2021/..", "2021—", "2021–present", "2021–present", "2021/..", [[2021]]),
        ("2021/", "2021", "2021", "2021", "2021/", [[2021]]),
        (
            "2011-07-09?",
            "[2011-07-09]",
            "[2011, July 9?]",
            "[July 9, 2011?]",
            "2011-07-09?",
            [[2011, 7, 9]],
        ),
        ("2012~", "[2012]", "ca. 2012", "ca. 2012", "2012~", [[2012]]),
        ("2016-33", "2016", "2016", "2016", "2016", [[2016]]),
        ("2016-40", "2016", "2016", "2016", "2016", [[2016]]),
    ],
)
def test_a_date_is_never_more_exact_than_it_is_known(date, iso, of_apa, of_chicago, edtf, parts):
    found = PartialDate.parse(date)
    assert iso_text(found) == iso
    assert (year_first(found), month_first(found)) == (of_apa, of_chicago)
    assert biblatex_date(found) == edtf
    assert date_parts(found) == parts
