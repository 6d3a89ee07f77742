"""The SQL of a search on each database: which records match, how many, and the keys of a page.

All statements return keys of records of one type, from their search documents.
"""

import datetime
import enum
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import ClassVar

from timeline.search.index import DOCUMENTS, KEY, TYPE, RecordType

# One condition for each word is faster than a list of words, but a query may have thousands of words.
FEW_WORDS = 20

# A parameter of a statement.
Value = str | datetime.datetime | None
Sql = tuple[str, list[Value]]


class Rank(enum.IntEnum):
    """The first columns of a document that contain all words together. The value is the number of columns."""

    TITLE = 1
    SUMMARY = 2
    REST = 3


@dataclass(frozen=True)
class Search:
    """The documents of one type of record that contain every word.

    Public ones are those at the time `now`; if `among` is given, only records with these keys.
    """

    words: tuple[str, ...]
    record_type: RecordType
    now: Value = None
    among: Collection[int] | None = None


class Dialect(ABC):
    """The SQL of one database."""

    newline: ClassVar[str]
    position: ClassVar[str]
    word_list: ClassVar[str]

    def matching(self, search: Search) -> Sql:
        """Return a query for the keys of all hits. Those that are not public are not in the index."""
        public, values = self.matching_public(search)
        contains, more = self.contains(search.words)
        hidden = f"SELECT record FROM {DOCUMENTS} WHERE {_of(search)} AND public_from IS NULL AND {contains}"
        return f"{public} UNION ALL {hidden}", [*values, *more]

    def matching_public(self, search: Search) -> Sql:
        """Return a query for the keys of the hits that are or will be public."""
        hits, values = self.indexed(search)
        return f"SELECT record FROM ({hits}) AS hit", values

    def count(self, search: Search) -> Sql:
        """Return a query for the number of public hits."""
        hits, values = self.public(search)
        return f"SELECT count(*) FROM ({hits}) AS hit", values

    def page(self, search: Search, start: int, stop: int) -> Sql:
        """Return a query for the keys of the public hits from `start` to `stop`, by rank, newest first."""
        branches, values = [], []
        for rank in Rank:
            branch, more = self.newest(search, rank, stop)
            branches.append(branch)
            values += more
        # Both databases execute the branches in order and stop at the limit.
        return f"{' UNION ALL '.join(branches)} LIMIT {stop - start} OFFSET {start}", values

    def public(self, search: Search, rank: Rank | None = None) -> Sql:
        """Return a query like `indexed()` for what is public at the time of the search, among its keys."""
        hits, values = self.indexed(search, rank)
        conditions, more = self.limits(search)
        return f"{hits} AND {conditions}", [*values, *more]

    def contains(self, words: Sequence[str], rank: Rank | None = None) -> Sql:
        """Return a condition that a document contains every word, as a scan finds out."""
        inside, values = self._in_columns(words, rank or Rank.REST)
        if rank in (None, Rank.TITLE):
            return inside, values
        nearer, more = self._in_columns(words, rank - 1)
        return f"({inside} AND NOT {nearer})", [*values, *more]

    def _in_columns(self, words: Sequence[str], columns: int) -> Sql:
        # The newline prevents matches across two columns.
        text = f" || {self.newline} || ".join(("title", "summary", "rest")[:columns])
        if len(words) > FEW_WORDS:
            lacks = f"{self.position}({text}, one.value) = 0"
            return f"NOT EXISTS (SELECT 1 FROM {self.word_list} WHERE {lacks})", [json.dumps(words)]
        return f"({' AND '.join([f'{self.position}({text}, %s) > 0'] * len(words))})", list(words)

    @abstractmethod
    def indexed(self, search: Search, rank: Rank | None = None) -> Sql:
        """Return a query for the keys of the hits in the index, of any rank or one, that ends in conditions."""

    @abstractmethod
    def limits(self, search: Search) -> Sql:
        """Return the condition that a document in the index is public, and its key among those of the search."""

    @abstractmethod
    def newest(self, search: Search, rank: Rank, limit: int) -> Sql:
        """Return a query for the keys of public hits of this rank, the newest first."""


def _of(search: Search) -> str:
    return f"record_type = {search.record_type.value}"


class SQLite(Dialect):
    """An FTS5 table of hex-encoded pairs. A word is a phrase, and hex has no special meaning in FTS5 queries."""

    newline, position, word_list = "char(10)", "instr", "json_each(%s) AS one"

    def indexed(self, search: Search, rank: Rank | None = None) -> Sql:
        sql = f"SELECT {KEY} AS record, rowid FROM timeline_search WHERE timeline_search MATCH %s"
        return f"{sql} AND {TYPE} = {search.record_type.value}", [self._phrases(search.words, rank)]

    def count(self, search: Search) -> Sql:
        if search.among is not None:
            return super().count(search)
        # Few documents are scheduled for later: to subtract them is faster than to look for each hit among them.
        hits, values = self.indexed(search)
        contains, more = self.contains(search.words)
        later = f"SELECT count(*) FROM ({self._later(search)} AND {contains})"
        return f"SELECT (SELECT count(*) FROM ({hits})) - ({later})", [*values, search.now, *more]

    def _later(self, search: Search) -> str:
        # The index is named because SQLite does not know that it returns few rows until somebody runs ANALYZE.
        documents = f"{DOCUMENTS} INDEXED BY timeline_search_public_from"
        return f"SELECT record FROM {documents} WHERE {_of(search)} AND public_from > %s"

    def limits(self, search: Search) -> Sql:
        public = f"record NOT IN ({self._later(search)})"
        if search.among is None:
            return public, [search.now]
        among = json.dumps([*search.among])
        return f"{public} AND record IN (SELECT value FROM json_each(%s))", [search.now, among]

    def newest(self, search: Search, rank: Rank, limit: int) -> Sql:
        # FTS5 returns hits in this order and stops at the limit.
        hits, values = self.public(search, rank)
        return f"SELECT record FROM ({hits} ORDER BY rowid LIMIT {limit}) AS hit", values

    def _phrases(self, words: Sequence[str], rank: Rank | None) -> str:
        """Return an FTS5 query for hits of any rank or one."""
        anywhere = " AND ".join(self._phrase(word, "") for word in words)
        # "t" marks the pairs of titles that are indexed again.
        title = " AND ".join(self._phrase(word, "t") for word in words)
        summary = f"({{title summary}} : ({anywhere}))"
        return {
            None: anywhere,
            Rank.TITLE: title,
            Rank.SUMMARY: f"{summary} NOT ({title})",
            Rank.REST: f"({anywhere}) NOT {summary}",
        }[rank]

    def _phrase(self, word: str, mark: str) -> str:
        if len(word) == 1:
            return f'"{mark}{word.encode().hex()}"*'
        return '"' + " ".join(mark + word[at : at + 2].encode().hex() for at in range(len(word) - 1)) + '"'


class PostgreSQL(Dialect):
    """A GIN index over pairs as lexemes, with marked pairs for titles. Longer words are then scanned for.

    Its hits have no order. Those of a rank are sorted if there are fewer than `common`; otherwise the
    documents are scanned from the newest on, which soon fills a page.
    """

    newline, position = "chr(10)", "strpos"
    word_list = "jsonb_array_elements_text(%s::jsonb) AS one(value)"
    common: ClassVar[int] = 1000

    def indexed(self, search: Search, rank: Rank | None = None) -> Sql:
        # No word contains a newline, which marks the pairs of titles that are indexed again.
        lexemes = self._lexemes(search.words, "\n1" if rank is Rank.TITLE else "")
        sql = f"{self._documents(search)} AND timeline_grams(title, summary, rest) @@ %s::tsquery"
        if rank in (None, Rank.TITLE) and all(len(word) <= 2 for word in search.words):
            return sql, [lexemes]
        contains, values = self.contains(search.words, rank)
        return f"{sql} AND {contains}", [lexemes, *values]

    def limits(self, search: Search) -> Sql:
        if search.among is None:
            return "public_from <= %s", [search.now]
        among = ",".join(map(str, search.among))
        return "public_from <= %s AND record = ANY(%s::bigint[])", [search.now, f"{{{among}}}"]

    def newest(self, search: Search, rank: Rank, limit: int) -> Sql:
        hits, values = self.public(search, rank)
        contains, more = self.contains(search.words, rank)
        limits, others = self.limits(search)
        order = "ORDER BY sort_earliest DESC NULLS LAST, record DESC"
        size = "(SELECT count(*) FROM few)"
        sql = f"""SELECT record FROM (
            WITH few AS MATERIALIZED ({hits} LIMIT {self.common})
            (SELECT * FROM few WHERE {size} < {self.common} {order}) UNION ALL
            ({self._documents(search)} AND {contains} AND {limits} AND {size} = {self.common} {order} LIMIT {limit})
            LIMIT {limit}) AS hit"""
        return sql, [*values, *more, *others]

    def _documents(self, search: Search) -> str:
        return (
            f"SELECT record, sort_earliest FROM {DOCUMENTS} WHERE {_of(search)} AND public_from IS NOT NULL"
        )

    def _lexemes(self, words: Sequence[str], mark: str) -> str:
        """Return all pairs of the words as a tsquery; a single character is the beginning of any pair."""
        found = set()
        for word in words:
            pairs = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
            quoted = (pair.replace("\\", "\\\\").replace("'", "''") for pair in pairs)
            found |= {f"'{mark}{pair}'{':*' if len(word) == 1 else ''}" for pair in quoted}
        return " & ".join(sorted(found))


DIALECTS: dict[str, Dialect] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}
