"""The texts and links of the picture."""

import datetime

import pytest

from tests import factories as make
from timeline.models import Goal, GoalState
from timeline.public.pictures.axis import Column
from timeline.public.pictures.down import CountLink
from timeline.public.pictures.texts import ListLinks, entry_text, goal_text, phase_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]

TODAY = datetime.date(2018, 6, 1)
LINKS = ListLinks("/", lambda year: f"/goals/#{year}", [("topic", "t")])


def test_a_link_is_named_by_date_kind_and_title_and_tells_which_date_it_is():
    policy = make.make_policy(title="决定", title_en="Decision", short_title="决", issued="2012-02-21")
    text = entry_text(policy, {})
    assert text.label == "21 February 2012 (date of the document), Policy: Decision"
    assert (text.name, text.name_lang, text.label_lang) == ("Decision", "", "")


@pytest.mark.parametrize(
    ("given", "name", "lang"),
    [
        ({"title_en": "Title", "short_title_en": "Short"}, "Short", ""),
        ({"title_en": "A title of more than 25 characters"}, "A title of more than 25…", ""),
        # The label is Chinese like the name, or around an English one.
        ({"short_title": "短题"}, "短题", ""),
        ({"title": "一二三四五六七八九十一二三"}, "一二三四五六七八九十一…", ""),
        ({"title": "题名", "short_title_en": "Short title"}, "Short title", "en"),
    ],
)
def test_without_a_short_title_the_beginning_of_the_title_is_the_name(given, name, lang):
    text = entry_text(make.make_milestone(date="2012", **given), {})
    assert (text.name, text.name_lang) == (name, lang)


@pytest.mark.parametrize(
    ("delivery", "ring"),
    [("achieved", "achieved"), ("partly", "partly"), ("not_achieved", "missed"), ("in_progress", "other")],
)
def test_the_ring_of_an_assessed_goal_shows_the_newest_assessment_and_the_words_tell_it(delivery, ring):
    goal = make.make_goal(title_en="Lead", date="2011", target="2015")
    make.make_assessment(goal, date="2015", delivery="unverifiable")
    newest = make.make_assessment(goal, date="2016", delivery=delivery)
    text = goal_text(stored(goal), {}, TODAY)
    words = f"due 2015 · assessed 2016: {newest.get_delivery_display()}"
    assert (text.ring, text.words) == (ring, words)
    assert text.entry.label == f"2011, Goal: Lead; {words}"


def stored(goal):
    return Goal.objects.get(pk=goal.pk)


def test_a_goal_without_an_assessment_has_an_open_ring():
    past, coming = make.make_goal(date="2011", target="2015"), make.make_goal(date="2011", target="2025")
    assert [goal_text(stored(goal), {}, TODAY).words for goal in (past, coming)] == [
        "due 2015 · no assessment known",
        "due 2025 · not yet due",
    ]
    assert goal_text(stored(past), {}, TODAY).ring == "open"


def test_a_goal_of_which_nobody_knows_when_it_was_set_has_no_line():
    text = goal_text(stored(make.make_goal(title_en="Lead", target="2015")), {}, TODAY)
    assert not text.is_set
    assert text.entry.label == "Goal: Lead; due 2015 · no assessment known"


def test_goals_due_in_a_column_are_told_with_their_state_if_it_is_one():
    years = {
        2015: {GoalState.UNASSESSED: 2},
        2016: {GoalState.UNASSESSED: 1, GoalState.ASSESSED: 1},
        None: {GoalState.NOT_STATED: 4},
    }
    rings = {2015: {"open"}, 2016: {"open", "partly"}}
    links = LINKS.due_by_column(years, rings, lambda year: year - 2010)
    assert links == {
        5: CountLink("2 goals due", "/goals/#2015", ["no assessment known"], ["open"]),
        6: CountLink(
            "2 goals due",
            "/goals/#2016",
            ["1 assessed", "1 without a known assessment"],
            ["partly", "open"],
        ),
    }


def test_numbers_lead_to_the_list_under_the_conditions_of_the_picture():
    assert LINKS.more("policy", 3, Column(2012, 2013)) == (
        "/?topic=t&kind=policy&from=2012&to=2013#list",
        "2012–2013, Policy: 3 more",
    )
    undated, undue = LINKS.undated(1), LINKS.undue(2)
    assert undated is not None
    assert undue is not None
    assert (undated.text, undated.address) == ("1 entry without a date", "/?topic=t&undated=1#list")
    assert undue.address == "/?topic=t&goal=not_stated#list"
    assert LINKS.undue(0) is None


def test_a_column_of_years_leads_to_the_first_of_them_in_the_list():
    links = ListLinks("/", LINKS.due, years={2013: "/#b", 2012: "/#a"})
    assert links.year(Column(2010, 2014)) == "/#a"
    assert links.year(Column(2015, 2019)) == ""


@pytest.mark.parametrize(
    ("period", "years"), [("2011/2015", "2011–2015"), ("2012", "2012"), ("2021/", "2021–")]
)
def test_the_key_tells_a_phase_by_its_years_as_well_as_by_its_colour(period, years):
    assert phase_text(make.make_phase(title="阶段", period=period)).years == years
