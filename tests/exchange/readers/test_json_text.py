"""Reading of JSON: cells exactly as typed, each with its line; harmful files are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files import cells_of, problem_of, read_all
from timeline.exchange.readers.sources import Upload

pytestmark = pytest.mark.usefixtures("english")


def cells(text):
    return cells_of("policies.json", text)


def problem(text):
    return problem_of("policies.json", text)


@pytest.mark.parametrize(
    "typed", ["2013.10", "0", "-1", "1e3", "1.50", "true", "false", "330200199001011234"]
)
def test_a_number_or_truth_stays_the_text_that_was_typed(typed):
    assert cells(f'[{{"date": {typed}}}]') == [{"date": typed}]


def test_null_is_no_value_and_the_word_is_one():
    assert cells('[{"title": null, "summary": "null", "body": ""}]') == [
        {"title": None, "summary": "null", "body": ""}
    ]


def test_texts_are_read_with_their_escapes():
    assert cells(r'[{"title": "\u5b81\u6ce2", "body": "one\ntwo \ud83d\ude00"}]') == [
        {"title": "宁波", "body": "one\ntwo 😀"}
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_row_has_the_line_that_it_begins_in(end):
    text = end.join(["[", '{"slug": "a",', ' "title": "x"},', "", '{"slug": "b"}', "]"])
    rows, problems = read_all(Upload("policies.json", text.encode()))
    assert problems == []
    assert [(row.cells["slug"], row.place.row, row.place.line) for row in rows] == [("a", 1, 2), ("b", 2, 5)]


def test_a_name_that_stands_twice_is_seen():
    found = problem('[{"slug": "a", "date": 2013, "date": 2014}]')
    assert (found.column, found.value) == ("date", "2014")
    assert "twice" in found.message


@pytest.mark.parametrize("text", ["", " \r\n\t", "null", "[]", "{}", '{"policies": []}'])
def test_an_empty_file_has_no_rows_and_nothing_wrong(text):
    assert read_all(Upload("policies.json", text.encode())) == ([], [])


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[\n{"slug": "a"}\n{"slug": "b"}]', 3, "a comma or ] is expected here"),
        ('[\n{"slug": "a"\n"title": "b"}]', 3, "a comma or } is expected here"),
        ('[\n{"slug" "a"}]', 2, "a colon is expected here"),
        ('[\n{slug: "a"}]', 2, "a name in quotation marks is expected here"),
        ('[\n{"slug": a}]', 2, "text stands in quotation marks"),
        ('[\n{"slug": 012}]', 2, "text stands in quotation marks"),
        ('[\n{"slug": NaN}]', 2, "text stands in quotation marks"),
        ('[\n{"slug": "a"},\n]', 3, "a comma stands before ]"),
        ('[{"slug": "a",\n}]', 2, "a comma stands before }"),
        ('[\n{"slug": "a"}\n] x', 3, "nothing more is expected here"),
        ('[\n{"slug": "a}]\n', 2, "not closed, or holds what must be escaped"),
        ('[\n{"slug": "a\tb"}]', 2, "not closed, or holds what must be escaped"),
        ('[\n{"slug": "\\ud83d"}]', 2, "half a character"),
    ],
)
def test_what_is_no_json_is_refused_with_its_line(text, line, words):
    found = problem(text)
    assert (found.place.row, found.place.line) == (0, line)
    assert found.message.startswith("This is not JSON: ")
    assert words in found.message


@pytest.mark.parametrize("opening", ["[", '{"a": ', '[{"slug": ['])
def test_deep_nesting_is_refused(opening):
    assert "nested too deeply" in problem(opening * 100_000).message


@given(st.text(alphabet='[]{}:,"\\ \n0123456789.eE+-truefalsn甲\ud800', max_size=40))
def test_any_text_is_read_or_refused(text):
    rows, problems = read_all(Upload("policies.json", text.encode("utf-8", "replace")))
    assert all(problem.message and problem.place.file == "policies.json" for problem in problems)
    for row in rows:
        assert all(cell is None or isinstance(cell, str | list) for cell in row.cells.values())


LINES = b'{"slug": "a", "title": "x"}\r\n\n{"slug": "b", "title": "y}\n{"slug": "c", "citations": [{"source": "s"}]}\n'


@pytest.mark.parametrize("name", ["policies.jsonl", "policies-2024.ndjson", "政策.jsonl"])
def test_json_lines_have_a_row_a_line_and_a_broken_one_hides_only_itself(name):
    rows, (problem,) = read_all(Upload(name, LINES))
    assert [(row.table.name, row.place.row, row.place.line) for row in rows] == [
        ("policies", 1, 1),
        ("policies", 3, 4),
        ("citations", 3, 4),
    ]
    assert (problem.place.row, problem.place.line) == (2, 3)
    assert "not closed" in problem.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "A row is expected here"),
        ("1", "A row is expected here"),
        ('{"slug": "a"} {"slug": "b"}', "nothing more is expected here"),
    ],
)
def test_a_line_that_is_no_row_is_named(text, words):
    assert words in problem_of("policies.jsonl", text).message


def test_json_lines_of_no_table_are_refused():
    assert "perhaps “policies” is meant" in problem_of("polices.jsonl", LINES).message


@pytest.mark.parametrize("text", ["", "\n\r\n", "\ufeff"])
def test_an_empty_file_of_json_lines_has_nothing_wrong(text):
    assert read_all(Upload("policies.jsonl", text.encode())) == ([], [])
