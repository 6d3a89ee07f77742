"""Positions in sources in the language of the page: ¶2, 第2页 and the parts of documents."""

import re
from collections.abc import Callable

from django.utils.html import format_html

from timeline.i18n.display import (
    CONTENT_LANGUAGE,
    in_page_script,
    is_in_chinese,
    page_script_text,
    with_chinese_marked,
)
from timeline.i18n.languages import current_language, language_tag
from timeline.values.numerals import chinese_numeral

_paragraph = re.compile(r"¶([0-9]+(?:[-–][0-9]+)?)")
# Numbered paragraphs, pages and articles as Chinese sources have them: 第4段, 第1至2页, 第一条.
_NUMERALS = {chinese_numeral(number): str(number) for number in range(1, 100)}
_number = f"[0-9]+|{'|'.join(_NUMERALS)}"
_numbered_place = re.compile(rf"第({_number})(?:[-–至]({_number}))?(段|页|条|件事)")
_PLACES = {
    "段": ("para.", "paras."),
    "页": ("p.", "pp."),
    "条": ("art.", "arts."),
    "件事": ("item", "items"),
}
# 二（一）（三）: a section and its subsections.
_section = re.compile(rf"({_number})((?:（(?:{_number})）)+)")
_headed_section = re.compile("(“[^“”]+”)一节")
# The parts that documents and articles have, by their usual names.
_PARTS = {
    "正文": "text",
    "题名": "title",
    "题下说明": "note under the title",
    "摘要": "abstract",
    "目录": "contents",
    "引言": "preamble",
    "通知": "notice",
    "公告": "announcement",
    "函件": "letter",
    "网页著录": "data of the page",
}
_BETWEEN_PARTS = "；、和"


def locator_html(locator: str) -> str:
    """Format a position in a source for the language of the page: ¶2 becomes 第2段 in Chinese, 第2段 para. 2 in English.

    What a rule translated has its original as title.
    """
    written = _written_locator(locator)
    if is_in_chinese() or written == locator:
        return in_page_script(written)
    chinese, english = language_tag(CONTENT_LANGUAGE), language_tag(current_language())
    return format_html(
        '<span lang="{}" title="{}"><span lang="{}">{}</span></span>',
        chinese,
        locator,
        english,
        with_chinese_marked(written),
    )


def locator_text(locator: str) -> str:
    """Return the same as plain text."""
    return page_script_text(_written_locator(locator))


def _written_locator(locator: str) -> str:
    if is_in_chinese():
        return _paragraph.sub(r"第\1段", locator)
    parts, rest = [], locator
    while rest:
        part, rest = _leading_part(rest.lstrip(_BETWEEN_PARTS))
        if not part:
            return locator
        parts.append(part)
    return ", ".join(parts)


def _leading_part(place: str) -> tuple[str, str]:
    """The part with which a place begins, in English, and the rest; "" if no rule knows the part."""
    for pattern, english in _PART_RULES.items():
        if found := pattern.match(place):
            return english(found), place[found.end() :]
    return "", place


def _numbered_place_in_english(found: re.Match[str]) -> str:
    first, last, unit = found.groups()
    one, several = _PLACES[unit]
    numbers = [_NUMERALS.get(number, number) for number in (first, last) if number]
    return f"{several if last else one} {'–'.join(numbers)}"


def _section_in_english(found: re.Match[str]) -> str:
    numbers = [_NUMERALS.get(number, number) for number in re.findall(_number, found[0])]
    return " ".join([numbers[0], *(f"({number})" for number in numbers[1:])])


_PART_RULES: dict[re.Pattern[str], Callable[[re.Match[str]], str]] = {
    _numbered_place: _numbered_place_in_english,
    _section: _section_in_english,
    # A heading stays as the source has it.
    _headed_section: lambda found: f"section {found[1]}",
    re.compile("|".join(_PARTS)): lambda found: _PARTS[found[0]],
}
