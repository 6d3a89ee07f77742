"""Hits of a search in the original text: fragments to mark, and a snippet around the first hit.

Fragments are plain text: the caller escapes and marks them. This module imports no Django.
"""

import functools
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from timeline.search.dates import marked_terms
from timeline.values.chinese import fold

_RUN = re.compile(r"\S+")
# Characters that fold together with the one before, besides combining marks: sound marks of half-width kana,
# vowels and finals of Hangul syllables.
_joining = re.compile("[\uff9e\uff9f\u1160-\u11ff]")
LENGTH = 80
# The remainder of a short clause, with its punctuation.
_SHORT = 14
_CLAUSE = re.compile(rf"[^，。；：、！？,.;:!?\n]{{0,{_SHORT}}}[，。；：、！？,.;:!?\n]\s*")
# The end of a clause; the end of a word in a language with spaces.
_ENDS = (re.compile(r"[，。；：、！？]|[,.;:!?](?=\s)|(?=\n)"), re.compile(r"(?=\s)"))


@dataclass(frozen=True)
class Fragment:
    """A part of the text; `is_hit` tells whether it matches the query."""

    text: str
    is_hit: bool = False


def highlight(text: str, query: str, convert: Callable[[str], str] | None = None) -> list[Fragment]:
    """Split the whole text into fragments.

    Hits are found in the original text. `convert` then changes its script for display.
    """
    return _pieces(text, _hits(text, marked_terms(query)), 0, len(text), convert)


def snippet(
    text: str,
    query: str,
    convert: Callable[[str], str] | None = None,
    ellipsis: str = "…",
) -> list[Fragment]:
    """Return about `LENGTH` characters around the first hit, or from the start if there is none.

    Omitted text becomes an ellipsis. The snippet starts and ends at a clause if one is
    near, and has no line breaks.
    """
    hits = _hits(text, marked_terms(query))
    first, behind = hits[0] if hits else (0, 0)
    # A third of the available space comes before the hit, more if the text ends soon after it.
    available = max(LENGTH - (behind - first), 0)
    start = max(0, min(first - available // 3, len(text) - LENGTH))
    stop = min(len(text), max(start + LENGTH, behind))
    if start and (clause := _CLAUSE.match(text, start, first)):
        start = clause.end()
    if stop < len(text):
        stop = _end_before(text, max(behind, stop - _SHORT), stop)
    pieces = _on_one_line(_pieces(text, hits, start, stop, convert))
    before, after = text[:start].strip(), text[stop:].strip()
    return [*([Fragment(ellipsis)] if before else []), *pieces, *([Fragment(ellipsis)] if after else [])]


def _end_before(text: str, earliest: int, stop: int) -> int:
    """Return the last end of a clause, or else of a word, in this range; `stop` if there is none."""
    for ends in _ENDS:
        if found := [end.end() for end in ends.finditer(text, earliest, stop)]:
            return found[-1]
    return stop


def _on_one_line(pieces: list[Fragment]) -> list[Fragment]:
    """Replace line breaks with spaces, or with nothing after a full-width character."""
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
        # The text is converted as a whole, since a character may depend on its neighbours.
        return [Fragment(whole[begin:end], mark) for begin, end, mark in cuts]
    return [Fragment(convert(text[begin:end]), mark) for begin, end, mark in cuts]


def _hits(text: str, wanted: list[str]) -> list[tuple[int, int]]:
    """Return the ranges of hits in order. Adjacent and overlapping ranges are merged."""
    found: list[tuple[int, int]] = []
    for run in _RUN.finditer(text):
        for begin, end in sorted(_in_run(run.group(), wanted)):
            begin, end = run.start() + begin, run.start() + end
            if found and begin <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], end))
            else:
                found.append((begin, end))
    return found


def _in_run(run: str, wanted: list[str]) -> Iterator[tuple[int, int]]:
    """Return the ranges of the words in text without white space."""
    folded = fold(run)
    present = [word for word in dict.fromkeys(wanted) if word in folded]
    if not present:
        return
    positions, offsets = _clusters(run)
    if offsets[-1] != len(folded):
        # No known text gets here. The position of a word is unknown, so the whole run is the hit.
        yield 0, len(run)
        return
    for word in present:
        at = folded.find(word)
        while at >= 0:
            # From the character with the start of the word to the one with its end.
            first, last = bisect_right(offsets, at) - 1, bisect_left(offsets, at + len(word))
            yield positions[first], positions[last]
            at = folded.find(word, at + 1)


def _clusters(run: str) -> tuple[list[int], list[int]]:
    """Return where each character begins in the text and in the folded text, and where the last one ends.

    What joins a character belongs to it.
    """
    positions, offsets = [0], [0]
    for end in range(1, len(run) + 1):
        if end == len(run) or not (unicodedata.combining(run[end]) or _joining.match(run[end])):
            offsets.append(offsets[-1] + _length(run[positions[-1] : end]))
            positions.append(end)
    return positions, offsets


# A text has few distinct characters, each many times.
@functools.lru_cache(maxsize=8192)
def _length(cluster: str) -> int:
    return len(fold(cluster))
