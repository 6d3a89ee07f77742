"""Reading YAML: cells exactly as typed, each with its place, and no file that does harm."""

import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import CONTENT, ROOT
from tests.files import read_all
from timeline.exchange.readers import read

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def write(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def read_text(write, text, name="policies.yaml"):
    return read_all(write(name, text))


def cells(write, text, name="policies.yaml"):
    """The cells of a file in which nothing is wrong."""
    rows, problems = read_text(write, text, name)
    assert problems == []
    return [row.cells for row in rows]


def problem(write, text, name="policies.yaml"):
    """What is wrong with a file in which one thing is wrong, be it readable or not."""
    _, problems = read_text(write, text, name)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


def test_a_file_named_for_a_table_is_a_list_of_its_rows(write):
    rows, problems = read_text(write, "- slug: a\n- slug: b\n")
    assert problems == []
    assert [(row.table.name, row.cells) for row in rows] == [
        ("policies", {"slug": "a"}),
        ("policies", {"slug": "b"}),
    ]


@pytest.mark.parametrize(
    "name", ["policies-2024.yaml", "Policies.yaml", "policies.YML", "policies-2024-draft.yml"]
)
def test_a_file_may_add_something_to_its_tables_name(write, name):
    ((row,), problems) = read_text(write, "- slug: a", name)
    assert (row.table.name, row.place.file, problems) == ("policies", name, [])


def test_a_table_whose_name_has_an_underscore_is_found(write):
    ((row,), _) = read_text(write, "- slug: a", "pilot_designations-2013.yaml")
    assert row.table.name == "pilot_designations"


def test_one_file_may_hold_several_tables_by_name(write):
    rows, problems = read_text(write, "areas:\n- slug: a\nsources:\n- slug: s\n- slug: t\n", "all.yaml")
    assert problems == []
    assert [(row.table.name, row.place.row, row.cells["slug"]) for row in rows] == [
        ("areas", 1, "a"),
        ("sources", 1, "s"),
        ("sources", 2, "t"),
    ]


def test_what_is_nested_in_a_row_becomes_rows_that_name_it(write):
    rows, problems = read_text(
        write,
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
    [("phases", "phase_citations", "phase"), ("topics", "topic_citations", "topic")],
)
def test_citations_of_phases_and_topics_are_tables_of_their_own(write, file, table, column):
    rows, _ = read_text(write, "- slug: a\n  citations:\n    - source: s", f"{file}.yaml")
    assert (rows[1].table.name, rows[1].cells) == (table, {column: "a", "source": "s"})


def test_what_is_nested_is_found_at_its_own_line_in_the_row_around_it(write):
    rows, _ = read_text(write, "- slug: a\n- slug: b\n  citations:\n    - source: s\n    - source: t\n")
    assert [(row.place.row, row.place.line) for row in rows] == [(1, 1), (2, 2), (2, 4), (2, 5)]


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "no",
            "yes",
            "True",
            "off",
            "2013-01",
            "2016-09-26",
            "0123",
            "1_000",
            "0x1F",
            "1e3",
            "12:30:45",
            "2013",
        ),
        *(
            ".5",
            "2013.10",
            "2021/..",
            "2021/",
            "2012~",
            "2014?",
            "+1",
            "2016-09-26T10:00:00Z",
            ".inf",
            "=",
            "«»",
        ),
    ],
)
def test_a_scalar_stays_the_text_that_was_typed(write, typed):
    assert cells(write, f"- date: {typed}") == [{"date": typed}]


@pytest.mark.parametrize("typed", ["", "null", "~", "!!null", "!!null ~"])
def test_an_empty_cell_is_no_value(write, typed):
    assert cells(write, f"- date: {typed}") == [{"date": None}]


def test_quoted_text_is_never_no_value(write):
    assert cells(write, "- {title: 'null', summary: \"~\", body: ''}") == [
        {"title": "null", "summary": "~", "body": ""}
    ]


def test_a_list_of_scalars_is_a_list_of_text(write):
    assert cells(write, "- issuers: [a, 01, no]") == [{"issuers": ["a", "01", "no"]}]
    assert cells(write, "- issuers: []") == [{"issuers": []}]


@pytest.mark.parametrize("typed", ["[null]", "[a, ~]", "\n  - a\n  -"])
def test_an_empty_item_of_a_list_is_refused_and_empties_nothing(write, typed):
    found = problem(write, f"- slug: x\n  issuers: {typed}\n")
    assert (found.column, "is empty" in found.message) == ("issuers", True)


def test_text_of_several_lines_keeps_them(write):
    assert cells(write, "- body: |-\n    one\n\n    - two\n") == [{"body": "one\n\n- two"}]


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_byte_order_mark_changes_nothing(write, mark):
    assert cells(write, f"{mark}- slug: 甲") == [{"slug": "甲"}]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_kind_of_line_ends_changes_nothing(write, line_end):
    rows, problems = read_text(write, f"- slug: a{line_end}- slug: b{line_end}")
    assert problems == []
    assert [(row.cells["slug"], row.place.line) for row in rows] == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    "text", ["", "\ufeff", "\n\n", "# nothing\n", "---\n", "null", "[]", "policies:\n", "{}"]
)
def test_an_empty_file_has_no_rows_and_nothing_wrong(write, text):
    assert read_text(write, text) == ([], [])


def test_a_column_that_stands_twice_is_named_with_its_row(write):
    found = problem(write, "- slug: a\n- slug: b\n  date: 2013\n  date: 2014\n")
    assert (found.column, found.value, found.place.row) == ("date", "2014", 2)
    assert "twice" in found.message


def test_nested_rows_that_stand_twice_are_named(write):
    found = problem(write, "- slug: a\n  citations: []\n  citations: [{source: s}]\n")
    assert found.column == "citations"


def test_a_nested_row_does_not_name_the_row_around_it(write):
    found = problem(write, "- slug: a\n  citations:\n    - {source: s, entry: b}\n")
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
def test_what_has_the_wrong_shape_is_named(write, text, column, row):
    _, (found, *more) = read_text(write, text)
    assert more == []
    assert (found.column, found.place.row) == (column, row)


def test_a_column_whose_name_is_a_list_is_kept_for_the_import_to_refuse(write):
    assert cells(write, "- {[a, b]: c, slug: d}") == [{"a, b": "c", "slug": "d"}]


@pytest.mark.parametrize("name", ["polices.yaml", "content.yaml", "policies2024.yaml"])
def test_a_file_named_for_no_table_is_refused(write, name):
    assert "policies, pilot_designations" in problem(write, "- slug: a", name).message


def test_the_name_that_is_nearest_to_an_unknown_table_is_suggested(write):
    assert "perhaps “policies” is meant" in problem(write, "- slug: a", "polices.yaml").message
    found = problem(write, "areas: []\nsorces:\n- slug: a", "all.yaml")
    assert "There is no table “sorces” (perhaps “sources” is meant)." in found.message
    assert found.place.line == 2


@pytest.mark.parametrize("content", [b"- slug: \xff", "- title: 宁波市".encode()[:-1] + b" "])
def test_a_file_whose_encoding_cannot_be_told_is_refused_at_its_first_wrong_byte(write, content):
    found = problem(write, content)
    assert f"byte {9 if content[-1] == 0xFF else 16} cannot be read" in found.message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- slug: a\n- slug: [b\n", 3),
        ("- slug: a\n  title: b\n c: d\n", 3),
        ("- slug: a\n- title: 'b\n", 3),
        ("- slug: a\n- *nowhere\n", 2),
        ("- slug: a\n\tb: c\n", 2),
        ("- slug: a\n---\n- slug: b\n", 2),
        ('- slug: a\n- title: "\\uD800"\n', 2),
    ],
)
def test_broken_yaml_is_refused_with_the_line(write, text, line):
    found = problem(write, text)
    assert found.place.line == line
    assert "not YAML" in found.message


def test_a_control_character_is_refused(write):
    found = problem(write, "- slug: a\x07\n")
    assert found.place.file == "policies.yaml"
    assert "not YAML" in found.message


@pytest.mark.parametrize(
    ("value", "tag"),
    [
        ("!!binary 5pS/562W", "!!binary"),
        ("!!set {a, b}", "!!set"),
        ("!!omap [a: 1]", "!!omap"),
        ("!!pairs [a: 1]", "!!pairs"),
        ("!!python/tuple [a]", "!!python/tuple"),
        ("!!python/object/apply:os.getcwd []", "!!python/object/apply:os.getcwd"),
        ("!title a", "!title"),
        ("!!null 政策", "!!null"),
        ("!!seq 政策", "!!seq"),
        ("!!map [a]", "!!map"),
    ],
)
def test_a_tag_that_makes_another_value_of_the_text_is_refused_with_its_line(write, value, tag):
    found = problem(write, f"- slug: a\n  title: {value}\n")
    assert found.place.line == 2
    assert f"The tag {tag} " in found.message


def test_a_tag_that_says_what_the_value_is_anyway_changes_nothing(write):
    text = "!!seq\n- !!map {slug: !!str a, number: !!int 0012, on: !!timestamp 2013-01-01, is: !!bool no, of: !!null ~, x: ! 1}"
    assert cells(write, text) == [
        {"slug": "a", "number": "0012", "on": "2013-01-01", "is": "no", "of": None, "x": "1"}
    ]


@pytest.mark.parametrize("name", ["policies.txt", "policies", "policies.yaml.bak"])
def test_a_file_of_another_format_is_refused(write, name):
    assert ".yaml" in problem(write, "- slug: a", name).message


def test_a_folder_that_looks_like_a_file_is_refused_and_named(tmp_path):
    (tmp_path / "policies.yaml").mkdir()
    (found,) = read([tmp_path]).problems
    assert str(found).startswith("policies.yaml: ")


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path):
    path = tmp_path / "policies.yaml"
    with path.open("wb") as file:
        file.truncate(64 * 1024 * 1024 + 1)
    (found,) = read([path]).problems
    assert "64 MB" in found.message


def test_a_folder_is_its_content_files_by_name(write, tmp_path):
    for name in ("b.yml", "a.yaml", "notes.md", "c.YAML"):
        write(name, "")
    reading = read([tmp_path])
    assert list(reading.encodings) == ["a.yaml", "b.yml", "c.YAML"]
    assert [str(notice) for notice in reading.notices] == [
        "notes.md: This is no content file and was left out."
    ]


@pytest.mark.parametrize("name", ["nowhere", "nowhere.yaml", "nul\0.yaml"])
def test_a_path_that_does_not_exist_is_refused(tmp_path, name):
    (found,) = read([tmp_path / name]).problems
    assert "no such file" in found.message


OPENINGS = ["[", "{a: ", "- ", "? ", "- slug: [", "- {slug: a, citations: [{x: ["]
READ_ALL = """
import os, sys, pathlib, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from timeline.exchange.readers import Problem, read
for path in sys.argv[1:]:
    reading = read([pathlib.Path(path)])
    problems = reading.problems + [item for sheet in reading.sheets for item in sheet if isinstance(item, Problem)]
    print(pathlib.Path(path).parent.name, "refused" if problems else "read", flush=True)
"""


def test_deep_nesting_does_not_crash_the_interpreter(tmp_path):
    paths = []
    for depth in (300, 3000, 100_000):
        for number, opening in enumerate(OPENINGS):
            paths.append(tmp_path / f"{depth}-{number}" / "policies.yaml")
            paths[-1].parent.mkdir()
            paths[-1].write_text(opening * depth)
    # In a process of its own: a crash would take the suite with it.
    done = subprocess.run([sys.executable, "-c", READ_ALL, *paths], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"{path.parent.name} refused" for path in paths]
    assert done.returncode == 0


def test_deep_nesting_in_a_cell_is_a_problem_of_that_cell(write):
    found = problem(write, "- slug: a\n  title: " + "[" * 60 + "]" * 60)
    assert (found.column, found.place.row) == ("title", 1)


def test_a_key_nested_deeply_is_refused(write):
    assert problem(write, "? " + "[" * 300 + "]" * 300 + "\n: x\n").place.file == "policies.yaml"


LAUGHS = "a0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 5)
)


@pytest.mark.parametrize(
    "use", ["policies: *a4", "policies:\n- slug: *a4", "policies:\n- citations: *a4", "? *a4\n: x"]
)
def test_a_billion_laughs_stay_a_short_message(write, use):
    began = time.process_time()
    _, problems = read_text(write, LAUGHS + use + "\n", "all.yaml")
    assert time.process_time() - began < 1
    assert problems
    assert all(len(str(problem)) < 1000 for problem in problems)


@pytest.mark.parametrize(
    "text",
    [
        "&a [*a]",
        "- &a {slug: x, citations: [*a]}",
        "- &a {slug: x, citations: *a}",
        "- {slug: x, issuers: &b [*b]}",
        "&m {policies: *m}",
        "? &k [*k]\n: x",
    ],
)
def test_a_file_that_contains_itself_is_refused(write, text):
    found = problem(write, text)
    assert "Node(" not in str(found)
    assert len(str(found)) < 500


def test_an_alias_says_the_same_again(write):
    assert cells(write, "- &a {slug: a, title: &t 甲}\n- {slug: b, title: *t}") == [
        {"slug": "a", "title": "甲"},
        {"slug": "b", "title": "甲"},
    ]


@pytest.mark.parametrize(
    "text",
    [
        "- &a {slug: a, title: &t " + "甲" * 100_000 + "}\n" + "- {slug: b, title: *t}\n" * 100,
        "- {slug: a, topics: &t [" + "x," * 10_000 + "]}\n" + "- {slug: b, topics: *t}\n" * 100,
        "- {slug: a, citations: &t ["
        + "{source: s}," * 5_000
        + "]}\n"
        + "- {slug: b, citations: *t}\n" * 100,
        "- slug: a\n  topics: &b [&a [x, x, x, x, x, x, x, x, x, x]]\n"
        + "".join(
            f"- {{slug: s{n}, topics: &c{n} [{'*c' + str(n - 1) + ', ' if n else ''}*b, *b]}}\n"
            for n in range(9_000)
        ),
    ],
    ids=["text", "list", "rows", "nested"],
)
def test_aliases_that_stand_for_too_much_are_refused_at_once(write, text):
    began = time.process_time()
    found = problem(write, text)
    assert "stand for more than is read" in found.message
    assert found.place.line > 1
    assert time.process_time() - began < 1


def test_aliases_may_stand_for_as_much_as_anybody_writes(write):
    text = "- {slug: a-0, citations: &c [{source: board, locator: ¶3}]}\n" + "".join(
        f"- {{slug: a-{number}, citations: *c}}\n" for number in range(1, 5_000)
    )
    rows, problems = read_text(write, text)
    assert problems == []
    assert len(rows) == 10_000


def test_a_tag_makes_no_object(write):
    rows, problems = read_text(write, "- {slug: a, title: !!python/object/apply:os.getcwd []}")
    assert (rows, len(problems)) == ([], 1)


@given(
    content=st.one_of(
        st.binary(max_size=60), st.text(alphabet="[]{}:,-?&*a!|>\"'#%@ \n\t~null0", max_size=40)
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_read_or_refused(content, write):
    rows, problems = read_text(write, content)
    assert all(problem.message and problem.place.file == "policies.yaml" for problem in problems)
    for row in rows:
        assert all(isinstance(name, str) for name in row.cells)
        assert all(cell is None or isinstance(cell, str | list) for cell in row.cells.values())


@pytest.mark.parametrize("path", sorted(CONTENT.glob("*.yaml")), ids=lambda path: path.name)
def test_a_file_of_a_whole_chronicle_has_the_right_shape(path):
    rows, problems = read_all(path)
    assert rows
    assert problems == []
