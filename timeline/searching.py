"""Search: which entries hold all the words of a query, counted and ranked. The index, made in migration 0002, only makes it fast.

What holds a word is what has it as a substring of `search_text`, in which no word spans two lines: the first line has the
titles, the second the summaries, the third the rest. Published rows are found by an index over every pair of adjacent
characters; the others, which only editors search, are looked through.
"""

import datetime
import enum
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from django.db import connections, models
from django.db.models import F
from django.db.models.lookups import Exact, LessThanOrEqual, Lookup

from timeline.publishing import Status
from timeline.script import words
from timeline.search_index import KEY

# A condition of its own for each word is quicker than a list of words, but there may be thousands.
FEW_WORDS = 20
# A page; whoever fetches more at once wants them all, by one statement.
PAGE = 200


class Part(enum.Enum):
    """Where the words stand: each hit is in ANYWHERE and in just one of the others."""

    ANYWHERE = enum.auto()
    TITLE = enum.auto()
    SUMMARY = enum.auto()  # all in the title or the summary, not all in the title
    REST = enum.auto()


RANKS = (Part.TITLE, Part.SUMMARY, Part.REST)


@dataclass(frozen=True)
class Search:
    """The words of a query, the part of the text that is to hold them, and how to find what does.

    By the index, or by looking at each row, or, where it is known what the index finds, among these rows: one by one, or
    as they come in the order that is asked for.
    """

    words: tuple[str, ...]
    part: Part = Part.ANYWHERE
    by_index: bool = True
    found: str | None = None
    in_order: bool = False

    @classmethod
    def of(cls, text: str) -> Self:
        """The words that somebody typed; one that lies in another says nothing more."""
        found = sorted(set(words(text)), key=lambda word: (-len(word), word))
        kept: list[str] = []
        for word in found:
            # A newline between them, so that no word is found across two.
            if word not in "\n".join(kept):
                kept.append(word)
        return cls(tuple(kept))


@models.TextField.register_lookup
class Holds(Lookup):
    """search_text__holds=Search(…): whether the row is a hit."""

    lookup_name = "holds"
    prepare_rhs = False
    rhs: Search

    def get_prep_lookup(self) -> Search:
        return self.rhs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        sql, values = DIALECTS[connection.vendor].condition(self._alias(compiler), self.rhs)
        if self.rhs.by_index and not is_published_only(compiler.query, self.lhs.alias):
            others, more = _looked_through(compiler, connection, self._alias(compiler), self.rhs)
            sql, values = f"({sql} OR {others})", [*values, *more]
        return sql, values

    def _alias(self, compiler: Any) -> str:
        return str(compiler.quote_name_unless_alias(self.lhs.alias))


def _looked_through(compiler: Any, connection: Any, alias: str, search: Search) -> tuple[str, list[Any]]:
    """The condition for rows that are not in the index."""
    sql, values = DIALECTS[connection.vendor].condition(alias, replace(search, by_index=False))
    hidden = [status.value for status in Status if status != Status.PUBLISHED]
    places = ", ".join(["%s"] * len(hidden))
    return f"({alias}.status IN ({places}) AND {sql})", [*hidden, *values]


class Dialect:
    """The conditions of one database."""

    # So many hits are sorted by one statement.
    few: ClassVar[int]
    # From so many hits on, a page of them is found sooner by looking at the entries from the newest on.
    common: ClassVar[int]
    # What stands before the pairs of the title line, once more in the index.
    title_mark: ClassVar[str]
    # Keys in one text.
    gathered: ClassVar[str]
    listed: ClassVar[str]

    def condition(self, alias: str, search: Search) -> tuple[str, list[Any]]:
        """Whether the row of this alias is a hit; by the index only for published rows."""
        raise NotImplementedError

    def scan(self, text: str, search: Search) -> tuple[str, list[Any]]:
        """The same, by looking at the row."""
        inside, outside = {
            Part.ANYWHERE: (text, None),
            Part.TITLE: (self.lines(text, 1), None),
            Part.SUMMARY: (self.lines(text, 2), self.lines(text, 1)),
            Part.REST: (text, self.lines(text, 2)),
        }[search.part]
        held, values = self._all(inside, search.words)
        if outside is None:
            return held, values
        nearer, more = self._all(outside, search.words)
        return f"({held} AND NOT {nearer})", [*values, *more]

    def _all(self, text: str, words: Sequence[str]) -> tuple[str, list[Any]]:
        """Whether every word stands in this text."""
        if len(words) > FEW_WORDS:
            held = f"{self.position(text, 'one.value')} > 0"
            return f"NOT EXISTS (SELECT 1 FROM {self.listed} WHERE NOT ({held}))", [json.dumps(words)]
        joined = " AND ".join([f"{self.position(text, '%s')} > 0"] * len(words))
        return f"({joined})", list(words)

    def found(self, connection: Any, search: Search, fewer_than: int) -> tuple[str, int] | None:
        """The keys of what the index finds, in one text, and how many; None where they are more."""
        sql, values = self.found_by_index(search)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.gathered}, count(*) FROM ({sql} LIMIT {fewer_than}) AS found", values
            )
            keys, count = cursor.fetchone()
        return (keys, count) if count < fewer_than else None

    def found_by_index(self, search: Search) -> tuple[str, list[Any]]:
        raise NotImplementedError

    def public_page(
        self,
        connection: Any,
        search: Search,
        ranks: Sequence[Part],
        now: datetime.datetime,
        low: int,
        high: int,
    ) -> str | None:
        """The keys of the hits from low to high that are public now, rank by rank, the newest first; None without any."""
        raise NotImplementedError

    def public_count(self, connection: Any, search: Search, now: datetime.datetime) -> int | None:
        """How many hits are public now; None where rows are to be counted for it."""
        raise NotImplementedError

    def position(self, text: str, word: str) -> str:
        raise NotImplementedError

    def lines(self, text: str, number: int) -> str:
        """The first line of a text, or the first two."""
        raise NotImplementedError


# Named, as nothing tells SQLite that few are to come before somebody has it ANALYZE the table.
_LATER = (
    "SELECT id FROM timeline_entry INDEXED BY timeline_entry_public_from"
    " WHERE status = 'published' AND published_at > %s"
)


class SQLite(Dialect):
    """An FTS5 table, the words as phrases of hex-encoded pairs: nothing in them means anything to FTS5."""

    few = 200
    common = 4000
    title_mark = "t"  # no digit of hex
    gathered = "json_group_array(id)"
    listed = "json_each(%s) AS one"

    def condition(self, alias: str, search: Search) -> tuple[str, list[Any]]:
        if not search.by_index:
            return self.scan(f"{alias}.search_text", search)
        if search.found is not None:
            # The sign keeps SQLite from going by the key; it then goes by the index of the order, without a look at rows
            # that are not among these.
            sign = "+" if search.in_order else ""
            return f"{sign}{alias}.id IN (SELECT value FROM json_each(%s))", [search.found]
        sql, values = self.found_by_index(search)
        return f"{alias}.id IN ({sql})", values

    def found_by_index(self, search: Search) -> tuple[str, list[Any]]:
        sql = f"SELECT {KEY} AS id FROM timeline_entry_search WHERE timeline_entry_search MATCH %s"
        return sql, [self.phrases(search)]

    def public_page(
        self,
        connection: Any,
        search: Search,
        ranks: Sequence[Part],
        now: datetime.datetime,
        low: int,
        high: int,
    ) -> str | None:
        parts, values = [], []
        for part in ranks:
            sql, found = self.found_by_index(replace(search, part=part))
            # FTS5 has them in this order and stops at the limit.
            parts.append(f"SELECT id FROM ({sql} AND id NOT IN ({_LATER}) ORDER BY rowid LIMIT {high})")
            values += [*found, connection.ops.adapt_datetimefield_value(now)]
        union = " UNION ALL ".join(parts)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {self.gathered}, count(*) FROM ({union} LIMIT {high - low} OFFSET {low})", values
            )
            keys, count = cursor.fetchone()
        return keys if count else None

    def public_count(self, connection: Any, search: Search, now: datetime.datetime) -> int:
        # All hits of the index, without those whose time has not come.
        held, values = self.condition("timeline_entry", replace(search, by_index=False))
        sql, found = self.found_by_index(search)
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
            Part.ANYWHERE: everywhere,
            Part.TITLE: title,
            Part.SUMMARY: f"{summary} NOT {title}",
            Part.REST: f"({everywhere}) NOT {summary}",
        }[search.part]

    def _all_phrases(self, search: Search, mark: str) -> str:
        return " AND ".join(self._phrase(word, mark) for word in search.words)

    def _phrase(self, word: str, mark: str) -> str:
        if len(word) == 1:
            return f'"{mark}{word.encode().hex()}"*'
        return '"' + " ".join(mark + word[at : at + 2].encode().hex() for at in range(len(word) - 1)) + '"'

    def position(self, text: str, word: str) -> str:
        return f"instr({text}, {word})"

    def lines(self, text: str, number: int) -> str:
        end = first = f"instr({text} || char(10), char(10))"
        if number == 2:
            end = f"{first} + instr(substr({text}, {first} + 1) || char(10), char(10))"
        return f"substr({text}, 1, {end})"


_NEWEST = "sort_earliest DESC NULLS LAST, id DESC"


class PostgreSQL(Dialect):
    """A GIN index over the pairs as lexemes, those of the title marked too; what holds a longer word's pairs is looked at."""

    few = 200
    common = 1000
    title_mark = "\n1"  # no word has a newline
    gathered = "coalesce(array_agg(id), '{}')::text"
    listed = "jsonb_array_elements_text(%s::jsonb) AS one(value)"

    def condition(self, alias: str, search: Search) -> tuple[str, list[Any]]:
        text = f"{alias}.search_text"
        if not search.by_index:
            return self.scan(text, search)
        if search.found is not None:
            return f"{alias}.id = ANY(%s::bigint[])", [search.found]
        sql = f"{alias}.status = 'published' AND timeline_grams({text}) @@ %s::tsquery"
        values = [self.lexemes(search)]
        if search.part not in (Part.ANYWHERE, Part.TITLE) or not self._are_pairs(search):
            looked, more = self.scan(text, search)
            sql, values = f"{sql} AND {looked}", [*values, *more]
        return f"({sql})", values

    def found_by_index(self, search: Search) -> tuple[str, list[Any]]:
        condition, values = self.condition("timeline_entry", search)
        return f"SELECT id FROM timeline_entry WHERE {condition}", values

    def public_page(
        self,
        connection: Any,
        search: Search,
        ranks: Sequence[Part],
        now: datetime.datetime,
        low: int,
        high: int,
    ) -> str | None:
        walked: set[Part] = set()
        while True:
            branches, values = [], []
            for number, part in enumerate(ranks):
                sql, of_part = self._newest(replace(search, part=part, by_index=part not in walked), now)
                branches.append(f"(SELECT id, {number}, size FROM ({sql} LIMIT {high}) AS hit)")
                values += of_part
            with connection.cursor() as cursor:
                # One after the other, and none that is not needed.
                cursor.execute(f"{' UNION ALL '.join(branches)} LIMIT {high}", values)
                rows = cursor.fetchall()
            common = {ranks[number] for _, number, size in rows if size == self.common}
            if not common:
                keys = ",".join(str(key) for key, _, _ in rows[low:])
                return f"{{{keys}}}" if keys else None
            walked |= common

    def _newest(self, search: Search, now: datetime.datetime) -> tuple[str, list[Any]]:
        """The keys of public hits, the newest first, and of how many these are the first.

        The first of those that the index finds, or, on the way from the newest on, of nobody knows how many.
        """
        held, values = self.condition("timeline_entry", search)
        columns = f"FROM timeline_entry WHERE status = 'published' AND published_at <= %s AND {held}"
        if search.by_index:
            some = f"(SELECT id, sort_earliest {columns} LIMIT {self.common}) AS found"
            return f"SELECT id, count(*) OVER () AS size FROM {some} ORDER BY {_NEWEST}", [now, *values]
        return f"SELECT id, 0 AS size {columns} ORDER BY {_NEWEST}", [now, *values]

    def public_count(self, connection: Any, search: Search, now: datetime.datetime) -> None:
        return None

    def lexemes(self, search: Search) -> str:
        """The pairs in the language of tsquery; all that is asked, unless some of it is to be looked at."""
        if search.part is Part.TITLE:
            return self._pairs(search, self.title_mark)
        found = self._pairs(search, "")
        if search.part is Part.ANYWHERE or not self._are_pairs(search):
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

    def lines(self, text: str, number: int) -> str:
        return " || chr(10) || ".join(f"split_part({text}, chr(10), {line})" for line in range(1, number + 1))


DIALECTS = {"sqlite": SQLite(), "postgresql": PostgreSQL()}


def is_published_only(query: Any, alias: str) -> bool:
    """Whether the query asks for published rows of this alias alone, all of which the index has."""
    where = query.where
    return (
        not where.negated and where.connector == "AND" and any(_is_status(it, alias) for it in where.children)
    )


def _is_status(condition: Any, alias: str) -> bool:
    return (
        isinstance(condition, Exact)
        and _is_column(condition.lhs, alias, "status")
        and condition.rhs == Status.PUBLISHED
    )


def _is_column(expression: Any, alias: str, name: str) -> bool:
    return getattr(expression, "alias", None) == alias and expression.target.column == name


class Rank(models.Func):
    """The number of the first of RANKS in which all the words stand; one more where they do not stand in the row.

    By looking at the row, even where it is in the index.
    """

    def __init__(self, search: Search):
        super().__init__(F("search_text"), output_field=models.IntegerField())
        self.search = search

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        text, _none = compiler.compile(self.source_expressions[0])
        dialect, values = DIALECTS[connection.vendor], []
        sql = "CASE"
        for number, part in enumerate((Part.TITLE, Part.SUMMARY, Part.ANYWHERE)):
            held, more = dialect.scan(text, replace(self.search, part=part))
            sql += f" WHEN {held} THEN {number}"
            values += more
        return f"{sql} ELSE {len(RANKS)} END", values


class Sorted(models.Func):
    """A column to sort by that SQLite takes from no index: of few rows the order is made sooner than found among all."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s")


class Listed(models.Func):
    """Where the key of the row stands in a list of keys."""

    def __init__(self, keys: str):
        super().__init__(F("pk"), output_field=models.IntegerField())
        self.keys = keys

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        key, _none = compiler.compile(self.source_expressions[0])
        return f"instr(%s, ',' || {key} || ',')", [self.keys.replace("[", ",").replace("]", ",")]

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        key, _none = compiler.compile(self.source_expressions[0])
        return f"array_position(%s::bigint[], {key})", [self.keys]


NEWEST = (F("sort_earliest").desc(nulls_last=True), "-pk")
NEWEST_OF_FEW = (Sorted(F("sort_earliest")).desc(nulls_last=True), *NEWEST[1:])


class SearchableQuerySet(models.QuerySet):
    """A queryset of entries that can be searched."""

    _by_rank: tuple[Part, ...] = ()

    def matching(self, text: str) -> Self:
        """What holds every word of the text, whatever its script and brackets; all where it has no word."""
        search = Search.of(text)
        return self.filter(search_text__holds=search) if search.words else self.all()

    def newest_first(self) -> Self:
        """By the earliest day each can mean, the newest first, the undated at the end; always the same order."""
        newest = self.order_by(*NEWEST)
        newest._by_rank = (Part.ANYWHERE,)
        return newest

    def ranked(self, text: str) -> Self:
        """What holds all the words in its title first, then in its title and summary, then the rest; each newest first."""
        search = Search.of(text)
        newest = self.newest_first()
        if not search.words:
            return newest
        ranked = newest.order_by(Rank(search), *NEWEST)
        if (held := ranked._held()) is not None and held.rhs.words == search.words:
            ranked._by_rank = RANKS
        return ranked

    def order_by(self, *names: Any) -> Self:
        ordered = super().order_by(*names)
        ordered._by_rank = ()
        return ordered

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._by_rank = self._by_rank
        return clone

    def count(self) -> int:
        """Exact. Of what is published, hits are counted in the index alone, without a look at the rows."""
        if self._result_cache is None and not self.query.is_sliced and (now := self._public_at()):
            connection = connections[self.db]
            number = DIALECTS[connection.vendor].public_count(connection, self._held().rhs, now)
            if number is not None:
                return number
        return super().count()

    def _fetch_all(self) -> None:
        if self._result_cache is None and self._is_page():
            self._result_cache = self._page()
        super()._fetch_all()

    def _held(self) -> Any:
        """The condition of the search, where there is just one."""
        where = self.query.where
        held = [child for child in where.children if isinstance(child, Holds)]
        return held[0] if len(held) == 1 and where.connector == "AND" and not where.negated else None

    def _is_page(self) -> bool:
        query = self.query
        return bool(
            self._by_rank
            and query.high_mark is not None
            and query.high_mark - query.low_mark <= PAGE
            and query.standard_ordering
            and not (query.distinct or query.combinator or query.select_for_update)
            and self._held() is not None
        )

    def _page(self) -> list[Any]:
        """The rows of the slice, rank by rank, so that the newest of a common word need not be sorted out of all."""
        dialect, connection = DIALECTS[connections[self.db].vendor], connections[self.db]
        anywhere = replace(self._held().rhs, part=Part.ANYWHERE)
        low, high = self.query.low_mark, self.query.high_mark
        assert high is not None
        if now := self._public_at():
            keys = dialect.public_page(connection, anywhere, self._by_rank, now, low, high)
            if keys is None:
                return []
            hits = self._clone()
            hits.query.clear_limits()
            return list(hits.order_by(Listed(keys))._only(replace(anywhere, found=keys)))
        found = dialect.found(connection, anywhere, dialect.few)
        if found is not None:
            keys, count = found
            if not count and is_published_only(self.query, self._held().lhs.alias):
                return []
            return list(self._sorted_out()._only(replace(anywhere, found=keys)))
        rows: list[Any] = []
        before = low
        for part in self._by_rank:
            hits = self._unsliced()
            search = replace(anywhere, part=part, by_index=False)
            found = dialect.found(connection, replace(search, by_index=True), dialect.common)
            if found is not None:
                keys, count = found
                is_few = count < dialect.few
                search = replace(search, by_index=True, found=keys, in_order=not is_few)
                hits = hits._sorted_out() if is_few else hits
            of_rank = hits._only(search)
            fetched = list(of_rank[before : before + high - low - len(rows)])
            rows += fetched
            if len(rows) == high - low:
                break
            if before:
                before = 0 if fetched else max(0, before - of_rank.count())
        return rows

    def _unsliced(self) -> Self:
        """All hits, newest first whatever their rank."""
        hits = self._clone()
        hits.query.clear_limits()
        return hits.newest_first()

    def _sorted_out(self) -> Self:
        """In the same order, but by no index of it."""
        hits = self._clone()
        hits.query.order_by = (*hits.query.order_by[: -len(NEWEST)], *NEWEST_OF_FEW)
        return hits

    def _only(self, search: Search) -> Self:
        """The same rows, but with this for the search, and nothing done for them afterwards."""
        hits = self._clone()
        where: Any = hits.query.where
        where.children = [
            Holds(child.lhs, search) if isinstance(child, Holds) else child for child in where.children
        ]
        hits._by_rank = ()
        hits._prefetch_related_lookups = ()  # type: ignore[attr-defined]
        return hits

    def _public_at(self) -> datetime.datetime | None:
        """At what time the hits are to be public, where nothing else is asked: nobody is to look at rows for it."""
        query, held = self.query, self._held()
        if held is None or not held.rhs.by_index:
            return None
        table: str = query.model._meta.db_table  # type: ignore[union-attr]
        aliases = {alias for alias, uses in query.alias_refcount.items() if uses}
        if not aliases == {table} == {held.lhs.alias} or held.lhs.target.model._meta.db_table != table:
            return None
        if query.distinct or query.combinator or query.annotations or not is_published_only(query, table):
            return None
        published: list[Any] = [child for child in query.where.children if child is not held]
        times = [child.rhs for child in published if _is_time(child, table)]
        is_all = all(_is_status(child, table) or _is_time(child, table) for child in published)
        return min(times) if times and is_all else None


def _is_time(condition: Any, alias: str) -> bool:
    return isinstance(condition, LessThanOrEqual) and _is_column(condition.lhs, alias, "published_at")
