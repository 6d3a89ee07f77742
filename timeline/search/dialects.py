"""The SQL of a search on each database: which records match, how many, and the keys of a page.

A search is for records of one type, or for all reference records. "Indexed" is what the index has: all that is
public or will be. "Published" is what is public at the time of the search.
"""

import datetime
import enum
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from timeline.search.index import (
    DOCUMENTS,
    KEY,
    POSTGRESQL_TITLE_MARK,
    SQLITE_TITLE_MARK,
    TYPE,
    RecordType,
    rowids,
)

# One condition for each word is faster than a list of words, but a query may have thousands of words.
FEW_WORDS = 20

# A parameter of a statement.
Value = str | datetime.datetime | None
Sql = tuple[str, list[Value]]


class Rank(enum.IntEnum):
    """How near the beginning of a document all words are. Each excludes the hits of those before it."""

    # The query is a date, and the record has it.
    DATE = 0
    # The whole query is a name, which has a newline before and after it.
    NAME = 1
    TITLE = 2
    SUMMARY = 3
    REST = 4


# The column with the dates of a record, each between newlines; those that contain all words together.
_DATES = "rest"
_COLUMNS = {
    Rank.NAME: "title",
    Rank.TITLE: "title",
    Rank.SUMMARY: "title summary",
    Rank.REST: "title summary rest",
}


@dataclass(frozen=True)
class Search:
    """The documents of records of one type, by default all reference records, that contain every word.

    If the words are a date, also those that have one of `dates` or contain one of its other `spellings`. Published ones are those at the time `now`; if `among`, a query for keys of that type, is given, only these records.
    """

    words: tuple[str, ...]
    name: str = ""
    record_type: RecordType | None = None
    now: Value = None
    among: Sql | None = None
    dates: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()

    @property
    def of_type(self) -> str:
        """The condition on the type of record."""
        return "record_type > 0" if self.record_type is None else f"record_type = {self.record_type.value}"


class Dialect(ABC):
    """The SQL of one database."""

    position: ClassVar[str]
    word_list: ClassVar[str]
    # Whether the keys that a search is among are selected once for all ranks.
    materialized: ClassVar[str]
    # A query for all documents of the index, without conditions.
    index: ClassVar[str]

    def matching_query(self, search: Search) -> Sql:
        """Return a query for the keys of all hits, also of those that are not in the index."""
        indexed, values = self.indexed_query(search)
        contains, more = self.contains_condition(search)
        hidden = (
            f"SELECT record FROM {DOCUMENTS} WHERE {search.of_type} AND public_from IS NULL AND {contains}"
        )
        return f"{indexed} UNION ALL {hidden}", [*values, *more]

    def indexed_query(self, search: Search) -> Sql:
        """Return a query for the keys of the indexed hits."""
        matches, values = self.indexed_condition(search)
        return f"SELECT record FROM ({self.index} WHERE {matches}) AS hit", values

    def count_query(self, search: Search) -> Sql:
        """Return a query for the number of published hits."""
        hits, values = self._published_query(search)
        return self._with_keys(search, f"SELECT count(*) FROM ({hits}) AS hit", values)

    def page_query(self, search: Search, start: int, stop: int, ranks: Iterable[Rank] = Rank) -> Sql:
        """Return a query for the rank, type and key of the published hits from `start` to `stop`.

        They are ordered by rank, then by type from the last to the first, then newest first.
        """
        branches, values = [], []
        for rank in ranks:
            if rank is Rank.DATE and not search.dates:
                continue
            branch, more = self._newest_query(search, rank, stop)
            branches.append(f"SELECT {rank.value}, record_type, record FROM ({branch}) AS hit")
            values += more
        # Both databases execute the branches in order and stop at the limit.
        return self._with_keys(
            search, f"{' UNION ALL '.join(branches)} LIMIT {stop - start} OFFSET {start}", values
        )

    def _published_query(self, search: Search, rank: Rank | None = None) -> Sql:
        """Return a query for the published hits, of any rank or one, with what orders them."""
        matches, values = self.indexed_condition(search, rank)
        return f"{self.index} WHERE {matches} AND {self._is_result(search)}", [*values, search.now]

    def contains_condition(self, search: Search, rank: Rank | None = None) -> Sql:
        """Return a condition that a document contains every word, at any rank or one, as a scan finds out."""
        has_date, dates = self._in_text(_DATES, search.dates, "OR")
        if rank is Rank.DATE:
            return has_date, dates
        inside, values = self._in_columns(search, Rank.REST if rank is None else rank)
        if rank is None:
            return (f"({inside} OR {has_date})", [*values, *dates]) if dates else (inside, values)
        if rank > Rank.NAME:
            nearer, more = self._in_columns(search, Rank(rank - 1))
            inside, values = f"({inside} AND NOT {nearer})", [*values, *more]
        return (f"({inside} AND NOT {has_date})", [*values, *dates]) if dates else (inside, values)

    def _in_columns(self, search: Search, rank: Rank) -> Sql:
        words = (search.name,) if rank is Rank.NAME else search.words
        # The newline prevents matches across two columns.
        text = " || '\n' || ".join(_COLUMNS[rank].split())
        if len(words) > FEW_WORDS:
            lacks = f"{self.position}({text}, one.value) = 0"
            return f"NOT EXISTS (SELECT 1 FROM {self.word_list} WHERE {lacks})", [json.dumps(words)]
        inside, values = self._in_text(text, words, "AND")
        if rank is Rank.NAME or not search.spellings:
            return inside, values
        spelt, more = self._in_text(text, search.spellings, "OR")
        return f"({inside} OR {spelt})", [*values, *more]

    def _in_text(self, text: str, words: tuple[str, ...], operator: str) -> Sql:
        """Return a condition that a text contains all words (AND), or one of them (OR)."""
        return f"({f' {operator} '.join([f'{self.position}({text}, %s) > 0'] * len(words))})", list(words)

    def _with_keys(self, search: Search, sql: str, values: list[Value]) -> Sql:
        """Return the statement with the keys that the search is among, as `chosen`."""
        if search.among is None:
            return sql, values
        keys, more = search.among
        return f"WITH chosen (record) AS {self.materialized} ({keys}) {sql}", [*more, *values]

    @abstractmethod
    def indexed_condition(self, search: Search, rank: Rank | None = None) -> Sql:
        """Return the condition that a document of `index` is a hit, of any rank or one."""

    @abstractmethod
    def names_query(self, search: Search, limit: int) -> Sql:
        """Return a query for the type, key and names of published records the titles of which contain a word.

        On PostgreSQL also of some with the pairs of a word in another order.
        """

    def _is_result(self, search: Search) -> str:
        """Return the condition that a document of `index` is published at a time, and its key among those of the search."""
        return self._is_published(search) + (
            " AND record IN (SELECT record FROM chosen)" if search.among else ""
        )

    @abstractmethod
    def _is_published(self, search: Search) -> str:
        """Return the condition that a document of `index` is published at a time."""

    @abstractmethod
    def _newest_query(self, search: Search, rank: Rank, limit: int) -> Sql:
        """Return a query for the published hits of this rank, in the order of pages."""


class SQLite(Dialect):
    """An FTS5 table of hex-encoded pairs. A word is a phrase, and hex has no special meaning in FTS5 queries."""

    position, word_list = "instr", "json_each(%s) AS one"
    materialized = "MATERIALIZED"
    index = f"SELECT {TYPE} AS record_type, {KEY} AS record, rowid FROM timeline_search"

    def indexed_condition(self, search: Search, rank: Rank | None = None) -> Sql:
        return f"timeline_search MATCH %s AND {rowids(search.record_type)}", [self._expression(search, rank)]

    def count_query(self, search: Search) -> Sql:
        if search.among is not None:
            return super().count_query(search)
        # Few documents are scheduled for later: to subtract them is faster than to look for each hit among them.
        matches, values = self.indexed_condition(search)
        contains, more = self.contains_condition(search)
        later = f"SELECT count(*) FROM {self._scheduled(search)} AND {contains}"
        indexed = f"SELECT count(*) FROM ({self.index} WHERE {matches})"
        return f"SELECT ({indexed}) - ({later})", [*values, search.now, *more]

    def names_query(self, search: Search, limit: int) -> Sql:
        pieces = " OR ".join(self._phrase(word, SQLITE_TITLE_MARK) for word in search.words)
        hits = f"{self.index} WHERE timeline_search MATCH %s AND {rowids(search.record_type)} ORDER BY rowid LIMIT {limit}"
        documents = f"{DOCUMENTS} JOIN ({hits}) USING (record_type, record)"
        return f"SELECT record_type, record, title FROM {documents} WHERE public_from <= %s", [
            pieces,
            search.now,
        ]

    def _scheduled(self, search: Search) -> str:
        """Return the documents that will be published after a time, as what follows FROM, with conditions."""
        # The index is named because SQLite does not know that it returns few rows until somebody runs ANALYZE.
        documents = f"{DOCUMENTS} INDEXED BY timeline_search_public_from"
        return f"{documents} WHERE {search.of_type} AND public_from > %s"

    def _is_published(self, search: Search) -> str:
        return f"record NOT IN (SELECT record FROM {self._scheduled(search)})"

    def _newest_query(self, search: Search, rank: Rank, limit: int) -> Sql:
        # FTS5 returns hits in this order and stops at the limit.
        hits, values = self._published_query(search, rank)
        return f"{hits} ORDER BY rowid LIMIT {limit}", values

    def _expression(self, search: Search, rank: Rank | None) -> str:
        """Return an FTS5 query for hits of any rank or one."""
        dates = " OR ".join(f"{{{_DATES}}} : {self._phrase(date)}" for date in search.dates)
        if rank is Rank.DATE:
            return dates
        anywhere, title = self._words(search), self._words(search, SQLITE_TITLE_MARK)
        name = self._phrase(search.name, SQLITE_TITLE_MARK)
        summary = f"({{title summary}} : ({anywhere}))"
        hits = {
            None: anywhere,
            Rank.NAME: name,
            Rank.TITLE: f"({title}) NOT {name}",
            Rank.SUMMARY: f"{summary} NOT ({title})",
            Rank.REST: f"({anywhere}) NOT {summary}",
        }[rank]
        if not dates:
            return hits
        return f"({hits}) OR ({dates})" if rank is None else f"({hits}) NOT ({dates})"

    def _words(self, search: Search, mark: str = "") -> str:
        """Return an FTS5 query for all words, or one of the other spellings."""
        words = " AND ".join(self._phrase(word, mark) for word in search.words)
        return " OR ".join([f"({words})", *(self._phrase(one, mark) for one in search.spellings)])

    def _phrase(self, word: str, mark: str = "") -> str:
        if len(word) == 1:
            return f'"{mark}{word.encode().hex()}"*'
        return '"' + " ".join(mark + pair.encode().hex() for pair in _pairs(word)) + '"'


class PostgreSQL(Dialect):
    """A GIN index over pairs as lexemes, with marked pairs for titles. Longer words are then scanned for.

    Its hits have no order. Those of a rank are sorted if there are fewer than `common`; otherwise the
    documents are scanned from the newest on, which soon fills a page.
    """

    position = "strpos"
    word_list = "jsonb_array_elements_text(%s::jsonb) AS one(value)"
    # Of keys that were selected before, the planner knows no number, and compares them one by one.
    materialized = "NOT MATERIALIZED"
    common: ClassVar[int] = 1000
    index = f"SELECT record_type, record, sort_earliest FROM {DOCUMENTS}"
    _grams = "timeline_grams(title, summary, rest) @@ %s::tsquery"
    _title_mark = f"\n{POSTGRESQL_TITLE_MARK}"

    def indexed_condition(self, search: Search, rank: Rank | None = None) -> Sql:
        lexemes = self._expression(search, rank)
        matches = f"{self._is_indexed(search)} AND {self._grams}"
        if rank is None and not search.dates and all(len(word) <= 2 for word in search.words):
            return matches, [lexemes]
        contains, values = self.contains_condition(search, rank)
        return f"{matches} AND {contains}", [lexemes, *values]

    def names_query(self, search: Search, limit: int) -> Sql:
        pieces = " | ".join(f"({self._lexemes(word, self._title_mark)})" for word in search.words)
        conditions = f"{self._is_indexed(search)} AND {self._grams} AND public_from <= %s"
        return f"SELECT record_type, record, title FROM {DOCUMENTS} WHERE {conditions} LIMIT {limit}", [
            pieces,
            search.now,
        ]

    def _is_published(self, search: Search) -> str:
        return "public_from <= %s"

    def _newest_query(self, search: Search, rank: Rank, limit: int) -> Sql:
        hits, values = self._published_query(search, rank)
        contains, more = self.contains_condition(search, rank)
        conditions = f"{self._is_indexed(search)} AND {contains} AND {self._is_result(search)}"
        order = "ORDER BY record_type DESC, sort_earliest DESC NULLS LAST, record DESC"
        size = "(SELECT count(*) FROM few)"
        sql = f"""WITH few AS MATERIALIZED ({hits} LIMIT {self.common})
            (SELECT * FROM few WHERE {size} < {self.common} {order}) UNION ALL
            ({self.index} WHERE {conditions} AND {size} = {self.common} {order} LIMIT {limit})
            LIMIT {limit}"""
        return sql, [*values, *more, search.now]

    def _is_indexed(self, search: Search) -> str:
        return f"{search.of_type} AND public_from IS NOT NULL"

    def _expression(self, search: Search, rank: Rank | None) -> str:
        """Return a tsquery for hits of any rank or one, and others with the same pairs."""
        words = (search.name,) if rank is Rank.NAME else search.words
        mark = self._title_mark if rank in (Rank.NAME, Rank.TITLE) else ""
        alternatives = [(" & ".join(self._lexemes(word, mark) for word in words))]
        if rank is not Rank.NAME:
            alternatives += [self._lexemes(spelling, mark) for spelling in search.spellings]
        dates = [self._lexemes(date, "") for date in search.dates]
        if rank is Rank.DATE:
            alternatives = dates
        elif rank is None:
            alternatives += dates
        return " | ".join(f"({one})" for one in alternatives)

    def _lexemes(self, word: str, mark: str) -> str:
        """Return all pairs of a word as a tsquery; a single character is the beginning of any pair."""
        quoted = {pair.replace("\\", "\\\\").replace("'", "''") for pair in _pairs(word)}
        return " & ".join(f"'{mark}{pair}'{':*' if len(word) == 1 else ''}" for pair in sorted(quoted))


def _pairs(word: str) -> Sequence[str]:
    """Return the pairs of adjacent characters of a word; a single character itself."""
    return [word[at : at + 2] for at in range(len(word) - 1)] or [word]


DIALECTS: dict[str, Dialect] = {"sqlite": SQLite(), "postgresql": PostgreSQL()}
