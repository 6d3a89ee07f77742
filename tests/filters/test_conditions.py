"""Conditions on text and years: what is typed, and messages about what is not used of it."""

import pytest
from django.http import QueryDict

from tests import factories as make
from tests.filtering import found, make_small_chronicle
from tests.pages import page
from timeline.filters.entries import EntryFilter
from timeline.models import Entry

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


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("from=2015&to=2015", {"上线", "建成"}),
        ("from=2015", {"上线", "建成", "远景"}),
        ("to=2010", {"规划", "建成"}),
        ("from=2016&to=2998", set()),
        ("from=2999&to=2999", {"远景"}),
        ("from=2999&undated=1", {"远景", "试点"}),
    ],
)
def test_years_find_what_was_dated_to_them_and_the_goals_due_in_them(query, titles, little):
    assert found(query) == titles


def test_a_goal_without_an_end_is_due_in_no_year(little):
    make.make_goal(title="长期", date="2001", target="2002/..", published=True)
    assert "长期" not in found("from=2015")
    assert "长期" not in found("from=9999")
    assert "长期" in found("to=2010")


def test_an_undated_goal_is_found_by_its_due_year_alone(little):
    make.make_goal(title="只有期限", target="2019-06", published=True)
    assert "只有期限" in found("from=2019&to=2019")
    assert "只有期限" not in found("from=2018&to=2018")
    assert "只有期限" in found("undated=1")


def test_choices_count_the_goals_due_in_the_years(little):
    chosen = EntryFilter(QueryDict("from=2015&to=2015"), Entry.objects.published())
    kinds = next(facet for facet in chosen.facets if facet.name == "kind")
    sizes = {choice.value: choice.size for choice in kinds.choices}
    assert sizes == {"milestone": 1, "goal": 1}


def test_the_form_says_that_years_are_also_those_of_due_dates(client, little):
    assert "and the goals due in them" in page(client, "/en/")


def test_undated_entries_are_not_asked_for_by_zero(little):
    assert found("from=2999&undated=0") == {"远景"}
