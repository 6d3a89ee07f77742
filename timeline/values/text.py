"""Cleaning of typed, pasted or imported text, and detection of damaged text and HTML.

This module imports no Django. Messages are marked for translation and translated on display.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable

from timeline.values.errors import InvalidValueError, gettext_noop


class TextError(InvalidValueError):
    """The text is damaged or contains something that must not be stored."""


# Unicode's Default_Ignorable_Code_Point and other characters without a glyph: the Syriac abbreviation mark,
# blank Braille, interlinear annotation marks and the object replacement character. Format characters with a
# glyph (Arabic number signs) are excluded.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u070f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_COMPATIBILITY_IDEOGRAPHS = "\uf900-\ufaff\U0002f800-\U0002fa1f"
_IDEOGRAPHS = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Characters that have an emoji form. The ranges include more than Unicode's list.
_EMOJI = (
    "©®‼⁉™ℹ\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25ff\u2600-\u27bf\u2934\u2935\u2b05-\u2b55〰〽㊗㊙"
    "\U0001f000-\U0001faff"
)
# Invisible characters that select a glyph or join emoji, only after a character they affect.
_SELECTING = "|".join(
    (
        f"(?<=[{_IDEOGRAPHS}])[\ufe00-\ufe02\U000e0100-\U000e01ef]",
        "(?<=[、。！，．：；？‘’“”])[\ufe00\ufe01]",
        "(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]",
        f"(?<=[{_EMOJI}])[\ufe0e\ufe0f]",
        "(?<=[0-9#*])\ufe0f(?=\u20e3)",
        f"(?<=[{_EMOJI}\ufe0f])\u200d(?=[{_EMOJI}])",
    )
)
_invisible = re.compile(f"[{_INVISIBLE}]+")
_invisible_or_selecting = re.compile(f"({_SELECTING})|[{_INVISIBLE}]")

# Brackets around the year of a document number, in pairs. NFKC does not change them.
YEAR_BRACKETS = "〔〕【】〖〗"

# The ideographic space is excluded: it is typed on purpose.
_EXOTIC_BLANKS = "\u00a0\u2000-\u200a\u202f\u205f"
_LINE_ENDS = "\n\r\v\f\u0085\u2028\u2029"
_exotic_blank = re.compile(f"[{_EXOTIC_BLANKS}]")
_blanks = re.compile(f"[ \t{_EXOTIC_BLANKS}]+")
_blanks_or_line_ends = re.compile(f"[ \t{_LINE_ENDS}{_EXOTIC_BLANKS}]+")
_tab_or_line_end = re.compile(f"[\t{_LINE_ENDS}]")
_line_end = re.compile("\r\n|[\r\v\f\u0085\u2028\u2029]")
# What stands behind a line without being seen. The look-behind keeps long runs of blanks from being tried again and again.
_behind_line = re.compile("(?<![ \t\u3000])[ \t\u3000]+(?=\n)")
_composable = re.compile(f"[^{_COMPATIBILITY_IDEOGRAPHS}]+")


# Up to a full stop, in Latin text before white space, so that no number ends a sentence.
_sentence = re.compile("[^\n]*?(?:[。！？][”’」』）]*|[.!?][”’)]*(?=\\s|$))")


def opening_sentence(text: str) -> str:
    """Return the first sentence of a text, or its first line if no sentence ends there."""
    found = _sentence.match(text)
    return found[0] if found else text.partition("\n")[0]


def remove_invisible(text: str) -> str:
    """Remove all invisible characters, glyph selectors included. For comparison only."""
    return text if text.isascii() else _invisible.sub("", text)


def is_blank(text: str) -> bool:
    """Whether nothing in the text is visible: only white space, invisible characters or combining marks."""
    return all(
        sign.isspace() or unicodedata.category(sign).startswith("M") for sign in remove_invisible(text)
    )


def clean_line(text: str) -> str:
    """Clean a single line of text for storage. Idempotent."""
    return _cleaned(text, _as_line)


def clean_prose(text: str) -> str:
    """Clean text of several lines for storage. Idempotent."""
    return _cleaned(text, _as_prose)


# Between names in one line of text.
NAME_SEPARATOR = "；"
# NFC makes a semicolon of the Greek question mark.
_name_separators = re.compile(f"[;；\u037e{_LINE_ENDS}]+")


def split_names(text: str) -> list[str]:
    """The names in a text, separated by semicolons or line ends, each cleaned; without repetitions."""
    names = (clean_line(name) for name in _name_separators.split(text))
    return [*dict.fromkeys(name for name in names if name)]


def clean_names(text: str) -> str:
    """Clean a text of names for storage in one line. Idempotent."""
    return NAME_SEPARATOR.join(split_names(text))


def clean_url(text: str) -> str:
    """Clean a URL for storage.

    It is not normalized to NFC, since servers may distinguish é from e with a combining accent.
    """
    return remove_invisible(text).strip()


def _cleaned(text: str, step: Callable[[str], str]) -> str:
    # Removing one character can change how another is treated.
    while (further := step(text)) != text:
        text = further
    return "" if is_blank(text) else text


def _as_line(text: str) -> str:
    return _blanks_or_line_ends.sub(_one_line_of, _composed(_visible(text))).strip()


def _one_line_of(blanks: re.Match[str]) -> str:
    return " " if _tab_or_line_end.search(blanks[0]) else " " * len(blanks[0])


def _as_prose(text: str) -> str:
    text = _line_end.sub("\n", _composed(_visible(text))).strip()
    if _exotic_blank.search(text):
        text = _with_plain_blanks(text)
    return _behind_line.sub(_hard_break_of, text)


def _with_plain_blanks(text: str) -> str:
    def as_plain(blanks: re.Match[str]) -> str:
        if not _exotic_blank.search(blanks[0]):
            return blanks[0]
        # At the start of a line, ordinary spaces would make it a code block; at its end, they would break it.
        outer = text[: blanks.start()].endswith("\n") or text.startswith("\n", blanks.end())
        return "" if outer else _exotic_blank.sub(" ", blanks[0])

    return _blanks.sub(as_plain, text)


def _hard_break_of(blanks: re.Match[str]) -> str:
    """The spaces by which Markdown breaks a line, at least two, of the blanks behind it; none behind an empty line."""
    spaces = blanks[0][len(blanks[0].rstrip(" ")) :]
    is_break = len(spaces) > 1 and blanks.string[blanks.start() - 1 : blanks.start()] != "\n"
    return spaces if is_break else ""


def _visible(text: str) -> str:
    if text.isascii() or not _invisible.search(text):
        return text
    return _invisible_or_selecting.sub(lambda found: found[1] or "", text)


def _composed(text: str) -> str:
    """Normalize to NFC, except CJK compatibility ideographs: NFC would change the characters of a title."""
    if unicodedata.is_normalized("NFC", text):
        return text
    return _composable.sub(lambda found: unicodedata.normalize("NFC", found[0]), text)


# Characters that XML 1.0, and therefore feeds and workbooks, cannot contain; C1 controls, which are never
# intended; and the replacement character.
_unprintable = re.compile(r"[^\t\n\u0020-\u007e\u00a0-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]")


def check_printable(text: str) -> None:
    """Raise TextError if the text is damaged or has characters that pages, feeds or workbooks cannot contain."""
    if not (found := _unprintable.search(text)):
        if _is_of_question_marks(text):
            raise TextError(
                gettext_noop(
                    "The text is nothing but question marks: it was damaged when it was read or copied. "
                    "Type what stands there in the original."
                )
            )
        return
    if found[0] == "\ufffd":
        raise TextError(
            gettext_noop(
                "The character at position %(position)s is �: the text was damaged when it was read or copied. "
                "Type what stands there in the original."
            ),
            position=found.start() + 1,
        )
    raise TextError(
        gettext_noop("Character %(code)s at position %(position)s cannot be printed; take it out."),
        code=f"U+{ord(found[0]):04X}",
        position=found.start() + 1,
    )


def _is_of_question_marks(text: str) -> bool:
    """Whether question marks replaced Chinese text: nothing else, or several and no letters (???2016?98?)."""
    marks = text.count("?")
    if marks < 2:
        return False
    return marks == len("".join(text.split())) or (marks > 2 and not any(map(str.isalpha, text)))


# Elements that remain after copying from Word, WPS and web pages. Words that people use as placeholders in
# angle brackets (<time>, <source>) are excluded.
_ELEMENTS = (
    "html|head|body|meta|style|script|link|base|p|br|hr|div|span|section|article|main|nav|aside|header|footer|figure"
    "|figcaption|a|b|i|u|s|em|strong|strike|del|ins|font|center|sup|sub|small|big|mark|cite|q|abbr|kbd|samp|var|tt|wbr"
    "|ruby|rt|rp|h[1-6]|ul|ol|li|dl|dt|dd|blockquote|pre|code|table|caption|colgroup|col|thead|tbody|tfoot|tr|td|th"
    "|img|picture|iframe|embed|video|audio|svg|canvas|input|textarea|noscript"
    # From Office and WeChat.
    "|(?:o|v|w|x|m|p|st1|u1):[a-z]+|mp-[a-z-]+"
)
_html = re.compile(
    rf"""(?<!\\)(?:
        </?(?:{_ELEMENTS})(?:\s+[a-z_:][\w:.-]*\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"'<>]+))*\s*/?>
      | <!--(?:[^>]{{0,40}}-->)? | <!\[ | <!doctype\b | <\?xml\b
      | &(?:nbsp|ensp|emsp|thinsp|zwj|zwnj|ldquo|rdquo|lsquo|rsquo|mdash|ndash|hellip|middot|bull|\#160|\#xa0);
    )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_backticks = re.compile("`+")
_MAX_SHOWN = 40


def check_no_html(text: str) -> None:
    """Raise TextError if the text has HTML outside Markdown code.

    `5 < 6` and <https://example.org> are not HTML.
    """
    found = _html.search(text)
    if not found:
        return
    code = _code_spans(text)
    starts = [start for start, _stop in code]
    while found:
        before = bisect_right(starts, found.start()) - 1
        if before < 0 or code[before][1] <= found.start():
            tag = text[found.start() : found.end()]
            raise TextError(
                gettext_noop(
                    "HTML is not understood here: %(tag)s at position %(position)s. Paste the text without formatting; "
                    "where Markdown is understood, format with it."
                ),
                tag=tag if len(tag) <= _MAX_SHOWN else tag[:_MAX_SHOWN] + "…",
                position=found.start() + 1,
            )
        found = _html.search(text, found.end())


def _code_spans(text: str) -> list[tuple[int, int]]:
    """Return the start and end of each Markdown code span. Its backtick runs have the same length."""
    runs = [(found.start(), found.end()) for found in _backticks.finditer(text)]
    following: dict[int, int] = {}
    closing: dict[int, int] = {}
    for number in range(len(runs) - 1, -1, -1):
        start, stop = runs[number]
        if stop - start in following:
            closing[number] = following[stop - start]
        following[stop - start] = number
    spans, number = [], 0
    while number < len(runs):
        last = closing.get(number)
        if last is None:
            number += 1
            continue
        spans.append((runs[number][0], runs[last][1]))
        number = last + 1
    return spans


def is_same_spelling(one: str, other: str) -> bool:
    """Whether two lines differ in blanks and the width of characters alone."""
    return _without_blanks(one) == _without_blanks(other)


def _without_blanks(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", remove_invisible(text)).split())
