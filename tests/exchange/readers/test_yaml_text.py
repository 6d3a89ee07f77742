"""Reading of YAML: cells exactly as typed, each with its location; harmful files are refused."""

import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import CONTENT, ROOT
from tests.files import read_all

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
    """Return the cells of a file without problems."""
    rows, problems = read_text(write, text, name)
    assert problems == []
    return [row.cells for row in rows]


def problem(write, text, name="policies.yaml"):
    """Return the only problem of a file, whether or not it has rows."""
    _, problems = read_text(write, text, name)
    assert len(problems) == 1, [str(problem) for problem in problems]
    return problems[0]


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
    ("text", "line"),
    [
        ("- slug: a\n- slug: [b\n", 2),
        ("- slug: a\n  title: b\n c: d\n", 3),
        ("- slug: a\n- title: 'b\n", 2),
        ("- slug: a\n- *nowhere\n", 2),
        ("- slug: a\n\tb: c\n", 2),
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


OPENINGS = ["[", "{a: ", "- ", "? ", "- slug: [", "- {slug: a, citations: [{x: ["]
READ_ALL = """
import os, sys, pathlib, django
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
django.setup()
from timeline.exchange.readers.types import Problem
from timeline.exchange.reading import read
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
    # In a subprocess, because a crash would end the test run.
    done = subprocess.run([sys.executable, "-c", READ_ALL, *paths], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.splitlines() == [f"{path.parent.name} refused" for path in paths]
    assert done.returncode == 0


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


def test_a_merge_key_takes_over_the_columns_of_a_row(write):
    text = """
- &a {slug: a, title: 甲, document_type: plan, issuers: [x]}
- {<<: *a, slug: b}
- &c
  <<: [{title: 丙}, *a]
  slug: c
- {slug: d, <<: *c}
"""
    assert cells(write, text) == [
        {"slug": "a", "title": "甲", "document_type": "plan", "issuers": ["x"]},
        {"slug": "b", "title": "甲", "document_type": "plan", "issuers": ["x"]},
        {"slug": "c", "title": "丙", "document_type": "plan", "issuers": ["x"]},
        {"slug": "d", "title": "丙", "document_type": "plan", "issuers": ["x"]},
    ]


def test_a_merge_key_takes_over_parts(write):
    text = "- {slug: a, citations: [&s {source: s, weight: main}]}\n- {slug: b, citations: [{<<: *s, locator: ¶1}]}"
    rows, problems = read_text(write, text)
    assert problems == []
    assert rows[3].cells == {"entry": "b", "source": "s", "weight": "main", "locator": "¶1"}


@pytest.mark.parametrize("value", ["a", "[a]", "[[{title: a}]]", "&x []\n  y: *x\n  <<: a"])
def test_a_merge_key_of_no_row_is_refused(write, value):
    found = problem(write, f"- slug: a\n- <<: {value}\n  slug: b\n")
    assert found.place.line > 1
    assert "“<<” takes over must be a row" in found.message


def test_a_quoted_name_is_no_merge_key(write):
    assert cells(write, "- {slug: a, '<<': b}") == [{"slug": "a", "<<": "b"}]


def test_merge_keys_that_stand_for_too_much_are_refused_at_once(write):
    wide = ", ".join(f"k{number}: x" for number in range(10_000))
    text = f"- &a {{{wide}}}\n" + "- {<<: *a}\n" * 100
    began = time.process_time()
    assert "stand for more than is read" in problem(write, text).message
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "text", ["---\n- slug: a\n---\n- slug: b\n", "- slug: a\n---\n---\n- slug: b\n...\n"]
)
def test_documents_that_are_lists_of_rows_are_read_one_after_another(write, text):
    rows, problems = read_text(write, text)
    assert problems == []
    assert [(row.cells["slug"], row.place.row) for row in rows] == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("text", "line"), [("- slug: a\n---\nslug: b\n", 3), ("policies: []\n---\n- slug: b\n", 1)]
)
def test_documents_of_another_kind_are_refused(write, text, line):
    found = problem(write, text)
    assert (found.place.line, "separated by “---”" in found.message) == (line, True)


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
