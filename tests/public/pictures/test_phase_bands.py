"""The bands of phases: slants at shared years, rows, and the names that have room."""

import datetime

from timeline.public.pictures.axis import Axis
from timeline.public.pictures.phase_bands import (
    PhaseText,
    gist_across,
    name_across,
    name_down,
    place_phases,
    polygon_across,
    polygon_down,
)

AXIS = Axis.over([2010, 2023])


def phase(first, last, title="阶段", short_title="", gist=""):
    end = datetime.date(last, 12, 31) if last else datetime.date.max
    return PhaseText(title, short_title, gist, title, "/", "", "jade", datetime.date(first, 1, 1), end)


def test_a_boundary_year_shared_by_two_phases_is_cut_by_a_slant():
    first, second = place_phases([phase(2011, 2015), phase(2015, 2021)], AXIS)
    assert (first.row, second.row) == (0, 0)
    assert (first.begin, first.end_whole, first.end) == (1, 5, 6)
    assert (second.begin, second.begin_whole, second.end) == (5, 6, 12)
    assert polygon_across(first) == "0,0 99.75,0 79.75,100 0,100"
    assert polygon_down(0, 10, 0, 8) == "0,0 100,0 100,79.75 0,99.75"


def test_phases_that_follow_each_other_meet_at_a_straight_edge():
    first, second = place_phases([phase(2011, 2014), phase(2015, 2021)], AXIS)
    assert polygon_across(first) == polygon_across(second) == "0,0 100,0 100,100 0,100"


def test_phases_that_share_more_than_a_year_stand_in_two_rows():
    placed = place_phases([phase(2011, 2016), phase(2015, 2021), phase(2012, 2013), phase(2022, 0)], AXIS)
    assert [place.row for place in placed] == [0, 1, 2, 0]
    assert all(place.begin == place.begin_whole for place in placed)


def test_a_phase_outside_the_axis_is_left_out_and_one_that_began_before_is_cut_off():
    (placed,) = place_phases([phase(1990, 1999), phase(2001, 2012), phase(2030, 0)], AXIS)
    assert (placed.begin, placed.end) == (0, 3)


def test_the_title_stands_in_its_band_else_the_short_one_else_none():
    (wide,) = place_phases([phase(2011, 2015, "构建基础网络和云计算中心", "基础网络")], AXIS)
    (narrow,) = place_phases([phase(2011, 2012, "构建基础网络和云计算中心", "基础网络")], AXIS)
    (thin,) = place_phases([phase(2011, 2011, "构建基础网络和云计算中心", "基础网络计算")], AXIS)
    names = [name_across(place, AXIS, is_english=False) for place in (wide, narrow, thin)]
    assert names == ["构建基础网络和云计算中心", "基础网络", ""]


def test_a_name_ends_before_the_slant_at_the_height_of_its_letters():
    title = "一" * 11
    straight, slanted = (
        place_phases([phase(2011, 2012, title), phase(begin, 2021)], AXIS)[0] for begin in (2013, 2012)
    )
    assert name_across(straight, AXIS, is_english=False) == ""
    assert name_across(place_phases([phase(2011, 2013, title)], AXIS)[0], AXIS, is_english=False) == title
    assert (
        name_across(place_phases([phase(2011, 2013, title), phase(2013, 0)], AXIS)[0], AXIS, False) == title
    )
    assert name_across(slanted, AXIS, is_english=False) == ""


def test_of_a_phase_that_the_axis_cuts_off_to_a_shared_year_no_gist_is_drawn():
    axis = Axis.over([2021, 2023])
    cut, whole = place_phases([phase(2015, 2021, "网格", gist="十"), phase(2021, 0, gist="十")], axis)
    assert (cut.begin, whole.begin) == (0, 0)
    assert name_across(cut, axis, is_english=False) == "网格"
    assert gist_across(cut, whole, axis, is_english=False) == ""
    assert gist_across(whole, None, axis, is_english=False) == "十"


def test_a_phase_without_a_name_has_no_gist():
    (thin,) = place_phases([phase(2011, 2011, "构建基础网络和云计算中心", gist="十")], AXIS)
    assert gist_across(thin, None, AXIS, is_english=False) == ""


def test_a_gist_must_end_before_the_next_phase_begins():
    first, second = place_phases([phase(2011, 2013, gist="十" * 20), phase(2014, 2023, gist="十" * 20)], AXIS)
    assert gist_across(first, second, AXIS, is_english=False) == ""
    assert gist_across(second, None, AXIS, is_english=False) == "十" * 20


def test_only_chinese_is_set_vertically_and_only_where_it_has_room():
    assert name_down(phase(2011, 2015, "构建基础网络", "基础网络"), 4) == "基础网络"
    assert name_down(phase(2011, 2015, "构建基础网络", "基础网络"), 2) == ""
    assert name_down(phase(2011, 2015, "Networks", "Nets"), 20) == ""
