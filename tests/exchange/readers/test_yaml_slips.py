"""Slips of an input method and values that YAML loses: each is named with its line and with what to write."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files import read_all
from timeline.exchange.readers.types import UnreadableFileError
from timeline.exchange.readers.yaml_slips import find_slip
from timeline.exchange.readers.yaml_text import parse

pytestmark = pytest.mark.usefixtures("english")


def refusal(text):
    with pytest.raises(UnreadableFileError) as refused:
        parse("site.yaml", text)
    return refused.value.problem


@pytest.mark.parametrize(
    ("text", "line", "example"),
    [
        ("- slug: a\n  colour: #0b6e4f\n  city: b", 2, 'colour: "#0b6e4f".'),
        ("- slug: a\n  colour:   #0b6e4f", 2, 'colour: "#0b6e4f".'),
        ("- slug: a\n  title: 关于 #3号文", 2, 'title: "关于 #3号文".'),
        ('- slug: a\n  title: 关于“甲"” #3', 2, "title: '关于“甲\"” #3'."),
        ("- slug: a\n  topics:\n    - b\n    - #c", 4, '- "#c".'),
    ],
)
def test_what_a_comment_would_lose_is_refused_with_the_value_in_quotation_marks(text, line, example):
    problem = refusal(text)
    assert problem.place.line == line
    assert example in problem.message


@pytest.mark.parametrize(
    "text",
    [
        '- slug: a\n  colour: "#0b6e4f"',
        '- slug: a\n  colour: "#0b6e4f" #green',
        "- slug: a\n  title: # not known yet\n",
        "- slug: a # the first\n",
        "- slug: a\n  body: |-\n    一 #二\n    #三\n",
        "#colour: red\n- slug: a\n  url: https://example.com/#top\n",
        "- slug: a\n  title: C#语言\n",
    ],
)
def test_comments_and_quoted_values_are_read(text):
    assert parse("site.yaml", text) is not None


def test_a_text_that_begins_with_an_ampersand_is_not_cut():
    problem = refusal("- slug: a\n  title: &rd programme\n")
    assert (problem.place.line, "“&rd” would be lost" in problem.message) == (2, True)
    assert parse("site.yaml", "- slug: &x a\n- slug: *x\n") is not None


def test_a_text_does_not_take_in_the_column_below_it():
    assert "full-width colon" in refusal("- slug: a\n  title: 甲\n    note：乙\n").message
    assert parse("site.yaml", "- slug: a\n  summary: 甲\n    说明：乙\n") is not None


@pytest.mark.parametrize("text", ["- slug：x", "- slug:x", "－slug：x", "-　slug: a"])
def test_what_was_meant_as_a_row_is_told_as_such(tmp_path, text):
    (tmp_path / "topics.yaml").write_text(text, encoding="utf-8")
    _rows, problems = read_all(tmp_path / "topics.yaml")
    assert [problem.message.partition(":")[0] for problem in problems] == ["This is no row"]


def test_full_width_signs_of_json_are_named(tmp_path):
    for text, sign in [('[{"slug": "a"，"title": "b"}]', "，"), ("[{“slug”: 1}]", "“"), ("［1]", "［")]:
        (tmp_path / "topics.json").write_text(text, encoding="utf-8")
        _rows, (problem,) = read_all(tmp_path / "topics.json")
        assert f"the sign “{sign}” is full-width" in problem.message


@given(st.text(max_size=60))
def test_any_line_has_an_answer(line):
    assert isinstance(find_slip(line), str)


@pytest.mark.parametrize(
    "line", ["  补充说明：一", "- slug: a", "  title: 关于：乙", "", "  summary: 一—二", "--- "]
)
def test_prose_and_sound_lines_are_no_slips(line):
    assert find_slip(line) == ""
