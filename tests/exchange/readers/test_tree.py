"""Trees as rows: lists of rows by table, nested rows, and values of the wrong shape."""

import pytest

from tests.files import cells_of, problem_of, read_all
from timeline.exchange.readers.sources import Upload

pytestmark = pytest.mark.usefixtures("english")


def read_text(text, name="policies.yaml"):
    return read_all(Upload(name, text.encode()))


def cells(text, name="policies.yaml"):
    return cells_of(name, text)


def problem(text, name="policies.yaml"):
    return problem_of(name, text)


def test_a_file_named_for_a_table_is_a_list_of_its_rows():
    rows, problems = read_text("- slug: a\n- slug: b\n")
    assert problems == []
    assert [(row.table.name, row.cells) for row in rows] == [
        ("policies", {"slug": "a"}),
        ("policies", {"slug": "b"}),
    ]


@pytest.mark.parametrize(
    "name", ["policies-2024.yaml", "Policies.yaml", "policies.YML", "policies-2024-draft.yml"]
)
def test_a_file_may_add_something_to_its_tables_name(name):
    ((row,), problems) = read_text("- slug: a", name)
    assert (row.table.name, row.place.file, problems) == ("policies", name, [])


@pytest.mark.parametrize("text", ["slug: a\ntitle: b\n", "题名: b\ncolour: red\nunknown: c\n"])
def test_one_row_in_place_of_a_list_is_one_problem(text):
    _rows, (problem,) = read_text(text, "site.yaml")
    assert problem.message == "A list of rows is expected here, each beginning with “- ”."
    assert problem.place.line == 1


@pytest.mark.parametrize(
    "more",
    ["topics: [cloud]", "主题: [cloud]", "phase: start", "citations: [{source: s}]", "organizations: []"],
)
def test_one_row_with_a_column_that_is_called_as_a_table_is_one_problem(more):
    _rows, (problem,) = read_text(f"slug: a\ntitle: b\ndate: 2015\n{more}\n", "milestones.yaml")
    assert problem.message == "A list of rows is expected here, each beginning with “- ”."
    assert problem.place.line == 1


@pytest.mark.parametrize("first", ["topics", "citations", "areas"])
def test_tables_by_name_are_no_row_of_the_table_of_the_file(first):
    rows, problems = read_text(f"{first}:\n- slug: a\nmilestones:\n- slug: b\n", "milestones.yaml")
    assert problems == []
    assert [row.table.name for row in rows] == [first, "milestones"]


def test_a_table_whose_name_has_an_underscore_is_found():
    ((row,), _) = read_text("- slug: a", "pilot_designations-2013.yaml")
    assert row.table.name == "pilot_designations"


def test_one_file_may_hold_several_tables_by_name():
    rows, problems = read_text("areas:\n- slug: a\nsources:\n- slug: s\n- slug: t\n", "all.yaml")
    assert problems == []
    assert [(row.table.name, row.place.row, row.cells["slug"]) for row in rows] == [
        ("areas", 1, "a"),
        ("sources", 1, "s"),
        ("sources", 2, "t"),
    ]


def test_what_is_nested_in_a_row_becomes_rows_that_name_it():
    rows, problems = read_text(
        """
- slug: a
  citations:
    - {source: s, locator: ¶2}
    - source: t
  relations:
    - {type: amends, to: b}
""",
    )
    assert problems == []
    assert [(row.table.name, row.cells) for row in rows] == [
        ("policies", {"slug": "a"}),
        ("citations", {"entry": "a", "source": "s", "locator": "¶2"}),
        ("citations", {"entry": "a", "source": "t"}),
        ("relations", {"from": "a", "type": "amends", "to": "b"}),
    ]


@pytest.mark.parametrize(
    ("file", "table", "column"),
    [
        ("phases", "phase_citations", "phase"),
        ("topics", "topic_citations", "topic"),
        ("organizations", "organization_citations", "organization"),
        ("areas", "area_citations", "area"),
    ],
)
def test_citations_of_reference_records_are_tables_of_their_own(file, table, column):
    rows, _ = read_text("- slug: a\n  citations:\n    - source: s", f"{file}.yaml")
    assert (rows[1].table.name, rows[1].cells) == (table, {column: "a", "source": "s"})


def test_what_is_nested_is_found_at_its_own_line_in_the_row_around_it():
    rows, _ = read_text("- slug: a\n- slug: b\n  citations:\n    - source: s\n    - source: t\n")
    assert [(row.place.row, row.place.line) for row in rows] == [(1, 1), (2, 2), (2, 4), (2, 5)]


def test_a_list_of_scalars_is_a_list_of_text():
    assert cells("- issuers: [a, 01, no]") == [{"issuers": ["a", "01", "no"]}]
    assert cells("- issuers: []") == [{"issuers": []}]


@pytest.mark.parametrize(
    "text", ["", "\ufeff", "\n\n", "# nothing\n", "---\n", "null", "[]", "policies:\n", "{}"]
)
def test_an_empty_file_has_no_rows_and_nothing_wrong(text):
    assert read_text(text) == ([], [])


def test_a_column_that_stands_twice_is_named_with_its_row():
    found = problem("- slug: a\n- slug: b\n  date: 2013\n  date: 2014\n")
    assert (found.column, found.value, found.place.row) == ("date", "2014", 2)
    assert "twice" in found.message


def test_nested_rows_that_stand_twice_are_named():
    found = problem("- slug: a\n  citations: []\n  citations: [{source: s}]\n")
    assert found.column == "citations"


def test_a_nested_row_does_not_name_the_row_around_it():
    found = problem("- slug: a\n  citations:\n    - {source: s, entry: b}\n")
    assert (found.column, found.value) == ("entry", "b")
    assert found.place.line == 3


@pytest.mark.parametrize(
    ("text", "column", "row"),
    [
        ("- a row\n- slug: b", "", 1),
        ("- slug: a\n- [b]", "", 2),
        ("- slug: a\n-", "", 2),
        ("just a sentence", "", 0),
        ("- slug: a\n  citations: s", "citations", 1),
        ("- slug: a\n  citations: {source: s}", "citations", 1),
        ("- slug: a\n  citations: [s]", "", 1),
        ("- slug: a\n  title: {zh: 甲}", "title", 1),
        ("- slug: a\n  issuers: [{slug: b}]", "issuers", 1),
        ("- slug: a\n  issuers: [[b]]", "issuers", 1),
        ("policies:\n  slug: a", "", 0),
        ("policies: a", "", 0),
    ],
)
def test_what_has_the_wrong_shape_is_named(text, column, row):
    _, (found, *more) = read_text(text)
    assert more == []
    assert (found.column, found.place.row) == (column, row)


def test_a_column_whose_name_is_a_list_is_kept_for_the_import_to_refuse():
    assert cells("- {[a, b]: c, slug: d}") == [{"a, b": "c", "slug": "d"}]


@pytest.mark.parametrize("name", ["polices.yaml", "content.yaml"])
def test_a_file_named_for_no_table_is_refused(name):
    assert "policies, pilot_designations" in problem("- slug: a", name).message


def test_the_name_that_is_nearest_to_an_unknown_table_is_suggested():
    assert "perhaps “policies” is meant" in problem("- slug: a", "polices.yaml").message
    found = problem("areas: []\nsorces:\n- slug: a", "all.yaml")
    assert "There is no table “sorces” (perhaps “sources” is meant)." in found.message
    assert found.place.line == 2


def test_deep_nesting_in_a_cell_is_a_problem_of_that_cell():
    found = problem("- slug: a\n  title: " + "[" * 60 + "]" * 60)
    assert (found.column, found.place.row) == ("title", 1)


def test_a_problem_of_a_column_names_the_line_of_its_name_in_the_file():
    file = """
- slug: a
  title: >
    甲

  summary: {no: text}
  citations:
    - source: s
      locator: [¶2, {}]
  summary: 乙
"""
    rows, problems = read_text(file)
    assert [(problem.column, problem.line) for problem in problems] == [
        ("summary", 6),
        ("summary", 10),
        ("locator", 9),
    ]
    assert str(problems[0]).startswith("policies.yaml, row 1 (line 6), column summary")
    policy, citation = (row.place for row in rows)
    assert (policy.line, policy.line_of("title"), policy.line_of("date")) == (2, 3, 2)
    assert (citation.line, citation.line_of("locator, source")) == (8, 9)


def test_a_column_taken_over_from_another_row_has_the_line_where_it_is_written():
    (_first, second), _problems = read_text("- &one\n  slug: a\n  date: 2013\n\n- <<: *one\n  slug: b\n")
    assert (second.place.line, second.place.line_of("date"), second.place.line_of("slug")) == (5, 3, 6)


def test_rows_of_one_shape_share_where_their_columns_stand():
    (first, second, third), _problems = read_text(
        "- slug: a\n  title: 甲\n- slug: b\n  title: 乙\n- {slug: c, title: 丙}\n"
    )
    assert first.place.offsets is second.place.offsets
    assert third.place.offsets is None
