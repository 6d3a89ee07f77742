"""Search: the records whose documents contain all words of a text, and the public ones by rank.

A document contains a word if the word is a substring of one of its texts: titles, summaries, the rest. A text that is
a date also finds the records that have it. An index over every pair of adjacent characters finds public documents; others, which only editors search, are
scanned.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from timeline.search.dates import read_date
from timeline.search.dialects import DIALECTS, Dialect, Rank, Search, Sql, Value
from timeline.search.index import RecordType
from timeline.values.chinese import fold, search_terms

Record = TypeVar("Record", bound=models.Model)


def parse_words(text: str) -> tuple[str, ...]:
    """Return the words of a query. A word that is part of another word adds nothing and is dropped."""
    words: list[str] = []
    for word in sorted(set(search_terms(text)), key=lambda word: (-len(word), word)):
        # The newline prevents matches across two words.
        if word not in "\n".join(words):
            words.append(word)
    return tuple(words)


def parse_search(text: str, record_type: RecordType | None = None) -> Search | None:
    """Return the search for a text; None if it has no word."""
    if not (words := parse_words(text)):
        return None
    search = Search(words, f"\n{fold(text)}\n", record_type)
    if (date := read_date(text)) is None:
        return search
    spellings = date.spellings
    if date.replaces_words:
        words, spellings = spellings[:1], spellings[1:]
    return replace(search, words=words, dates=date.names, spellings=spellings)


def matching_keys(search: Search, *, is_public: bool) -> RawSQL:
    """Return a subquery for the keys of the records that a search finds.

    With `is_public`, of those that are or will be public, which the index alone finds.
    """
    dialect = DIALECTS[connection.vendor]
    sql, values = dialect.indexed_query(search) if is_public else dialect.matching_query(search)
    return RawSQL(sql, tuple(values))


def select(statement: Callable[[Dialect, Value], Sql]) -> list[Any]:
    """Return the rows of a statement, which is given the dialect of the database and the present time."""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        cursor.execute(*statement(DIALECTS[connection.vendor], now))
        return [*cursor.fetchall()]


class Hit(NamedTuple):
    """A record that was found."""

    rank: Rank
    record_type: RecordType
    record: int


@dataclass(frozen=True)
class Hits:
    """The public records of one type, by default all reference records, that contain every word of a text, by rank.

    If the text is a date, the records that have it rank first; else one with the whole text as one of its names, then all words in titles and names, in these and
    summaries, in the rest; within a rank, by type from the last to the first, then newest first. If `among` is given, only
    records of this queryset are hits. A Paginator accepts this.
    """

    text: str
    record_type: RecordType | None = None
    among: models.QuerySet[models.Model] | None = None
    ranks: Sequence[Rank] = tuple(Rank)

    def count(self) -> int:
        """Return the exact number of hits of any rank."""
        return sum(number for (number,) in self._rows(lambda dialect, search: dialect.count_query(search)))

    def __getitem__(self, page: slice) -> list[Hit]:
        """Return the hits of a slice with an end."""
        start, stop = page.start or 0, page.stop
        rows = self._rows(lambda dialect, search: dialect.page_query(search, start, stop, self.ranks))
        return [Hit(Rank(rank), RecordType(record_type), record) for rank, record_type, record in rows]

    def _rows(self, statement: Callable[[Dialect, Search], Sql]) -> list[tuple[int, ...]]:
        """Return the rows of a statement; none if the text has no word."""
        search = parse_search(self.text, self.record_type)
        if search is None:
            return []
        among: Sql | None = None
        if self.among is not None:
            try:
                sql, values = self.among.order_by().values("pk").query.sql_with_params()
            except EmptyResultSet:
                return []
            among = (sql, [*values])
        return select(lambda dialect, now: statement(dialect, replace(search, now=now, among=among)))


@dataclass(frozen=True)
class SearchResults(Generic[Record]):
    """The public records of one type that are hits, in their order.

    `records` are all public records of the type, as a page is to load them; if `among` is given, only records of this
    queryset are results. A Paginator accepts this.
    """

    text: str
    records: models.QuerySet[Record]
    among: models.QuerySet[Record] | None = None

    @property
    def _hits(self) -> Hits:
        record_type: RecordType = self.records.model.RECORD_TYPE  # type: ignore[attr-defined]
        return Hits(self.text, record_type, self.among)

    def count(self) -> int:
        """Return the exact number of results, without reading the records."""
        return self._hits.count()

    def __getitem__(self, page: slice) -> list[Record]:
        """Return the results of a slice with an end."""
        keys = [hit.record for hit in self._hits[page]]
        found = self.records.in_bulk(keys)
        return [found[key] for key in keys if key in found]
