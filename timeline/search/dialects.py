"""What each database is asked for the words of a search: whether a document holds them, which do, in which order.

It answers with the keys of the entries whose documents these are.
"""

import datetime
import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from timeline.search.index import DOCUMENTS, KEY, TYPE, RecordType
from timeline.values.chinese import search_terms

# A condition of its own for each word is quicker than a list of words, but there may be thousands.
FEW_WORDS = 20
_OF_ENTRIES = f"FROM {DOCUMENTS} AS document WHERE document.record_type = {RecordType.ENTRY.value}"


class MatchScope(enum.Enum):
    """Where the words stand: each hit is in ANYWHERE and in just one of the others."""

    ANYWHERE = enum.auto()
    TITLE = enum.auto()
    SUMMARY = enum.auto()  # all in the title or the summary, not all in the title
    REST = enum.auto()


RANKS = (MatchScope.TITLE, MatchScope.SUMMARY, MatchScope.REST)


@dataclass(frozen=True)
class Search:
    """The words of a query, the part of the text that is to hold them, and how to find what does.

    By the index, or by looking at each document, or, where it is known what the index finds, among these rows: one by one,
    or as they come in the order that is asked for. `keys` is a query for the keys of the hits, with its values.
    """

    words: tuple[str, ...]
    scope: MatchScope = MatchScope.ANYWHERE
    by_index: bool = True
    found: str | None = None
    uses_order_index: bool = False
    keys: tuple[str, tuple[Any, ...]] | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """The words that somebody typed; one that lies in another says nothing more."""
        found = sorted(set(search_terms(text)), key=lambda word: (-len(word), word))
        kept: list[str] = []
        for word in found:
            # A newline between them, so that no word is found across two.
            if word not in "\n".join(kept):
                kept.append(word)
        return cls(tuple(kept))


@dataclass(frozen=True)
class HitRange:
    """The hits from `low` to `high` that are public at this time, rank by rank, the newest first."""

    ranks: Sequence[MatchScope]
    now: datetime.datetime
    low: int
    high: int


@dataclass(frozen=True)
class KeyQuery:
    """A query for the keys of the rows among which hits are looked for."""

    sql: str
    values: tuple[Any, ...]
    are_published: bool


class Dialect:
    """The conditions of one database."""

    # So many hits are sorted by one statement.
    sort_limit: ClassVar[int]
    # From so many hits on, a page of them is found sooner by looking at the entries from the newest on.
    common_threshold: ClassVar[int]
    # What stands before the pairs of the title line, once more in the index.
    title_mark: ClassVar[str]
    newline: ClassVar[str]
    # Keys in one text.
    keys_aggregate: ClassVar[str]
    word_list: ClassVar[str]

    def condition(self, key: str, search: Search) -> tuple[str, list[Any]]:
        """Whether the entry of this key is a hit; by the index only published ones are."""
        if search.keys is not None:
            sql, values = search.keys
            return f"{key} IN ({sql})", [*values]
        if search.found is not None:
            return self.among(key, search)
        if search.by_index:
            sql, found = self.index_query(search)
            return f"{key} IN ({sql})", found
        held, looked = self.scan(search)
        return f"EXISTS (SELECT 1 {_OF_ENTRIES} AND document.record = {key} AND {held})", looked

    def hidden(self, key: str, search: Search) -> tuple[str, list[Any]]:
        """Whether the entry of this key is a hit that is not in the index."""
        held, values = self.scan(search)
        sql = f"SELECT document.record {_OF_ENTRIES} AND document.public_from IS NULL AND {held}"
        return f"{key} IN ({sql})", values

    def rank(self, key: str, search: Search) -> tuple[str, list[Any]]:
        """The number of the first of RANKS in which all the words stand; one more where they stand nowhere."""
        cases, values = [], []
        for number, part in enumerate((MatchScope.TITLE, MatchScope.SUMMARY, MatchScope.ANYWHERE)):
            held, more = self.scan(replace(search, scope=part))
            cases.append(f"WHEN {held} THEN {number}")
            values += more
        case = f"CASE {' '.join(cases)} ELSE {len(RANKS)} END"
        return f"(SELECT {case} {_OF_ENTRIES} AND document.record = {key})", values

    def scan(self, search: Search) -> tuple[str, list[Any]]:
        """Whether a document is a hit, by looking at it."""
        title, summary, all_of_it = (self._text(number) for number in (1, 2, 3))
        inside, outside = {
            MatchScope.ANYWHERE: (all_of_it, None),
            MatchScope.TITLE: (title, None),
            MatchScope.SUMMARY: (summary, title),
            MatchScope.REST: (all_of_it, summary),
        }[search.scope]
        held, values = self._all(inside, search.words)
        if outside is None:
            return held, values
        nearer, more = self._all(outside, search.words)
        return f"({held} AND NOT {nearer})", [*values, *more]

    def _all(self, text: str, words: Sequence[str]) -> tuple[str, list[Any]]:
        """Whether every word stands in this text."""
        if len(words) > FEW_WORDS:
            held = f"{self.position(text, 'one.value')} > 0"
            return f"NOT EXISTS (SELECT 1 FROM {self.word_list} WHERE NOT ({held}))", [json.dumps(words)]
        joined = " AND ".join([f"{self.position(text, '%s')} > 0"] * len(words))
        return f"({joined})", list(words)

    def fetch_keys(self, connection: Any, search: Search, fewer_than: int) -> tuple[str, int] | None:
        """The keys of what the index finds, in one text, and how many; None where they are more."""
        sql, values = self.index_query(search)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.keys_aggregate}, count(*) FROM ({sql} LIMIT {fewer_than}) AS found", values
            )
            keys, count = cursor.fetchone()
        return (keys, count) if count < fewer_than else None

    def index_query(self, search: Search) -> tuple[str, list[Any]]:
        """A query for the keys of the published entries that are hits."""
        raise NotImplementedError

    def among(self, key: str, search: Search) -> tuple[str, list[Any]]:
        """Whether this is one of the keys that were found."""
        raise NotImplementedError

    def newest_among(self, search: Search, rows: KeyQuery, low: int, high: int) -> Search | None:
        """The search for the hits from `low` to `high` among these rows, the newest first; None where the rows are walked."""
        raise NotImplementedError

    def public_page(self, connection: Any, search: Search, page: HitRange) -> str | None:
        """The keys of the page in one text; None where it has no hits."""
        raise NotImplementedError

    def public_count(self, connection: Any, search: Search, now: datetime.datetime) -> int:
        """How many hits are public now."""
        raise NotImplementedError

    def position(self, text: str, word: str) -> str:
        raise NotImplementedError

    def _text(self, number: int) -> str:
        """The first columns of a document as one text, in which no word spans two of them."""
        columns = [f"document.{column}" for column in ("title", "summary", "rest")]
        return f" || {self.newline} || ".join(columns[:number])


# Named, as nothing tells SQLite that few are to come before somebody has it ANALYZE the table.
_LATER = (
    f"SELECT document.record FROM {DOCUMENTS} AS document INDEXED BY timeline_search_public_from"
    f" WHERE document.record_type = {RecordType.ENTRY.value} AND document.public_from > %s"
)


class SQLiteDialect(Dialect):
    """An FTS5 table, the words as phrases of hex-encoded pairs: nothing in them means anything to FTS5."""

    sort_limit = 200
    common_threshold = 4000
    title_mark = "t"  # no digit of hex
    newline = "char(10)"
    keys_aggregate = "json_group_array(record)"
    word_list = "json_each(%s) AS one"

    def index_query(self, search: Search) -> tuple[str, list[Any]]:
        sql = f"SELECT {KEY} AS record FROM timeline_search WHERE timeline_search MATCH %s"
        return f"{sql} AND {TYPE} = {RecordType.ENTRY.value}", [self.phrases(search)]

    def among(self, key: str, search: Search) -> tuple[str, list[Any]]:
        # The sign keeps SQLite from going by the key; it then goes by the index of the order, without a look at rows
        # that are not among these.
        sign = "+" if search.uses_order_index else ""
        return f"{sign}{key} IN (SELECT value FROM json_each(%s))", [search.found]

    def newest_among(self, search: Search, rows: KeyQuery, low: int, high: int) -> None:
        return None

    def public_page(self, connection: Any, search: Search, page: HitRange) -> str | None:
        parts, values = [], []
        for part in page.ranks:
            sql, found = self.index_query(replace(search, scope=part))
            # FTS5 has them in this order and stops at the limit.
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
        # All hits of the index, without those whose time has not come.
        held, values = self.scan(search)
        sql, found = self.index_query(search)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT (SELECT count(*) FROM ({sql})) - (SELECT count(*) FROM ({_LATER} AND {held}))",
                [*found, connection.ops.adapt_datetimefield_value(now), *values],
            )
            return int(cursor.fetchone()[0])

    def phrases(self, search: Search) -> str:
        """The search in the language of FTS5."""
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
    """A GIN index over the pairs as lexemes, those of the title marked too; what holds a longer word's pairs is looked at."""

    sort_limit = 200
    common_threshold = 1000
    title_mark = "\n1"  # no word has a newline
    newline = "chr(10)"
    keys_aggregate = "coalesce(array_agg(record), '{}')::text"
    word_list = "jsonb_array_elements_text(%s::jsonb) AS one(value)"

    def index_query(self, search: Search) -> tuple[str, list[Any]]:
        held, values = self._match_condition(search)
        return f"SELECT document.record {_OF_ENTRIES} AND {_PUBLIC} AND {held}", values

    def _match_condition(self, search: Search) -> tuple[str, list[Any]]:
        """Whether a document that is public holds the words, by the index or by looking at it."""
        if not search.by_index:
            return self.scan(search)
        sql = "timeline_grams(document.title, document.summary, document.rest) @@ %s::tsquery"
        values = [self.lexemes(search)]
        if search.scope not in (MatchScope.ANYWHERE, MatchScope.TITLE) or not self._are_pairs(search):
            looked, more = self.scan(search)
            sql, values = f"{sql} AND {looked}", [*values, *more]
        return sql, values

    def among(self, key: str, search: Search) -> tuple[str, list[Any]]:
        return f"{key} = ANY(%s::bigint[])", [search.found]

    def newest_among(self, search: Search, rows: KeyQuery, low: int, high: int) -> Search:
        held, values = self.scan(search)
        public = f"AND {_PUBLIC} " if rows.are_published else ""
        # On the way from the newest document on, each is looked for among the rows.
        sql = (
            f"SELECT document.record {_OF_ENTRIES} {public}AND {held} AND document.record IN ({rows.sql})"
            f" ORDER BY {_NEWEST} LIMIT {high - low} OFFSET {low}"
        )
        return replace(search, keys=(sql, (*values, *rows.values)))

    def public_page(self, connection: Any, search: Search, page: HitRange) -> str | None:
        walked: set[MatchScope] = set()
        while True:
            branches, values = [], []
            for number, part in enumerate(page.ranks):
                sql, of_part = self._newest(
                    replace(search, scope=part, by_index=part not in walked), page.now
                )
                branches.append(f"(SELECT record, {number}, size FROM ({sql} LIMIT {page.high}) AS hit)")
                values += of_part
            with connection.cursor() as cursor:
                # One after the other, and none that is not needed.
                cursor.execute(f"{' UNION ALL '.join(branches)} LIMIT {page.high}", values)
                rows = cursor.fetchall()
            common = {page.ranks[number] for _, number, size in rows if size == self.common_threshold}
            if not common:
                keys = ",".join(str(key) for key, _, _ in rows[page.low :])
                return f"{{{keys}}}" if keys else None
            walked |= common

    def _newest(self, search: Search, now: datetime.datetime) -> tuple[str, list[Any]]:
        """The keys of public hits, the newest first, and of how many these are the first.

        The first of those that the index finds, or, on the way from the newest on, of nobody knows how many.
        """
        held, values = self._match_condition(search)
        public = f"{_OF_ENTRIES} AND document.public_from <= %s AND {held}"
        if search.by_index:
            some = f"(SELECT document.record, document.sort_earliest {public} LIMIT {self.common_threshold}) AS found"
            return f"SELECT record, count(*) OVER () AS size FROM {some} ORDER BY {_NEWEST}", [now, *values]
        return f"SELECT document.record, 0 AS size {public} ORDER BY {_NEWEST}", [now, *values]

    def public_count(self, connection: Any, search: Search, now: datetime.datetime) -> int:
        held, values = self._match_condition(search)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) {_OF_ENTRIES} AND document.public_from <= %s AND {held}", [now, *values]
            )
            return int(cursor.fetchone()[0])

    def lexemes(self, search: Search) -> str:
        """The pairs in the language of tsquery; all that is asked, unless some of it is to be looked at."""
        if search.scope is MatchScope.TITLE:
            return self._pairs(search, self.title_mark)
        found = self._pairs(search, "")
        if search.scope is MatchScope.ANYWHERE or not self._are_pairs(search):
            return found
        return f"{found} & !({self._pairs(search, self.title_mark)})"

    def _are_pairs(self, search: Search) -> bool:
        return all(len(word) <= 2 for word in search.words)

    def _pairs(self, search: Search, mark: str) -> str:
        """All the pairs behind this mark."""
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
