"""Nodes: null values, the line of each node, and excerpts for messages."""

import pytest

from timeline.exchange.readers.nodes import excerpt, is_null, line, mapping, scalar, sequence


def test_nothing_is_null_and_empty_text_is_not():
    assert is_null(scalar(None, 0))
    assert not is_null(scalar("", 0))
    assert not is_null(sequence([], 0))


def test_lines_count_from_one():
    assert [line(node) for node in (scalar("a", 0), sequence([], 4), mapping([], 9))] == [1, 5, 10]


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (scalar("甲", 0), "甲"),
        (scalar(None, 0), ""),
        (sequence([scalar(word, 0) for word in "abcd"], 0), "a, b, c"),
        (sequence([scalar("a", 0), sequence([scalar("b", 0)], 0)], 0), "a"),
        (mapping([(scalar("zh", 0), scalar("甲", 0))], 0), "zh: …"),
        (mapping([(sequence([], 0), scalar("甲", 0)), (scalar("en", 0), sequence([], 0))], 0), "en: …"),
    ],
)
def test_an_excerpt_shows_the_first_level_and_no_more(node, words):
    assert excerpt(node) == words
