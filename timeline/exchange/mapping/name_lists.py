"""Lists of names in one cell, as offices write them: 市委、市政府, or with a space, with 和, or with nothing between."""

import itertools
import re
from collections.abc import Callable, Collection, Iterator

# What stands between names of a list, what may stand within one name as well (镇海区 招宝山街道), and what joins two.
_MARKS, _BLANKS, _JOINING = "、，,；;|｜", r"\s/／", "以及|会同|[和与及暨]"
BETWEEN = re.compile(f"[{_MARKS}{_BLANKS}]")
MARK = re.compile(f"[{_MARKS}]")
AND = re.compile(_JOINING)
MARK_OR_AND = re.compile(f"[{_MARKS}]|{_JOINING}")
_token = re.compile(f"[^{_MARKS}{_BLANKS}]+")
_han = re.compile("[\u3400-\u9fff]")
# A name with separators in it has at most as many parts.
MAX_PARTS = 8
# Joined names are at most as long, because each beginning of a name is tried.
MAX_JOINED = 120


def possible_names(text: str) -> Iterator[str]:
    """Each part of the text that may be one name: all of it, what stands between two separators, and what 和 joins."""
    yield text
    tokens = [*_token.finditer(text)]
    for first in range(len(tokens)):
        for last in tokens[first : first + MAX_PARTS]:
            yield text[tokens[first].start() : last.end()]
        yield from AND.split(tokens[first][0])


def split_names(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """The names in the text, the longest that are known first; unknown ones end at a separator.

    Spaces do not separate unknown names in Latin letters.
    """
    if is_known(text):
        return [text]
    tokens = [*_token.finditer(text)]
    names: list[str] = []
    # Where an unknown name begins that a space may continue.
    begins: int | None = None
    number = 0
    while number < len(tokens):
        start, end = tokens[number].span()
        ends = [
            token.end()
            for token in tokens[number : number + MAX_PARTS]
            if is_known(text[start : token.end()])
        ]
        parts = [part for part in AND.split(text[start:end]) if part]
        if ends:
            names.append(text[start : ends[-1]])
            begins = None
        elif len(parts) > 1 and all(map(is_known, parts)):
            names += parts
            begins = None
        elif begins is not None and _is_within_name(text[tokens[number - 1].end() - 1 : start + 1]):
            names[-1] = text[begins:end]
        else:
            names.append(text[start:end])
            begins = start
        number += sum(token.end() <= ends[-1] for token in tokens[number:]) if ends else 1
    return [*dict.fromkeys(names)]


def _is_within_name(gap: str) -> bool:
    """Whether a gap, with the character before and the one after it, stands within a name in Latin letters."""
    return gap[1:-1].isspace() and not (_han.match(gap[0]) and _han.match(gap[-1]))


def split_joined(text: str, known: Collection[str]) -> list[str]:
    """The known names that the text is made of, if there is just one way; otherwise none."""
    if len(text) > MAX_JOINED:
        return []
    # By position, the ways to get there, of which two are enough.
    ways: list[list[list[str]]] = [[[]], *([] for _ in text)]
    for at, name in itertools.product(range(len(text)), known):
        if ways[at] and text.startswith(name, at):
            end = at + len(name)
            ways[end] = [*ways[end], *([*way, name] for way in ways[at])][:2]
    return ways[-1][0] if len(ways[-1]) == 1 and len(ways[-1][0]) > 1 else []
