"""Proposals where a search finds nothing: the parts of the text that find entries, and names like it."""

import difflib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from timeline.search.dialects import Dialect, Search, Sql, Value
from timeline.search.index import RecordType
from timeline.search.query import parse_words, select
from timeline.values.chinese import fold

MAX_PARTS = 5
MAX_NAMES = 5
# As many parts are looked up.
_TRIED = 20
# As many records of reference, and as many entries, are compared with the text.
_COMPARED = 200
# No name is longer; the rest of a text would only make the comparison slow.
_LENGTH = 60
# The share of characters in common: one of three may differ, or two of six.
_LIKENESS = 0.65
# Latin letters are few, so that more of them are in common by chance.
_LIKENESS_OF_LATIN, _LIKENESS_OF_WORDS = 0.8, 0.75
# Units of administration, which names of places are often written without.
_UNITS = "省市县区镇"
_word = re.compile(r"[a-z0-9]+")
# Runs of Latin letters and digits, or of other letters, without punctuation: 5G基站.
_run = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9.\-]*[a-zA-Z0-9])?|(?:(?![a-zA-Z0-9_])\w)+")


class Part(NamedTuple):
    """A part of a text, as it was typed, and the number of public entries that contain it."""

    text: str
    size: int


def parts_with_hits(text: str) -> list[Part]:
    """Return the parts of a text that find entries, in one query: its words, else the beginnings and ends of its word.

    A part of another one is left out, and so are the parts of a Latin word, which mean nothing, and lone punctuation.
    """
    tried = [part for part in _parts(text) if parse_words(part)][:_TRIED]
    if not tried:
        return []

    def statement(dialect: Dialect, now: Value) -> Sql:
        counts: list[str] = []
        values: list[Value] = []
        for number, part in enumerate(tried):
            sql, more = dialect.count_query(Search(parse_words(part), record_type=RecordType.ENTRY, now=now))
            counts.append(f"SELECT {number}, ({sql})")
            values += more
        return " UNION ALL ".join(counts), values

    found = [Part(tried[number], size) for number, size in sorted(select(statement)) if size]
    largest = [one for one in found if not any(one.text in other.text for other in found if other != one)]
    return largest[:MAX_PARTS]


def _parts(text: str) -> Iterator[str]:
    words = [word for word in dict.fromkeys(text.split()) if _run.search(word)]
    if len(words) == 1:
        words = list(dict.fromkeys(_run.findall(words[0])))
    if len(words) != 1:
        yield from words
        return
    word = words[0]
    if word != text.strip():
        yield word
    if word.isascii():
        return
    # The longest first. Single characters tell nothing.
    for length in range(min(len(word) - 1, _TRIED // 2 + 1), 1, -1):
        yield word[:length]
        yield word[-length:]


class Name(NamedTuple):
    """A name, folded, with the type and key of its record."""

    text: str
    record_type: RecordType
    record: int


def similar_names(text: str) -> list[Name]:
    """Return the names of public records that are like the text, the most similar first.

    They share most characters with it; those in Latin letters, a similar word for each of its words; those of two
    characters, one of them at its place. They are chosen among a bounded number of records that share several adjacent
    characters with it, of two characters among a bounded number of reference records. A record occurs once.
    """
    wanted = fold(text)[:_LENGTH]
    if len(wanted) == 2 and not wanted.isascii():
        return _best(_named(_ends(wanted), [None]), partial(_share_at_its_place, wanted))
    # Where at most two characters differ, one third of the others is adjacent.
    length = max(2, len(wanted) // 3)
    pieces = dict.fromkeys(wanted[at : at + length] for at in range(len(wanted) - length + 1))
    names = _named([piece for piece in pieces if " " not in piece], [None, RecordType.ENTRY])
    if len(wanted) < 3 or not names:
        return []
    if wanted.isascii():
        by_word = _likeness_by_word(wanted, names)
        return _best(names, lambda name: max(by_word.get(name, 0), _ratio(wanted, name, _LIKENESS_OF_LATIN)))
    return _best(names, lambda name: _ratio(wanted, name, _LIKENESS))


def _named(pieces: Sequence[str], record_types: Sequence[RecordType | None]) -> dict[str, Name]:
    """Return the names of a bounded number of records of each type that contain one of the pieces, in one query."""
    if not pieces:
        return {}

    def statement(dialect: Dialect, now: Value) -> Sql:
        queries = [
            dialect.names_query(Search(tuple(pieces), record_type=record_type, now=now), _COMPARED)
            for record_type in record_types
        ]
        selects = " UNION ALL ".join(f"SELECT * FROM ({sql}) AS named" for sql, _values in queries)
        return selects, [value for _sql, values in queries for value in values]

    names: dict[str, Name] = {}
    for record_type, record, title in select(statement):
        for name in filter(None, title.split("\n")):
            names.setdefault(name, Name(name, RecordType(record_type), record))
    return names


def _best(names: Mapping[str, Name], likeness: Callable[[str], float]) -> list[Name]:
    """Return the names that are like the text at all, the most similar first, of equal ones the shortest."""
    scores = {name: score for name in names if (score := likeness(name))}
    found: dict[tuple[RecordType, int], Name] = {}
    for name in sorted(scores, key=lambda name: (-scores[name], len(name), name)):
        found.setdefault(names[name][1:], names[name])
    return [*found.values()][:MAX_NAMES]


def _ends(wanted: str) -> list[str]:
    """Return the first character at the beginning of a name, and the last one at its end or before a unit."""
    return [f"\n{wanted[0]}", *(f"{wanted[-1]}{end}" for end in f"\n{_UNITS}")]


def _share_at_its_place(wanted: str, name: str) -> float:
    """Return the share of characters that a name of the same length, without its unit, has at the same places."""
    if len(name) == len(wanted) + 1 and name[-1] in _UNITS:
        name = name[:-1]
    if len(name) != len(wanted):
        return 0
    return sum(map(str.__eq__, wanted, name)) / len(wanted)


def _ratio(wanted: str, name: str, least: float) -> float:
    """Return the share of characters in common, 0 if it is less than the least."""
    matcher = difflib.SequenceMatcher(None, name, wanted)
    if min(matcher.real_quick_ratio(), matcher.quick_ratio()) < least:
        return 0
    return ratio if (ratio := matcher.ratio()) >= least else 0


def _likeness_by_word(wanted: str, names: Iterable[str]) -> dict[str, float]:
    """Return the mean likeness of the words of a text to those of each name that has a similar one for every word."""
    words_of = {name: {*_word.findall(name)} for name in names}
    vocabulary = set[str]().union(*words_of.values())
    similar = [
        {other: ratio for other in vocabulary if (ratio := _ratio(word, other, _LIKENESS_OF_WORDS))}
        for word in dict.fromkeys(_word.findall(wanted))
    ]
    found: dict[str, float] = {}
    for name, words in words_of.items():
        best = [max((ratios[word] for word in words & ratios.keys()), default=0) for ratios in similar]
        if best and all(best):
            found[name] = sum(best) / len(best)
    return found
