"""The SQL of a search on each database: which documents match, how many, and in which order.

Queries return the keys of the entries that own the documents.
"""

import datetime
import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from timeline.search.index import DOCUMENTS, KEY, TYPE, RecordType
from timeline.values.chinese import search_terms

# One condition for each word is faster than a list of words, but a query may have thousands of words.
FEW_WORDS = 20
_OF_ENTRIES = f"FROM {DOCUMENTS} AS document WHERE document.record_type = {RecordType.ENTRY.value}"


class MatchScope(enum.Enum):
    """The part of a document that contains all words. A hit is in ANYWHERE and in exactly one of the others."""

    ANYWHERE = enum.auto()
    TITLE = enum.auto()
    SUMMARY = enum.auto()  # all in the title or summary, not all in the title
    REST = enum.auto()


RANKS = (MatchScope.TITLE, MatchScope.SUMMARY, MatchScope.REST)


@dataclass(frozen=True)
class Search:
    """The words of a query, the part of the text that must contain them, and the way to find the hits.

    - `by_index` uses the index; otherwise each document is scanned.
    - `found` has the keys that the index returned, as one text. The rows are fetched by key, or in the
      requested order with `uses_order_index`.
    - `keys` is a query for the keys of the hits, with its parameters.
    """

    words: tuple[str, ...]
    scope: MatchScope = MatchScope.ANYWHERE
    by_index: bool = True
    found: str | None = None
    uses_order_index: bool = False
    keys: tuple[str, tuple[Any, ...]] | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a query. A word that is part of another word adds nothing and is dropped."""
        found = sorted(set(search_terms(text)), key=lambda word: (-len(word), word))
        words: list[str] = []
        for word in found:
            # The newline prevents matches across two words.
            if word not in "\n".join(words):
                words.append(word)
        return cls(tuple(words))


@dataclass(frozen=True)
class HitRange:
    """The hits from `low` to `high` that are public at `now`, by rank, newest first."""

    ranks: Sequence[MatchScope]
    now: datetime.datetime
    low: int
    high: int


@dataclass(frozen=True)
class KeyQuery:
    """A query for the keys of the rows to search."""

    sql: str
    values: tuple[Any, ...]
    are_published: bool


class Dialect:
    """The SQL of one database."""

    # The largest number of hits, exclusive, that one statement sorts.
    sort_limit: ClassVar[int]
    # From this number of hits on, a page is found faster by a scan of the entries, newest first.
    common_threshold: ClassVar[int]
    # The prefix of the pairs that are indexed again for the title.
    title_mark: ClassVar[str]
    newline: ClassVar[str]
    # An aggregate that returns all keys as one text.
    keys_aggregate: ClassVar[str]
    word_list: ClassVar[str]

    def condition(self, key: str, search: Search) -> tuple[str, list[Any]]:
        """Return a condition that the entry with this key is a hit. `by_index` covers published entries only."""
        if search.keys is not None:
            sql, values = search.keys
            return f"{key} IN ({sql})", [*values]
        if search.found is not None:
            return self.among(key, search)
        if search.by_index:
            sql, found = self.index_query(search)
            return f"{key} IN ({sql})", found
        matches, parameters = self.scan(search)
        return f"EXISTS (SELECT 1 {_OF_ENTRIES} AND document.record = {key} AND {matches})", parameters

    def hidden(self, key: str, search: Search) -> tuple[str, list[Any]]:
        """Return a condition that the entry with this key is a hit outside the index."""
        matches, values = self.scan(search)
        sql = f"SELECT document.record {_OF_ENTRIES} AND document.public_from IS NULL AND {matches}"
        return f"{key} IN ({sql})", values

    def rank(self, key: str, search: Search) -> tuple[str, list[Any]]:
        """Return the position in RANKS of the first scope that contains all words, or len(RANKS)."""
        cases, values = [], []
        for number, part in enumerate((MatchScope.TITLE, MatchScope.SUMMARY, MatchScope.ANYWHERE)):
            matches, more = self.scan(replace(search, scope=part))
            cases.append(f"WHEN {matches} THEN {number}")
            values += more
        case = f"CASE {' '.join(cases)} ELSE {len(RANKS)} END"
        return f"(SELECT {case} {_OF_ENTRIES} AND document.record = {key})", values

    def scan(self, search: Search) -> tuple[str, list[Any]]:
        """Return a condition that scans a document."""
        title, summary, all_of_it = (self._text(number) for number in (1, 2, 3))
        inside, outside = {
            MatchScope.ANYWHERE: (all_of_it, None),
            MatchScope.TITLE: (title, None),
            MatchScope.SUMMARY: (summary, title),
            MatchScope.REST: (all_of_it, summary),
        }[search.scope]
        matches, values = self._all(inside, search.words)
        if outside is None:
            return matches, values
        nearer, more = self._all(outside, search.words)
        return f"({matches} AND NOT {nearer})", [*values, *more]

    def _all(self, text: str, words: Sequence[str]) -> tuple[str, list[Any]]:
        """Return a condition that the text contains every word."""
        if len(words) > FEW_WORDS:
            contains = f"{self.position(text, 'one.value')} > 0"
            return f"NOT EXISTS (SELECT 1 FROM {self.word_list} WHERE NOT ({contains}))", [json.dumps(words)]
        joined = " AND ".join([f"{self.position(text, '%s')} > 0"] * len(words))
        return f"({joined})", list(words)

    def fetch_keys(self, connection: Any, search: Search, fewer_than: int) -> tuple[str, int] | None:
        """Return the keys from the index as one text, and their number.

        Returns None if there are `fewer_than` or more.
        """
        sql, values = self.index_query(search)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.keys_aggregate}, count(*) FROM ({sql} LIMIT {fewer_than}) AS found", values
            )
            keys, count = cursor.fetchone()
        return (keys, count) if count < fewer_than else None

    def index_query(self, search: Search) -> tuple[str, list[Any]]:
        """Return a query for the keys of the published entries that are hits."""
        raise NotImplementedError

    def among(self, key: str, search: Search) -> tuple[str, list[Any]]:
        """Return a condition that the key is one of those found."""
        raise NotImplementedError

    def newest_among(self, search: Search, rows: KeyQuery, low: int, high: int) -> Search | None:
        """Return a search for the hits from `low` to `high` among these rows, newest first.

        Returns None if the database scans the rows itself.
        """
        raise NotImplementedError

    def public_page(self, connection: Any, search: Search, page: HitRange) -> str | None:
        """Return the keys of a page as one text, or None if there are no hits."""
        raise NotImplementedError

    def public_count(self, connection: Any, search: Search, now: datetime.datetime) -> int:
        """Return the number of hits that are public at `now`."""
        raise NotImplementedError

    def position(self, text: str, word: str) -> str:
        raise NotImplementedError

    def _text(self, number: int) -> str:
        """Join the first columns of a document. The newline prevents matches across two columns."""
        columns = [f"document.{column}" for column in ("title", "summary", "rest")]
        return f" || {self.newline} || ".join(columns[:number])


# The index is named because SQLite does not know that it returns few rows until somebody runs ANALYZE.
_LATER = (
    f"SELECT document.record FROM {DOCUMENTS} AS document INDEXED BY timeline_search_public_from"
    f" WHERE document.record_type = {RecordType.ENTRY.value} AND document.public_from > %s"
)


class SQLiteDialect(Dialect):
    """An FTS5 table of hex-encoded pairs. A word is a phrase, and hex has no special meaning in FTS5 queries."""

    sort_limit = 200
    common_threshold = 4000
    title_mark = "t"  # not a hexadecimal digit
    newline = "char(10)"
    keys_aggregate = "json_group_array(record)"
    word_list = "json_each(%s) AS one"

    def index_query(self, search: Search) -> tuple[str, list[Any]]:
        sql = f"SELECT {KEY} AS record FROM timeline_search WHERE timeline_search MATCH %s"
        return f"{sql} AND {TYPE} = {RecordType.ENTRY.value}", [self.phrases(search)]

    def among(self, key: str, search: Search) -> tuple[str, list[Any]]:
        # The unary plus prevents a search by key. SQLite then uses the index of the order and does not read
        # rows that are not among these.
        sign = "+" if search.uses_order_index else ""
        return f"{sign}{key} IN (SELECT value FROM json_each(%s))", [search.found]

    def newest_among(self, search: Search, rows: KeyQuery, low: int, high: int) -> None:
        return None

    def public_page(self, connection: Any, search: Search, page: HitRange) -> str | None:
        parts, values = [], []
        for part in page.ranks:
            sql, found = self.index_query(replace(search, scope=part))
            # FTS5 returns hits in this order and stops at the limit.
            parts.append(
                f"SELECT record FROM ({sql} AND record NOT IN ({_LATER}) ORDER BY rowid LIMIT {page.high})"
            )
            values += [*found, connection.ops.adapt_datetimefield_value(page.now)]
        union = " UNION ALL ".join(parts)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.keys_aggregate}, count(*) FROM ({union} LIMIT {page.high - page.low} OFFSET {page.low})",
                values,
            )
            keys, count = cursor.fetchone()
        return keys if count else None

    def public_count(self, connection: Any, search: Search, now: datetime.datetime) -> int:
        # All hits in the index, without those that are scheduled for later.
        matches, values = self.scan(search)
        sql, found = self.index_query(search)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT (SELECT count(*) FROM ({sql})) - (SELECT count(*) FROM ({_LATER} AND {matches}))",
                [*found, connection.ops.adapt_datetimefield_value(now), *values],
            )
            return int(cursor.fetchone()[0])

    def phrases(self, search: Search) -> str:
        """Return the search as an FTS5 query."""
        everywhere = self._all_phrases(search, "")
        title, summary = (
            f"({self._all_phrases(search, self.title_mark)})",
            f"({{title summary}} : ({everywhere}))",
        )
        return {
            MatchScope.ANYWHERE: everywhere,
            MatchScope.TITLE: title,
            MatchScope.SUMMARY: f"{summary} NOT {title}",
            MatchScope.REST: f"({everywhere}) NOT {summary}",
        }[search.scope]

    def _all_phrases(self, search: Search, mark: str) -> str:
        return " AND ".join(self._phrase(word, mark) for word in search.words)

    def _phrase(self, word: str, mark: str) -> str:
        if len(word) == 1:
            return f'"{mark}{word.encode().hex()}"*'
        return '"' + " ".join(mark + word[at : at + 2].encode().hex() for at in range(len(word) - 1)) + '"'

    def position(self, text: str, word: str) -> str:
        return f"instr({text}, {word})"


_NEWEST = "sort_earliest DESC NULLS LAST, record DESC"
_PUBLIC = "document.public_from IS NOT NULL"


class PostgreSQLDialect(Dialect):
    """A GIN index over pairs as lexemes, with marked pairs for titles. Longer words are then scanned for."""

    sort_limit = 200
    common_threshold = 1000
    title_mark = "\n1"  # no word contains a newline
    newline = "chr(10)"
    keys_aggregate = "coalesce(array_agg(record), '{}')::text"
    word_list = "jsonb_array_elements_text(%s::jsonb) AS one(value)"

    def index_query(self, search: Search) -> tuple[str, list[Any]]:
        matches, values = self._match_condition(search)
        return f"SELECT document.record {_OF_ENTRIES} AND {_PUBLIC} AND {matches}", values

    def _match_condition(self, search: Search) -> tuple[str, list[Any]]:
        """Return a condition that a public document contains the words, by index or by scan."""
        if not search.by_index:
            return self.scan(search)
        sql = "timeline_grams(document.title, document.summary, document.rest) @@ %s::tsquery"
        values = [self.lexemes(search)]
        if search.scope not in (MatchScope.ANYWHERE, MatchScope.TITLE) or not self._are_pairs(search):
            scanned, more = self.scan(search)
            sql, values = f"{sql} AND {scanned}", [*values, *more]
        return sql, values

    def among(self, key: str, search: Search) -> tuple[str, list[Any]]:
        return f"{key} = ANY(%s::bigint[])", [search.found]

    def newest_among(self, search: Search, rows: KeyQuery, low: int, high: int) -> Search:
        matches, values = self.scan(search)
        public = f"AND {_PUBLIC} " if rows.are_published else ""
        # The scan starts at the newest document and looks each one up among the rows.
        sql = (
            f"SELECT document.record {_OF_ENTRIES} {public}AND {matches} AND document.record IN ({rows.sql})"
            f" ORDER BY {_NEWEST} LIMIT {high - low} OFFSET {low}"
        )
        return replace(search, keys=(sql, (*values, *rows.values)))

    def public_page(self, connection: Any, search: Search, page: HitRange) -> str | None:
        scanned: set[MatchScope] = set()
        while True:
            branches, values = [], []
            for number, part in enumerate(page.ranks):
                sql, of_part = self._newest(
                    replace(search, scope=part, by_index=part not in scanned), page.now
                )
                branches.append(f"(SELECT record, {number}, size FROM ({sql} LIMIT {page.high}) AS hit)")
                values += of_part
            with connection.cursor() as cursor:
                # PostgreSQL executes the branches in order and stops at the limit.
                cursor.execute(f"{' UNION ALL '.join(branches)} LIMIT {page.high}", values)
                rows = cursor.fetchall()
            common = {page.ranks[number] for _, number, size in rows if size == self.common_threshold}
            if not common:
                keys = ",".join(str(key) for key, _, _ in rows[page.low :])
                return f"{{{keys}}}" if keys else None
            scanned |= common

    def _newest(self, search: Search, now: datetime.datetime) -> tuple[str, list[Any]]:
        """Return a query for the keys of public hits, newest first, and the number of hits that it sorts.

        With the index, it sorts the hits found there, at most `common_threshold`. Without, it scans from the
        newest document on and reports 0.
        """
        matches, values = self._match_condition(search)
        public = f"{_OF_ENTRIES} AND document.public_from <= %s AND {matches}"
        if search.by_index:
            some = f"(SELECT document.record, document.sort_earliest {public} LIMIT {self.common_threshold}) AS found"
            return f"SELECT record, count(*) OVER () AS size FROM {some} ORDER BY {_NEWEST}", [now, *values]
        return f"SELECT document.record, 0 AS size {public} ORDER BY {_NEWEST}", [now, *values]

    def public_count(self, connection: Any, search: Search, now: datetime.datetime) -> int:
        matches, values = self._match_condition(search)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) {_OF_ENTRIES} AND document.public_from <= %s AND {matches}", [now, *values]
            )
            return int(cursor.fetchone()[0])

    def lexemes(self, search: Search) -> str:
        """Return the pairs as a tsquery. It is exact unless a scan has to confirm the hits."""
        if search.scope is MatchScope.TITLE:
            return self._pairs(search, self.title_mark)
        found = self._pairs(search, "")
        if search.scope is MatchScope.ANYWHERE or not self._are_pairs(search):
            return found
        return f"{found} & !({self._pairs(search, self.title_mark)})"

    def _are_pairs(self, search: Search) -> bool:
        return all(len(word) <= 2 for word in search.words)

    def _pairs(self, search: Search, mark: str) -> str:
        """Return the tsquery of all pairs with this mark."""
        pairs = {
            self._quoted(mark + word[at : at + 2])
            for word in search.words
            for at in range(max(len(word) - 1, 1))
        }
        singles = {self._quoted(mark + word) for word in search.words if len(word) == 1}
        return " & ".join([*sorted(pairs - singles), *(f"{single}:*" for single in sorted(singles))])

    def _quoted(self, lexeme: str) -> str:
        return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"

    def position(self, text: str, word: str) -> str:
        return f"strpos({text}, {word})"


DIALECTS = {"sqlite": SQLiteDialect(), "postgresql": PostgreSQLDialect()}
