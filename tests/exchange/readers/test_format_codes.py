"""Parsing of number format codes: the ends of sections, and the kind of each token."""

import pytest

from timeline.exchange.readers.format_codes import parse_code


def pieces(code):
    return [[(token.kind, token.text) for token in section] for section in parse_code(code)]


@pytest.mark.parametrize(
    ("code", "sections"),
    [("", 1), ("0", 1), ("0;-0", 2), ("0;;", 3), (";;;", 4), ('0";"0', 1), ("0\\;0", 1), ("0!;0", 1), ("0_;0", 1),
     ("0*;0", 1), ('"open;', 1)],
)  # fmt: skip
def test_a_semicolon_ends_a_section_unless_it_is_to_be_shown(code, sections):
    assert len(parse_code(code)) == sections


@pytest.mark.parametrize(
    ("code", "tokens"),
    [
        ('"约"0万', [("literal", "约"), ("digit", "0"), ("literal", "万")]),
        ("\\y!d", [("literal", "y"), ("literal", "d")]),
        ("yyyymm", [("date", "yyyy"), ("date", "mm")]),
        ("s.00", [("date", "s.00")]),
        ("上午/下午h", [("noon", "上午/下午"), ("date", "h")]),
        ("0.0E+0", [("digit", "0"), ("sign", "."), ("digit", "0"), ("exponent", "E+"), ("digit", "0")]),
        ("General@", [("general", "General"), ("sign", "@")]),
        ("_ 0* ", [("literal", " "), ("digit", "0")]),
        ("*-0", [("unknown", "-"), ("digit", "0")]),
        ("0x", [("digit", "0"), ("unknown", "x")]),
    ],
)
def test_pieces_are_known_for_what_they_are(code, tokens):
    assert pieces(code) == [tokens]


@pytest.mark.parametrize(
    ("bracket", "tokens"),
    [
        ("[Red]", []),
        ("[红色]", []),
        ("[Color10]", []),
        ("[>=100]", [("condition", ">=100")]),
        ("[h]", [("elapsed", "h")]),
        ("[DBNum1]", [("numerals", "DBNum1")]),
        ("[$-804]", []),
        ("[$¥-804]", [("literal", "¥")]),
        ("[$-F800]", [("system", "F800")]),
        ("[$-411]", [("other_years", "411")]),
        ("[$-2000401]", [("numerals", "2000401")]),
        ("[?]", [("unknown", "?")]),
    ],
)
def test_what_stands_in_brackets_is_no_text_of_the_cell(bracket, tokens):
    assert pieces(bracket) == [tokens]
