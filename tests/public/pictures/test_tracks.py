"""The tracks across: names, strokes and counts, which together stand for every entry in a bounded number of links."""

import pytest

from tests.public.pictures.entries import entry, year
from timeline.public.pictures.axis import Axis
from timeline.public.pictures.naming import FEW
from timeline.public.pictures.tracks import (
    MIN_HEIGHT,
    TrackEntries,
    draw_tracks,
)

AXIS = Axis.over([2010, 2023])


def draw(entries, axis=AXIS, sizes=None, max_links=80):
    """The track of these entries; `sizes` are the numbers of all entries by column, if there are more."""
    counted: dict[int, int] = {}
    for one in entries:
        column = axis.column_of(one.first.year)
        counted[column] = counted.get(column, 0) + 1
    track = TrackEntries("policy", "政策", "", 3, entries, sizes or counted)
    (drawn,), bottom = draw_tracks(
        [track],
        axis,
        5,
        max_links,
        lambda one: one.name,
        lambda kind, size, years: (f"/?kind={kind}&from={years.first}&to={years.last}", str(size)),
    )
    assert bottom == drawn.bottom
    return drawn


def test_a_day_is_a_dot_a_month_a_ring_and_a_year_a_row_of_points():
    found = [entry(1, "2012-02-21"), entry(2, "2014-09-01", "2014-09-30"), year(3, 2018)]
    drawn = draw(found)
    assert [name.precision for name in drawn.names] == ["day", "month", "year"]
    assert [name.width for name in drawn.names] == ["", "", "7.14%"]
    assert [name.x for name in drawn.names] == ["15.28%", "33.33%", "57.14%"]


def test_the_rest_are_strokes_at_the_foot_and_where_they_are_many_a_number():
    few = [year(key, 2012, score=key == 0) for key in range(4)]
    many = [year(key, 2016, score=key == 10) for key in range(10, 19)]
    drawn = draw([*few, *many], sizes={2: 4, 6: 500})
    assert [name.entry.key for name in drawn.names] == [0, 10]
    assert [stroke.entry.key for stroke in drawn.strokes] == [1, 2, 3]
    (more,) = drawn.mores
    assert (more.size, more.address) == (499, "/?kind=policy&from=2016&to=2016")


def test_in_a_picture_of_few_entries_each_is_named_where_it_has_room():
    found = [entry(key, f"{2010 + key % 14}-05-{key + 1:02}", name="大事") for key in range(FEW + 1)]
    few, more = draw(found[:FEW]), draw(found)
    assert (len(few.names), len(few.strokes)) == (FEW, 0)
    assert (len(more.names), len(more.strokes)) == (14, FEW - 13)


def test_entries_of_one_day_share_the_name_of_the_best():
    found = [entry(1, "2013-08-05", same_day=2), entry(2, "2013-08-05", score=1001, same_day=2)]
    drawn = draw(found)
    assert [name.entry.key for name in drawn.names] == [2]
    assert (drawn.strokes, drawn.mores) == ([], [])


def test_equal_titles_are_told_apart_by_their_dates():
    drawn = draw([year(1, 2012, score=1), year(2, 2017, score=1)])
    assert len({(name.text, name.x) for name in drawn.names}) == 2


@pytest.mark.parametrize(
    "years", [range(2010, 2011), range(2010, 2024), range(2000, 2024), range(1984, 2024)]
)
@pytest.mark.parametrize("max_links", [5, 40, 80])
def test_everything_is_named_drawn_or_counted_within_the_links(years, max_links):
    axis = Axis.over(years)
    found = [year(number * 100 + key, number, score=key % 3) for number in years for key in range(9)]
    sizes: dict[int, int] = {}
    for number in years:
        column = axis.column_of(number)
        sizes[column] = sizes.get(column, 0) + 700
    drawn = draw(found, axis, sizes, max_links)
    links = len(drawn.names) + len(drawn.strokes) + len(drawn.mores)
    assert links <= max(max_links, len(drawn.names) + 1)
    counted = sum(more.size for more in drawn.mores)
    assert counted + len(drawn.names) + len(drawn.strokes) == sum(sizes.values())


def test_no_track_is_lower_than_its_heading():
    drawn = draw([year(1, 2012)])
    assert drawn.bottom - drawn.top == MIN_HEIGHT
