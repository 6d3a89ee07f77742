"""What an input method makes of YAML: full-width signs and missing spaces, and values that are lost in a comment."""

import re
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timeline.exchange.readers.headers import find_column, find_table
from timeline.exchange.readers.types import printable
from timeline.rows.tables import TABLES

# A “- ” or what people type for it, and a name.
_NAME = r"\s*(?:[-－—–−]\s*)?[\"']?([\w（）]{1,40})[\"']?"
_NAMED_SLIPS: tuple[tuple[re.Pattern[str], str | Promise], ...] = (
    (
        re.compile(rf"{_NAME}\s*：(?!\S*: )"),
        gettext_lazy(
            "a full-width colon “：” stands behind the name; write a half-width one and a space: “%(name)s: …”"
        ),
    ),
    (
        re.compile(rf"{_NAME}\s*:\u3000"),
        gettext_lazy("a full-width space stands behind the colon; write a half-width one: “%(name)s: …”"),
    ),
    (
        re.compile(rf"{_NAME}:[^\s:]"),
        gettext_lazy("no space stands behind the colon; write one: “%(name)s: …”"),
    ),
)
_DASH_SLIPS: tuple[tuple[re.Pattern[str], str | Promise], ...] = (
    (
        re.compile(r" *[－—–−]"),
        gettext_lazy("the row begins with another dash; write a half-width “-” and a space"),
    ),
    (
        re.compile(r" *(?:-?\u3000| +\u3000)"),
        gettext_lazy("a full-width space stands at the beginning of the line; write half-width ones"),
    ),
)
_MISSING_SPACE = re.compile(r" *-([\w（）]{1,40})\s*[:：]")
# A # with something right behind it: a colour or a number. A comment that people mean has a space there.
_LOST = re.compile(r"[ \t]*#[^\s#=\-]")
# A name at the beginning of a line within a text of several lines.
_CONTINUED_NAME = re.compile(r"^\s*([a-z_]{2,40})\s*：", re.MULTILINE)


def find_slip(line: str) -> str:
    """What is wrong with the signs of a line of YAML, and what to write; empty if it has none of these slips."""
    for pattern, sentence in _NAMED_SLIPS:
        if (found := pattern.match(line)) and _is_name(found[1]):
            return str(sentence) % {"name": found[1]}
    for pattern, sentence in _DASH_SLIPS:
        if pattern.match(line):
            return str(sentence)
    if (found := _MISSING_SPACE.match(line)) and _is_name(found[1]):
        return _("no space stands behind the “-”; write one")
    return ""


def find_slip_near(text: str, *lines: int) -> tuple[int, str] | None:
    """The first slip in these lines of the text, counted from 0, or in the line with words before each of them."""
    rows = text.splitlines()
    for number in lines:
        before = next((one for one in range(min(number, len(rows)) - 1, -1, -1) if rows[one].strip()), None)
        for at in (number, before):
            if at is not None and at < len(rows) and (sentence := find_slip(rows[at])):
                return at, sentence
    return None


def lost_value_message(text: str, start: int, end: int) -> str:
    """The message on a plain value from start to end, if what is behind it is lost in a comment; else empty.

    Written so by people who mean a colour or a number.
    """
    if not _LOST.match(text, end):
        return ""
    line_start = text.rfind("\n", 0, start) + 1
    line_end = text.find("\n", end)
    before, meant = text[line_start:start], text[start : line_end if line_end >= 0 else len(text)].strip()
    if start == end:
        before = before.rstrip() + " "
    example = f"{before.strip()} " + (f"'{meant}'" if '"' in meant else f'"{meant}"')
    message = _(
        "To YAML, what begins with # is a comment and would be lost. Put the value in quotation marks: %(example)s. A comment has a space behind the #."
    )
    return message % {"example": printable(example[:120])}


def joined_column_message(value: str, lines: str) -> str:
    """The message on a plain value of several lines that has the next column in it; else empty."""
    for found in _CONTINUED_NAME.finditer(lines):
        if _is_name(found[1]) and found[1] in value:
            return find_slip(found[0])
    return ""


@cache
def _is_name(name: str) -> bool:
    """Whether it is the name of a column or of a table, as files may have it."""
    return find_table(name) is not None or any(find_column(table, name) for table in TABLES.values())
