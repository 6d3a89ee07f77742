"""Text broken into lines of a picture that cannot break it itself, by the rules of Chinese punctuation."""

import re
from collections.abc import Callable, Iterator

from timeline.public.pictures.text_width import text_width

# What begins no line, and what ends none (GB/T 15834—2011, 5.1).
_NOT_FIRST = "，。、；：？！）》〉】〕」』”’…—·,.;:?!)]}%"
_NOT_LAST = "（《〈【〔「『“‘([{"
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_word_before = re.compile(rf"[^\s{_WIDE}]{{2,}}$")
_sign_or_word = re.compile(rf"\s+|[{_WIDE}]|[^\s{_WIDE}]+")


def broken(text: str, room: float, most: int, *, is_english: bool, is_bold: bool) -> list[str]:
    """At most so many lines of the text, each as wide as `room` (em) at most. What does not fit is cut and ends in “…”."""

    def width(line: str) -> float:
        return text_width(line.strip(), is_english=is_english, is_bold=is_bold, size=1)

    lines = [""]
    for piece in _pieces(text, lambda piece: width(piece) <= room):
        if width(lines[-1] + piece) <= room:
            lines[-1] += piece
        elif len(lines) < most:
            lines.append(piece)
        else:
            lines[-1] = _cut(lines[-1], lambda line: width(line) <= room)
            break
    return [line.strip() for line in lines if line.strip()]


def balanced(text: str, room: float, most: int, *, is_english: bool, is_bold: bool) -> list[str]:
    """The same in as many lines, of lengths as equal as can be where nothing is cut."""
    lines = broken(text, room, most, is_english=is_english, is_bold=is_bold)
    while len(lines) > 1 and not lines[-1].endswith("…") and (room := room - 1) > 1:
        narrower = broken(text, room, len(lines), is_english=is_english, is_bold=is_bold)
        if narrower[-1].endswith("…"):
            break
        lines = narrower
    return lines


def _pieces(text: str, fits: Callable[[str], bool]) -> Iterator[str]:
    """The parts between which a line may be broken: single wide signs, words with the space after them."""
    piece = ""
    for part in _sign_or_word.findall(text):
        if not fits(part):
            # A word longer than a line is broken anywhere.
            yield piece
            yield from part[:-1]
            piece = part[-1]
        elif not piece or part.isspace() or part[0] in _NOT_FIRST or piece[-1] in _NOT_LAST:
            piece += part
        else:
            yield piece
            piece = part
    yield piece


def _cut(line: str, fits: Callable[[str], bool]) -> str:
    """The beginning of the line for which there is room with an ellipsis, without a part of a word."""
    short = line
    while short and not fits(f"{short}…"):
        short = short[:-1]
    if line[len(short) : len(short) + 1].strip() and _word_before.search(line[: len(short) + 1]):
        short = _word_before.sub("", line[: len(short) + 1]) or short
    return f"{short.rstrip(_NOT_LAST + '，。、；：,.;: ')}…"
