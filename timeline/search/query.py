"""Search: the records whose documents contain all words of a text, and the public ones by rank.

A document contains a word if the word is a substring of one of its texts: titles, summaries, the rest. An
index over every pair of adjacent characters finds public documents; others, which only editors search, are
scanned.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models.expressions import RawSQL
from django.utils import timezone

from timeline.search.dialects import DIALECTS, Dialect, Search, Sql
from timeline.search.index import RecordType
from timeline.values.chinese import search_terms

Record = TypeVar("Record", bound=models.Model)


def parse_words(text: str) -> tuple[str, ...]:
    """Return the words of a query. A word that is part of another word adds nothing and is dropped."""
    words: list[str] = []
    for word in sorted(set(search_terms(text)), key=lambda word: (-len(word), word)):
        # The newline prevents matches across two words.
        if word not in "\n".join(words):
            words.append(word)
    return tuple(words)


def matching_keys(words: tuple[str, ...], record_type: RecordType, using: str, *, is_public: bool) -> RawSQL:
    """Return a subquery for the keys of records that contain every word.

    With `is_public`, of those that are or will be public, which the index alone finds.
    """
    dialect, search = DIALECTS[connections[using].vendor], Search(words, record_type)
    sql, values = dialect.indexed_query(search) if is_public else dialect.matching_query(search)
    return RawSQL(sql, tuple(values))


@dataclass(frozen=True)
class SearchResults(Generic[Record]):
    """The public records that contain every word of a text, by rank and newest first within each.

    All words in the title rank first, then in title and summary, then in the rest. `records` are all public
    records of one type, as a page is to load them; if `among` is given, only records of this queryset are results.
    A Paginator accepts this.
    """

    text: str
    records: models.QuerySet[Record]
    among: models.QuerySet[Record] | None = None

    def count(self) -> int:
        """Return the exact number of results, without reading the records."""
        return sum(self._numbers(lambda dialect, search: dialect.count_query(search)))

    def __getitem__(self, page: slice) -> list[Record]:
        """Return the results of a slice with an end."""
        start, stop = page.start or 0, page.stop
        keys = self._numbers(lambda dialect, search: dialect.page_query(search, start, stop))
        found = self.records.in_bulk(keys)
        return [found[key] for key in keys if key in found]

    def _numbers(self, statement: Callable[[Dialect, Search], Sql]) -> list[int]:
        """Return the numbers that a query of the dialect returns; none if the text has no word."""
        connection = connections[self.records.db]
        if not (words := parse_words(self.text)):
            return []
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        record_type: RecordType = self.records.model.RECORD_TYPE  # type: ignore[attr-defined]
        among: Sql | None = None
        if self.among is not None:
            keys = self.among.order_by().values("pk")
            try:
                condition, parameters = keys.query.get_compiler(connection=connection).as_sql()
            except EmptyResultSet:
                return []
            among = (condition, [*parameters])
        sql, values = statement(DIALECTS[connection.vendor], Search(words, record_type, now, among))
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return [number for (number,) in cursor.fetchall()]
