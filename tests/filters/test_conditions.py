"""Conditions on text and years: what is typed, and messages about what is not used of it."""

import pytest

from tests.filtering import found, make_small_chronicle
from tests.pages import page

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def little(module_records):
    make_small_chronicle()


def test_years_the_wrong_way_round_are_turned_and_the_page_says_so(client, little):
    assert found("from=2015&to=2014") == found("from=2014&to=2015")
    text = page(client, "/en/?from=2015&to=2014")
    assert "the other way round; shown is 2014–2015." in text
    assert 'name="from" value="2015"' in text


def test_words_that_are_too_long_are_cut_and_the_page_says_so(client, little):
    text = page(client, "/en/?q=" + "a" * 300)
    assert "Only the first 200 characters" in text
