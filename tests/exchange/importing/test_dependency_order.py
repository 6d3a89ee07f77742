"""Order of rows: a row comes after the rows of its own table that it refers to."""

import pytest

from timeline.exchange.importing.dependency_order import dependency_levels, self_references
from timeline.exchange.readers.types import FileLocation, FileRow, Problem
from timeline.rows.tables import TABLES


def areas(*pairs):
    return [
        FileRow(
            FileLocation("areas.csv", "areas", number, number),
            TABLES["areas"],
            {"slug": slug, "parent": parent},
        )
        for number, (slug, parent) in enumerate(pairs, 1)
    ]


def slugs(table, rows):
    return [[row.cells["slug"] for row in level] for level in dependency_levels(TABLES[table], rows)]


def test_a_row_comes_after_the_one_that_it_names_and_otherwise_in_its_order():
    rows = areas(("town", "district"), ("district", "city"), ("sea", None), ("city", None), ("port", "city"))
    assert slugs("areas", rows) == [["sea", "city"], ["district", "port"], ["town"]]


def test_what_is_in_no_row_keeps_nobody_waiting():
    assert slugs("areas", areas(("town", "nowhere"), ("city", None))) == [["town", "city"]]


@pytest.mark.parametrize(
    ("pairs", "levels", "circles"),
    [
        ([("a", "b"), ("b", "a")], [["a"], ["b"]], {"a": ("a", "b")}),
        ([("a", "a"), ("b", None)], [["a", "b"]], {"a": ("a",)}),
        (
            [("z", "y"), ("y", "c"), ("c", "a"), ("a", "c"), ("e", "d"), ("d", None)],
            [["c", "d"], ["y", "a", "e"], ["z"]],
            {"c": ("c", "a")},
        ),
        (
            [("a", "b"), ("b", "a"), ("c", "d"), ("d", "c")],
            [["a", "c"], ["b", "d"]],
            {"a": ("a", "b"), "c": ("c", "d")},
        ),
    ],
)
def test_the_first_row_of_a_circle_knows_so_and_the_others_are_in_their_order(pairs, levels, circles):
    found = dependency_levels(TABLES["areas"], areas(*pairs))
    assert [[row.cells["slug"] for row in level] for level in found] == levels
    assert {row.cells["slug"]: row.circle for level in found for row in level if row.circle} == circles


def test_a_problem_comes_along():
    problem = Problem(FileLocation("areas.csv"), "It is wrong.")
    rows = areas(("town", "city"), ("city", None))
    assert dependency_levels(TABLES["areas"], [problem, *rows]) == [[problem, rows[1]], [rows[0]]]


def test_a_table_that_does_not_refer_to_itself_stays_one_group():
    assert {name for name, table in TABLES.items() if self_references(table)} == {"areas"}
    rows = [FileRow(FileLocation("t.csv"), TABLES["topics"], {"slug": slug}) for slug in ("b", "a")]
    assert slugs("topics", rows) == [["b", "a"]]
