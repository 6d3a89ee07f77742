"""The goals with due dates: lines, rings and words, in rows in which nothing covers anything."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.public.pictures.entries import entry, year
from timeline.public.pictures.axis import PLOT, Axis, rem
from timeline.public.pictures.due_goals import MAX_ROWS, DueGoal, draw_goal_track, in_order
from timeline.public.pictures.text_width import text_width

AXIS = Axis.over([2010, 2023])
WORDS = "2020年到期 · 未见评估"


def goal(key, set_in, due, *, ring="open", words=WORDS, is_set=True):
    return DueGoal(year(key, set_in, track="goal"), datetime.date(due, 12, 31), ring, words, is_set)


def draw(*goals, axis=AXIS):
    return draw_goal_track("目标", "", in_order(goals), len(goals), axis, 20)


def test_a_goal_is_a_line_from_the_year_in_which_it_was_set_to_the_end_of_that_in_which_it_is_due():
    (drawn,) = draw(goal(1, 2010, 2020)).goals
    assert (drawn.line_x, drawn.line_width, drawn.ring_x) == ("7.14%", "71.43%", "78.57%")
    assert (drawn.is_joined, drawn.is_words_before) == (False, False)
    assert drawn.words == WORDS


def test_words_that_do_not_fit_after_the_ring_stand_before_it_and_the_line_ends_before_them():
    (drawn,) = draw(goal(1, 2010, 2022)).goals
    assert drawn.is_words_before
    line_end = float(drawn.line_x.rstrip("%")) + float(drawn.line_width.rstrip("%"))
    assert line_end < float(drawn.ring_x.rstrip("%")) - 14


def test_a_goal_due_after_the_axis_has_no_ring_and_its_words_end_in_an_arrow():
    later, endless = draw(goal(1, 2010, 2030), goal(2, 2010, 9999)).goals
    assert later.ring_x == endless.ring_x == ""
    assert later.words == f"{WORDS} ›"


@pytest.mark.parametrize(("set_in", "due", "is_before"), [(2014, 2014, False), (2021, 2022, True)])
def test_where_a_line_is_short_name_and_words_stand_beside_it_together(set_in, due, is_before):
    (drawn,) = draw(goal(1, set_in, due)).goals
    assert (drawn.is_joined, drawn.is_joined_before) == (True, is_before)


def test_a_goal_that_was_set_nobody_knows_when_is_only_a_ring():
    (drawn,) = draw(goal(1, 2015, 2015, is_set=False)).goals
    assert (drawn.is_dot, drawn.is_year) == (False, False)
    assert (drawn.line_x, drawn.line_width) == (drawn.ring_x, "0%")


def test_a_line_begins_after_the_name_so_that_it_shows_in_no_gap_of_it():
    (of_year,) = draw(goal(1, 2010, 2020)).goals
    (of_day,) = draw(DueGoal(entry(1, "2010-05-06"), datetime.date(2020, 12, 31), "open", WORDS)).goals
    (joined,) = draw(goal(1, 2014, 2014)).goals
    for drawn, before in ((of_year, 0.3), (of_day, 0.7)):
        width = text_width(drawn.goal.entry.name)
        assert (drawn.name_dx, drawn.line_dx) == (rem(before), rem(before + width + 0.25))
    assert joined.line_dx == "0rem"


def test_goals_without_room_are_counted():
    drawn = draw(*(goal(key, 2010, 2020) for key in range(8)))
    assert (len(drawn.goals), drawn.left) == (MAX_ROWS, 3)


@given(
    st.lists(st.tuples(st.integers(2010, 2023), st.integers(0, 20), st.booleans()), min_size=1, max_size=12)
)
def test_every_single_goal_has_room(given):
    for set_in, years, is_day in given:
        one = entry(1, f"{set_in}-05-06", track="goal") if is_day else year(1, set_in, track="goal")
        drawn = draw(DueGoal(one, datetime.date(set_in + years, 12, 31), "open", WORDS))
        assert drawn.left == 0
        assert drawn.goals[0].anchor.x <= 100 <= PLOT * 2
