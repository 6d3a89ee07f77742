"""The year that a search text is."""

import pytest

from tests import factories as make
from timeline.models import Entry
from timeline.public.searched_years import find_year, year_of


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2015", 2015),
        (" 2015年 ", 2015),
        ("２０１５", 2015),
        ("20155", None),
        ("0215", None),
        ("2015 5G", None),
        ("2015-06", None),
        ("甬政发〔2015〕", None),
        ("", None),
    ],
)
def test_a_text_of_four_digits_is_a_year(text, year):
    assert year_of(text) == year


@pytest.mark.django_db
def test_the_entries_of_a_year_are_those_of_its_filter(client):
    make.make_policy(title="当年", date="2015-06", published=True)
    make.make_policy(title="跨年", date="2014/2016", published=True)
    make.make_policy(title="次年", date="2016", published=True)
    make.make_policy(title="草稿", date="2015")
    found = find_year(2015, Entry.objects.published())
    assert found == (2015, 2)
    assert client.get(f"/{found.query}").context["size"] == 2
