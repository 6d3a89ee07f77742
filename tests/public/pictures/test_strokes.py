"""The foot of a track: strokes while they fit, else numbers, within the links that are left."""

from tests.public.pictures.entries import year
from timeline.public.pictures.axis import Axis
from timeline.public.pictures.strokes import MAX_STROKES, Cell, draw_feet

AXIS = Axis.over([2010, 2023])


def foot(columns, max_links=80):
    """The strokes and the numbers of a track with so many unnamed entries in each column."""
    cells = {
        column: Cell(size, [year(column * 100 + key, 2010 + column) for key in range(size)])
        for column, size in columns.items()
    }
    return draw_feet({"policy": cells}, AXIS, max_links, lambda _track, size, _years: ("/", str(size)))[
        "policy"
    ]


def test_as_many_strokes_as_fit_in_a_column_stand_in_it():
    strokes, mores = foot({2: MAX_STROKES, 6: MAX_STROKES + 1})
    assert [stroke.x for stroke in strokes] == [strokes[0].x] * MAX_STROKES
    assert [(more.size, more.years.first) for more in mores] == [(MAX_STROKES + 1, 2016)]


def test_the_columns_with_the_fewest_get_strokes_while_there_are_links():
    strokes, mores = foot({1: 3, 5: 4, 9: 2}, max_links=6)
    assert sorted(stroke.entry.first.year for stroke in strokes) == [2011] * 3 + [2019] * 2
    assert [(more.size, more.label) for more in mores] == [(4, "4")]


def test_several_columns_share_a_number_where_there_are_few_links():
    strokes, mores = foot(dict.fromkeys(range(14), 3), max_links=4)
    assert strokes == []
    assert len(mores) <= 4
    assert sum(more.size for more in mores) == 14 * 3
