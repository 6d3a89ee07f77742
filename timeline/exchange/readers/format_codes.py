"""Parses the code of a number format into sections and tokens (ECMA-376, 18.8.31)."""

import re
from collections.abc import Iterator
from typing import NamedTuple, cast


class Token(NamedTuple):
    """A token of a format code: a literal, a digit, a sign, a date part or an unknown.

    The signs are `.`, `,`, `%`, `/`, `E+`, `@` and `General`.
    """

    kind: str
    text: str


# Chinese and Japanese editions escape the next character with ! as well as with \.
_TOKEN = re.compile(
    r"""(?P<quoted>"[^"]*"?) | [\\!](?P<escaped>.) | (?P<blank>_.) | \*(?P<fill>.) | \[(?P<bracket>[^\]]*)\]
      | (?P<general>General) | (?P<noon>AM/PM|A/P|上午/下午) | (?P<exponent>E[+-])
      | (?P<date>y+|m+|d+|h+|s+(?:\.0+)?|a{3,}|e+|g+|b+)
      | (?P<digit>[0#?]) | (?P<sign>[.,%/@]) | (?P<letter>[A-Za-z]) | (?P<other>.)""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r'(?:"[^"]*"?|[\\!].|_.|\*.|\[[^\]]*\]|[^;])*', re.DOTALL)
_COLOUR = re.compile(
    r"black|blue|cyan|green|magenta|red|white|yellow|colou?r ?\d+|[黑蓝绿红白黄洋青]色?红?", re.I
)
CONDITION = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9.]+)")
_CURRENCY = re.compile(r"\$([^-]*)(?:-(.*))?", re.DOTALL)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
# Language tags that change neither digits nor calendar. Those of Japan, Taiwan, Thailand and Korea change the
# year.
_PLAIN_TAG = re.compile(r"(?:0*[0-9a-f]{1,4}|[a-z]{2,3}(?:-[a-z]{2,4})*)?", re.IGNORECASE)
_OTHER_YEARS = re.compile(r"0*(?:411|404|41e|412)|ja.*|zh-tw|th.*|ko.*", re.IGNORECASE)
_SYSTEM = re.compile(r"F800|F400|x-sysdate|x-systime", re.IGNORECASE)

# The placeholder for the text of the cell.
TEXT_PLACEHOLDER = Token("sign", "@")


def parse_code(code: str) -> list[list[Token]]:
    """The tokens of each section; there is at least one section."""
    return [list(_tokens(section)) for section in _sections(code)]


def _sections(code: str) -> Iterator[str]:
    position = 0
    while position <= len(code):
        # The pattern matches the empty string too.
        found = cast("re.Match[str]", _SECTION.match(code, position))
        yield found[0]
        position = found.end() + 1


def _tokens(section: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(section):
        kind, text = found.lastgroup or "", found[found.lastgroup or 0]
        if kind == "quoted":
            yield Token("literal", text.strip('"'))
        elif kind in ("escaped", "other"):
            yield Token("literal", text)
        elif kind == "blank":
            yield Token("literal", " ")
        elif kind == "fill":
            if not text.isspace():
                yield Token("unknown", text)
        elif kind == "bracket":
            yield from _bracketed(text)
        else:
            yield Token("unknown" if kind == "letter" else kind, text)


def _bracketed(text: str) -> Iterator[Token]:
    if CONDITION.fullmatch(text):
        yield Token("condition", text)
    elif _ELAPSED.fullmatch(text):
        yield Token("elapsed", text)
    elif text.upper().startswith("DBNUM"):
        yield Token("numerals", text)
    elif found := _CURRENCY.fullmatch(text):
        tag = found[2] or ""
        if _SYSTEM.fullmatch(tag):
            yield Token("system", tag)
        elif _OTHER_YEARS.fullmatch(tag):
            yield Token("other_years", tag)
        elif not _PLAIN_TAG.fullmatch(tag):
            yield Token("numerals", tag)
        if found[1]:
            yield Token("literal", found[1])
    elif not _COLOUR.fullmatch(text):
        yield Token("unknown", text)
