"""The picture down: a row for each column, its best entries, and the lines of goals."""

import datetime
from dataclasses import replace

from tests.public.pictures.entries import year
from timeline.public.pictures.axis import Axis
from timeline.public.pictures.down import MAX_LINES, CountLink, RowEntries, draw_down
from timeline.public.pictures.due_goals import DueGoal
from timeline.public.pictures.phase_bands import PhaseText, place_phases

AXIS = Axis.over([2010, 2015])
DUE = CountLink("2个目标到期", "/goals/#due-2012")


def rows(axis=AXIS, empty=(), due=()):
    return [
        RowEntries(
            years,
            str(years.first),
            "" if years.first in empty else f"/#{years.first}",
            []
            if years.first in empty
            else [year(years.first, years.first), year(years.first + 5000, years.first)],
            0 if years.first in empty else 9,
            DUE if years.first in due else None,
        )
        for years in axis.columns
    ]


def draw(*given, is_english=False):
    return draw_down(*given, lambda years, size: f"{years.first}+{size}", is_english=is_english)


def goals(count):
    return [
        DueGoal(year(key, 2010, track="goal"), datetime.date(2013, 12, 31), "open", "")
        for key in range(count)
    ]


def test_an_empty_year_has_a_low_row_and_one_in_which_goals_are_due_a_high_one():
    down = draw(rows(empty=[2011], due=[2012]), AXIS, [], [], 0)
    assert [round(row.height, 2) for row in down.rows[:4]] == [1.68, 1.1, 2.9, 1.68]
    assert down.rows[1].names == []
    assert down.height == "11.02rem"


def test_a_row_names_the_two_best_and_counts_what_one_and_what_two_names_leave():
    row = draw(rows(), AXIS, [], [], 0).rows[0]
    assert [name.entry.key for name in row.names] == [2010, 7010]
    assert (row.more.size, row.more.label) == (8, "2010+8")
    assert (row.more_of_two.size, row.more_of_two.label) == (7, "2010+7")


def test_where_all_entries_are_named_none_are_counted():
    both, one = (replace(rows()[0], best=rows()[0].best[:size], size=size) for size in (2, 1))
    first, second = draw([both, one], Axis.over([2010, 2011]), [], [], 0).rows
    assert (first.more.size, first.more_of_two) == (1, None)
    assert (second.more, second.more_of_two) == (None, None)


def test_the_state_of_due_goals_needs_a_window_with_room_for_it():
    row = replace(rows()[0], due=CountLink("2 goals due", "/goals/", ["no assessment known"]))
    (long,) = draw([row], Axis.over([2010]), [], [], 0, is_english=True).rows
    (short,) = draw([replace(row, due=replace(DUE, states=["未见评估"]))], Axis.over([2010]), [], [], 0).rows
    assert (long.due.states, short.due.states) == (
        [(" · no assessment known", "from-24")],
        [(" · 未见评估", "")],
    )


def test_of_several_states_narrow_windows_tell_the_first():
    due = CountLink("2个目标到期", "/goals/", ["1个有评估", "1个只有期限前的评估"], ["partly", "open"])
    (row,) = draw([replace(rows()[0], due=due)], Axis.over([2010]), [], [], 0).rows
    assert [room for _words, room in row.due.states] == ["", "from-30"]
    assert [ring for ring, _x in row.due.rings] == ["partly", "open"]
    assert (row.due.rings[1][1], row.due.text_x) == ("1.03rem", "1.55rem")


def test_phases_are_bands_beside_the_years_cut_at_shared_ones():
    days = [(2011, 2013), (2013, 2015)]
    phases = [
        PhaseText(
            "阶段", "", "", "", "/", "", "jade", datetime.date(first, 1, 1), datetime.date(last, 12, 31)
        )
        for first, last in days
    ]
    first, second = draw(rows(), AXIS, place_phases(phases, AXIS), [], 0).bands
    assert (first.x, first.y, second.y) == ("2.65rem", "1.88rem", "5.24rem")
    assert (first.points, first.name) == ("0,0 100,0 100,66.42 0,99.75", "阶段")


def test_lines_of_goals_stand_side_by_side_and_are_left_out_where_there_are_too_many():
    assert [line.x for line in draw(rows(), AXIS, [], goals(2), 2).lines] == ["-0.35rem", "-1.1rem"]
    assert draw(rows(), AXIS, [], goals(MAX_LINES + 1), MAX_LINES + 1).lines == []
    assert draw(rows(), AXIS, [], goals(2), 13).lines == []


def test_a_number_after_a_long_name_needs_a_window_with_room_for_it():
    row = rows()[0]
    names = [year(1, 2010, name=name) for name in ("四字短题", "一二三四五六七八九十一二")]
    short, long = (
        draw([replace(row, best=[name], size=999)], Axis.over([2010]), [], [], 0).rows[0] for name in names
    )
    assert (short.more.room, long.more.room) == ("", "")
    wide = replace(row, best=[year(1, 2010, name="Opinions on broadband abc")], size=999)
    (drawn,) = draw([wide], Axis.over([2010]), [], [], 0, is_english=True).rows
    assert drawn.more.room == "from-22"


def test_numbers_give_way_to_the_lines_of_goals_in_their_rows():
    row = replace(rows()[0], best=[year(1, 2010, name="一二三四五六七八九十一二")], size=9)
    found = [replace(row, years=years) for years in AXIS.columns]
    bare = draw(found, AXIS, [], [], 0)
    crossed = draw(found, AXIS, [], goals(3), 3)
    assert [one.more.room for one in bare.rows] == [""] * 6
    # The lines lead from 2010 to 2013.
    assert [one.more.room for one in crossed.rows] == ["from-22"] * 4 + [""] * 2


def test_a_row_without_room_takes_nothing_from_the_others():
    short, long = (
        replace(rows()[0], best=[year(1, 2010, name=name)], due=CountLink(due, "/goals/", ["assessed"]))
        for name, due in (("Plan", "1 due"), ("Opinions on broadband abc", "12 goals are due now"))
    )
    first, second = draw([short, long], Axis.over([2010, 2011]), [], [], 0, is_english=True).rows
    assert [(row.more.room, row.due.states[0][1]) for row in (first, second)] == [
        ("", ""),
        ("from-22", "from-22"),
    ]
