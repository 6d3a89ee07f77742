"""The SQL of a search on each database: which records match, how many, and the keys of a page.

All queries return keys of records of one type, from their search documents. "Indexed" is what the index has: all that is
public or will be. "Published" is what is public at the time of the search.
"""

import datetime
import enum
import json
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from timeline.search.index import DOCUMENTS, KEY, POSTGRESQL_TITLE_MARK, SQLITE_TITLE_MARK, TYPE, RecordType

# One condition for each word is faster than a list of words, but a query may have thousands of words.
FEW_WORDS = 20

# A parameter of a statement.
Value = str | datetime.datetime | None
Sql = tuple[str, list[Value]]


class Rank(enum.Enum):
    """How near the beginning of a document all words are. The value is the columns that contain them together."""

    TITLE = ("title",)
    SUMMARY = ("title", "summary")
    REST = ("title", "summary", "rest")


# The rank before each, the hits of which it excludes.
_NEARER: dict[Rank | None, Rank] = {Rank.SUMMARY: Rank.TITLE, Rank.REST: Rank.SUMMARY}


@dataclass(frozen=True)
class Search:
    """The documents of one type of record that contain every word.

    Published ones are those at the time `now`; if `among`, a query for keys, is given, only these records.
    """

    words: tuple[str, ...]
    record_type: RecordType
    now: Value = None
    among: Sql | None = None


class Dialect(ABC):
    """The SQL of one database."""

    newline: ClassVar[str]
    position: ClassVar[str]
    word_list: ClassVar[str]
    # A query for all documents of the index, without conditions.
    index: ClassVar[str]

    def matching_query(self, search: Search) -> Sql:
        """Return a query for the keys of all hits, also of those that are not in the index."""
        indexed, values = self.indexed_query(search)
        contains, more = self.contains_condition(search.words)
        hidden = f"SELECT record FROM {DOCUMENTS} WHERE {_of(search)} AND public_from IS NULL AND {contains}"
        return f"{indexed} UNION ALL {hidden}", [*values, *more]

    def indexed_query(self, search: Search) -> Sql:
        """Return a query for the keys of the indexed hits."""
        matches, values = self.indexed_condition(search)
        return f"SELECT record FROM ({self.index} WHERE {matches}) AS hit", values

    def count_query(self, search: Search) -> Sql:
        """Return a query for the number of published hits."""
        hits, values = self._published_query(search)
        return f"SELECT count(*) FROM ({hits}) AS hit", values

    def page_query(self, search: Search, start: int, stop: int) -> Sql:
        """Return a query for the keys of the published hits from `start` to `stop`, by rank, newest first."""
        branches, values = [], []
        for rank in Rank:
            branch, more = self._newest_query(search, rank, stop)
            branches.append(branch)
            values += more
        # Both databases execute the branches in order and stop at the limit.
        return f"{' UNION ALL '.join(branches)} LIMIT {stop - start} OFFSET {start}", values

    def _published_query(self, search: Search, rank: Rank | None = None) -> Sql:
        """Return a query for the published hits, of any rank or one, with their keys and what orders them."""
        matches, values = self.indexed_condition(search, rank)
        published, more = self._published_condition(search)
        return f"{self.index} WHERE {matches} AND {published}", [*values, *more]

    def contains_condition(self, words: Sequence[str], rank: Rank | None = None) -> Sql:
        """Return a condition that a document contains every word, at any rank or one, as a scan finds out."""
        inside, values = self._in_columns(words, Rank.REST if rank is None else rank)
        if rank not in _NEARER:
            return inside, values
        nearer, more = self._in_columns(words, _NEARER[rank])
        return f"({inside} AND NOT {nearer})", [*values, *more]

    def _in_columns(self, words: Sequence[str], rank: Rank) -> Sql:
        # The newline prevents matches across two columns.
        text = f" || {self.newline} || ".join(rank.value)
        if len(words) > FEW_WORDS:
            lacks = f"{self.position}({text}, one.value) = 0"
            return f"NOT EXISTS (SELECT 1 FROM {self.word_list} WHERE {lacks})", [json.dumps(words)]
        return f"({' AND '.join([f'{self.position}({text}, %s) > 0'] * len(words))})", list(words)

    @staticmethod
    def _among(search: Search, condition: str, values: list[Value]) -> Sql:
        """Return the condition, and that the key is among those of the search."""
        if search.among is None:
            return condition, values
        keys, more = search.among
        return f"{condition} AND record IN ({keys})", [*values, *more]

    @abstractmethod
    def indexed_condition(self, search: Search, rank: Rank | None = None) -> Sql:
        """Return the condition that a document of `index` is a hit, of any rank or one."""

    @abstractmethod
    def _published_condition(self, search: Search) -> Sql:
        """Return the condition that a document of `index` is published, and its key among those of the search."""

    @abstractmethod
    def _newest_query(self, search: Search, rank: Rank, limit: int) -> Sql:
        """Return a query for the keys of published hits of this rank, the newest first."""


def _of(search: Search) -> str:
    return f"record_type = {search.record_type.value}"


class SQLite(Dialect):
    """An FTS5 table of hex-encoded pairs. A word is a phrase, and hex has no special meaning in FTS5 queries."""

    newline, position, word_list = "char(10)", "instr", "json_each(%s) AS one"
    index = f"SELECT {KEY} AS record, rowid FROM timeline_search"

    def indexed_condition(self, search: Search, rank: Rank | None = None) -> Sql:
        matches = f"timeline_search MATCH %s AND {TYPE} = {search.record_type.value}"
        return matches, [self._phrases(search.words, rank)]

    def count_query(self, search: Search) -> Sql:
        if search.among is not None:
            return super().count_query(search)
        # Few documents are scheduled for later: to subtract them is faster than to look for each hit among them.
        matches, values = self.indexed_condition(search)
        contains, more = self.contains_condition(search.words)
        later = f"SELECT count(*) FROM {self._scheduled(search)} AND {contains}"
        indexed = f"SELECT count(*) FROM ({self.index} WHERE {matches})"
        return f"SELECT ({indexed}) - ({later})", [*values, search.now, *more]

    def _scheduled(self, search: Search) -> str:
        """Return the documents that will be published after a time, as what follows FROM, with conditions."""
        # The index is named because SQLite does not know that it returns few rows until somebody runs ANALYZE.
        documents = f"{DOCUMENTS} INDEXED BY timeline_search_public_from"
        return f"{documents} WHERE {_of(search)} AND public_from > %s"

    def _published_condition(self, search: Search) -> Sql:
        published = f"record NOT IN (SELECT record FROM {self._scheduled(search)})"
        return self._among(search, published, [search.now])

    def _newest_query(self, search: Search, rank: Rank, limit: int) -> Sql:
        # FTS5 returns hits in this order and stops at the limit.
        hits, values = self._published_query(search, rank)
        return f"SELECT record FROM ({hits} ORDER BY rowid LIMIT {limit}) AS hit", values

    def _phrases(self, words: Sequence[str], rank: Rank | None) -> str:
        """Return an FTS5 query for hits of any rank or one."""
        anywhere = " AND ".join(self._phrase(word, "") for word in words)
        title = " AND ".join(self._phrase(word, SQLITE_TITLE_MARK) for word in words)
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
    index = f"SELECT record, sort_earliest FROM {DOCUMENTS}"

    def indexed_condition(self, search: Search, rank: Rank | None = None) -> Sql:
        lexemes = self._lexemes(search.words, f"\n{POSTGRESQL_TITLE_MARK}" if rank is Rank.TITLE else "")
        matches = f"{self._is_indexed(search)} AND timeline_grams(title, summary, rest) @@ %s::tsquery"
        if rank in (None, Rank.TITLE) and all(len(word) <= 2 for word in search.words):
            return matches, [lexemes]
        contains, values = self.contains_condition(search.words, rank)
        return f"{matches} AND {contains}", [lexemes, *values]

    def _published_condition(self, search: Search) -> Sql:
        return self._among(search, "public_from <= %s", [search.now])

    def _newest_query(self, search: Search, rank: Rank, limit: int) -> Sql:
        hits, values = self._published_query(search, rank)
        contains, more = self.contains_condition(search.words, rank)
        published, others = self._published_condition(search)
        conditions = f"{self._is_indexed(search)} AND {contains} AND {published}"
        order = "ORDER BY sort_earliest DESC NULLS LAST, record DESC"
        size = "(SELECT count(*) FROM few)"
        sql = f"""SELECT record FROM (
            WITH few AS MATERIALIZED ({hits} LIMIT {self.common})
            (SELECT * FROM few WHERE {size} < {self.common} {order}) UNION ALL
            ({self.index} WHERE {conditions} AND {size} = {self.common} {order} LIMIT {limit})
            LIMIT {limit}) AS hit"""
        return sql, [*values, *more, *others]

    def _is_indexed(self, search: Search) -> str:
        return f"{_of(search)} AND public_from IS NOT NULL"

    def _lexemes(self, words: Sequence[str], mark: str) -> str:
        """Return all pairs of the words as a tsquery; a single character is the beginning of any pair."""
        found = set()
        for word in words:
            pairs = [word[at : at + 2] for at in range(len(word) - 1)] or [word]
            quoted = (pair.replace("\\", "\\\\").replace("'", "''") for pair in pairs)
            found |= {f"'{mark}{pair}'{':*' if len(word) == 1 else ''}" for pair in quoted}
        return " & ".join(sorted(found))


DIALECTS: dict[str, Dialect] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}
