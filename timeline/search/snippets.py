"""Where the words of a search stand in a text as it was written: pieces to mark, and a short part around the first.

Pieces, never HTML: whoever shows them escapes and marks them. This module imports no Django.
"""

import functools
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from timeline.values.chinese import fold, search_terms

_RUN = re.compile(r"\S+")
LENGTH = 80
# The rest of a clause, where it is short, with what ends it.
_SHORT = 14
_CLAUSE = re.compile(rf"[^，。；：、！？,.;:!?\n]{{0,{_SHORT}}}[，。；：、！？,.;:!?\n]\s*")
# Where a clause ends, and where a word does that is written apart.
_ENDS = (re.compile(r"[，。；：、！？]|[,.;:!?](?=\s)|(?=\n)"), re.compile(r"(?=\s)"))


@dataclass(frozen=True)
class Fragment:
    """Some of the text, and whether it is a hit."""

    text: str
    is_hit: bool = False


def highlight(text: str, query: str, convert: Callable[[str], str] | None = None) -> list[Fragment]:
    """All of the text in pieces; the hits are found in what it is, and `convert` (to another script) changes how it looks."""
    return _pieces(text, _hits(text, search_terms(query)), 0, len(text), convert)


def snippet(
    text: str,
    query: str,
    length: int = LENGTH,
    convert: Callable[[str], str] | None = None,
    ellipsis: str = "…",
) -> list[Fragment]:
    """About so many characters around the first hit, or from the beginning where there is none; an ellipsis where text is left out.

    It begins and ends with a clause where one does so near by, and has no line breaks.
    """
    hits = _hits(text, search_terms(query))
    first, behind = hits[0] if hits else (0, 0)
    # A third of what there is room for stands before the hit, more where the text soon ends.
    room = max(length - (behind - first), 0)
    start = max(0, min(first - room // 3, len(text) - length))
    stop = min(len(text), max(start + length, behind))
    if start and (clause := _CLAUSE.match(text, start, first)):
        start = clause.end()
    if stop < len(text):
        stop = _end_before(text, max(behind, stop - _SHORT), stop)
    pieces = _on_one_line(_pieces(text, hits, start, stop, convert))
    before, after = text[:start].strip(), text[stop:].strip()
    return [*([Fragment(ellipsis)] if before else []), *pieces, *([Fragment(ellipsis)] if after else [])]


def _end_before(text: str, earliest: int, stop: int) -> int:
    """The last place between these where a clause ends, or else a word; `stop` where there is none."""
    for ends in _ENDS:
        if found := [end.end() for end in ends.finditer(text, earliest, stop)]:
            return found[-1]
    return stop


def _on_one_line(pieces: list[Fragment]) -> list[Fragment]:
    """The pieces with a space for a line break, and with nothing for one beside a full-width character."""
    lines, before = [], ""
    for piece in pieces:
        text = ""
        for sign in piece.text:
            if sign == "\n":
                text += "" if unicodedata.east_asian_width(before or " ") in "WF" else " "
            else:
                text += sign
            before = sign
        lines.append(Fragment(text, piece.is_hit))
    return lines


def _pieces(
    text: str, hits: list[tuple[int, int]], start: int, stop: int, convert: Callable[[str], str] | None
) -> list[Fragment]:
    cuts: list[tuple[int, int, bool]] = []
    at = start
    for begin, end in hits:
        begin, end = max(begin, at), min(end, stop)
        if begin < end:
            cuts += [(at, begin, False), (begin, end, True)]
            at = end
    cuts.append((at, stop, False))
    cuts = [cut for cut in cuts if cut[0] < cut[1]]
    whole = convert(text) if convert else text
    if convert is None or len(whole) == len(text):
        # Character for character, so that each was changed in view of those beside it.
        return [Fragment(whole[begin:end], mark) for begin, end, mark in cuts]
    return [Fragment(convert(text[begin:end]), mark) for begin, end, mark in cuts]


def _hits(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    """Where the text is a hit, in order, those that meet made one."""
    found: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        spots = sorted(_in_run(run.group(), wanted))
        for begin, end in ((run.start() + begin, run.start() + end) for begin, end in spots):
            if found and begin <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], end))
            else:
                found.append((begin, end))
    return found


def _in_run(run: str, wanted: list[str]) -> Iterator[tuple[int, int]]:
    """Where one of the words stands in text without white space."""
    folded = fold(run)
    present = [word for word in dict.fromkeys(wanted) if word in folded]
    if not present:
        return
    # offsets[i] is where what the first i characters fold to ends.
    offsets = _offsets(run, folded)
    for word in present:
        at = folded.find(word)
        while at >= 0:
            # The character that holds the first of the word, up to the one that holds its last.
            yield bisect_right(offsets, at) - 1, bisect_left(offsets, at + len(word))
            at = folded.find(word, at + 1)


def _offsets(run: str, folded: str) -> list[int]:
    """How long what comes before each character is when folded. One with marks upon it counts as one."""
    offsets = _ends(_clusters(run))
    if offsets[-1] != len(folded):
        # Rare: characters that only fold together, as the parts of a Hangul syllable.
        offsets = _ends(_joined(_clusters(run)))
    if offsets[-1] != len(folded):
        # No known text: where a word stands in it cannot be said, so all of it is the hit.
        offsets = [0] * len(run) + [len(folded)]
    return offsets


def _ends(clusters: Iterable[str]) -> list[int]:
    offsets = [0]
    for cluster in clusters:
        # What a mark is on is one with it: its characters all begin where it does.
        offsets += [offsets[-1]] * (len(cluster) - 1) + [offsets[-1] + _length(cluster)]
    return offsets


def _joined(clusters: Iterable[str]) -> Iterator[str]:
    """The clusters, those joined that fold to something else together than one by one."""
    last = ""
    for cluster in clusters:
        # A few characters back are enough: what folds together is short.
        if last and _length(last[-REACH:] + cluster) != _length(last[-REACH:]) + _length(cluster):
            last += cluster
        else:
            if last:
                yield last
            last = cluster
    yield last


# As many characters as may fold together.
REACH = 4


# A text has few characters, each many times.
@functools.lru_cache(maxsize=8192)
def _length(cluster: str) -> int:
    return len(fold(cluster))


def _clusters(run: str) -> Iterator[str]:
    """The characters of the text, each with the marks upon it."""
    begin = 0
    for at in range(1, len(run)):
        if not unicodedata.combining(run[at]):
            yield run[begin:at]
            begin = at
    yield run[begin:]
