"""What is no YAML: the line, what stands there and what to write, in words that are not the parser's."""

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from timeline.exchange.readers.types import UnreadableFileError
from timeline.exchange.readers.yaml_errors import unreadable_yaml
from timeline.exchange.readers.yaml_text import parse

pytestmark = pytest.mark.usefixtures("english")

COLON = "put a text with a colon in quotation marks"
WHOLE = "put the whole text in quotation marks"
INDENT = "is not indented as those above"
BACKSLASH = "put the text in single quotation marks"

BROKEN = [
    ("- slug: a\n- title: 关于：x: y", 2, COLON),
    ("a: 1\n  b: 2", 2, COLON),
    ("a:b\nc: d", 2, COLON),
    ('- title: "互联网+"行动', 1, WHOLE),
    ("- a: b\n c: d", 2, INDENT),
    ("a: b\n- c", 2, INDENT),
    ("- slug: a\n\ttitle: b", 2, "indent it by spaces"),
    ("\t- slug: a", 1, "indent it by spaces"),
    ("- a: >\n\t x\n", 2, "indent it by spaces"),
    ("- a: b\n  c\n- d: e", 2, "has no “name: value”"),
    ("- a: b\n- c: 'd\n- e: f\n", 2, "is never closed"),
    ("- a: 'x\n---\ny'", 1, "is never closed"),
    ("- a: [b\n- c: d", 2, "needs a comma or ]"),
    ("- {a: b\n\n", 1, "needs a comma or }"),
    ("- a: @x", 1, "begins with “@”"),
    ("- a: %x", 1, "begins with “%”"),
    ("- a: b\n- *x", 2, "begins with * in quotation marks"),
    ("- &x a\n- &x b", 2, "is used before"),
    ('- a: "C:\\q"', 1, BACKSLASH),
    ('- a: "\\xZ"', 1, BACKSLASH),
    ('- a: "\\uD800"', 1, BACKSLASH),
    ("- a: - b", 1, "begins with “- ” in quotation marks"),
    ("- a: ? b", 1, "begins with “? ”"),
    ("- a: ]", 1, "a value is missing here"),
    ("- a: &", 1, "begins with & or *"),
    ("- a: |9x\n b", 1, "behind | or >"),
    ("- a: !foo!bar x", 1, "begins with “!”"),
    ("%YAML 2.0\n---\na", 1, "a line that begins with a percent sign"),
    ("- a: x\n...\nb: c", 3, "three points"),
    ("- a: b\n- c: d\x07", 2, "not shown"),
    ("- slug: a\n  title：b\n  date: c", 2, "full-width colon"),
    ("- slug：a\n  title: b", 1, "full-width colon"),
    ("- slug: a\n  标题：b\n  date: c", 2, "full-width colon"),
    ("- slug: a\n  title:\u3000b\n  date: c", 2, "full-width space stands behind the colon"),
    ("- slug: a\n\u3000\u3000title: b", 2, "full-width space stands at the beginning"),
    ("－ slug: a\n  title: b", 1, "another dash"),
    ("— slug: a\n  title: b", 1, "another dash"),
    ("-slug: a\n title: b", 1, "no space stands behind the “-”"),
    ("- slug: a\n  title:b\n  date: c", 2, "no space stands behind the colon"),
]


@pytest.mark.parametrize(("text", "line", "words"), BROKEN)
def test_what_is_no_yaml_is_named_with_its_line_and_what_to_write(text, line, words):
    with pytest.raises(UnreadableFileError) as refused:
        parse("policies.yaml", text)
    problem = refused.value.problem
    assert words in problem.message
    assert problem.place.line == line
    assert problem.message.startswith("This is not YAML: ")


@pytest.mark.parametrize("text", [text for text, _line, _words in BROKEN])
def test_either_parser_is_understood(text):
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        try:
            [*yaml.compose_all(text, Loader=loader)]
        except yaml.YAMLError as error:
            assert_in_own_words(unreadable_yaml("policies.yaml", text, error))


@given(st.text(alphabet="[]{}:,-?&*a!|>\"'#%@\\ \n\t~.0", max_size=30))
def test_no_word_of_the_parser_is_shown(text):
    try:
        parse("policies.yaml", text)
    except UnreadableFileError as error:
        assert_in_own_words(error)


def assert_in_own_words(error):
    message = error.problem.message
    for word in ("expected", "found", "while", "token", "scalar", "mapping values", "block"):
        assert word not in message
