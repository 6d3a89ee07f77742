"""Search: the entries that contain all words of a query, counted and ranked. The index only makes it fast.

An entry contains a word if the word is a substring of one of the texts in its search document: titles,
summaries, the rest. Published entries are found by an index over every pair of adjacent characters. The
others, which only editors search, are scanned.
"""

import copy
import datetime
from dataclasses import replace
from typing import Any, Self, cast

from django.core.exceptions import EmptyResultSet
from django.db import connections, models
from django.db.models import F
from django.db.models.lookups import Exact, LessThanOrEqual

from timeline.search.dialects import DIALECTS, RANKS, HitRange, KeyQuery, MatchScope, Search
from timeline.workflow import Status

# The largest page. A larger slice is fetched by one statement.
MAX_PAGE_SIZE = 200


class Matches(models.Func):
    """A condition that the document of the row contains the words of a search."""

    def __init__(self, search: Search):
        super().__init__(F("pk"), F("status"), output_field=models.BooleanField())
        self.search = search

    @property
    def status(self) -> Any:
        return self.source_expressions[1]

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        key, _none = compiler.compile(self.source_expressions[0])
        dialect = DIALECTS[connection.vendor]
        sql, values = dialect.condition(key, self.search)
        if self.search.by_index and not is_published_only(compiler.query, self.status.alias):
            hidden, more = dialect.hidden(key, self.search)
            sql, values = f"({sql} OR {hidden})", [*values, *more]
        return sql, values


def _searched(condition: Any) -> Matches | None:
    """Return the search in a condition of a query, or None."""
    return condition.lhs if isinstance(condition, Exact) and isinstance(condition.lhs, Matches) else None


def is_published_only(query: Any, alias: str) -> bool:
    """Whether the query is limited to published rows of this alias, all of which are in the index."""
    where = query.where
    return (
        not where.negated
        and where.connector == "AND"
        and any(_is_status(child, alias) for child in where.children)
    )


def _is_status(condition: Any, alias: str) -> bool:
    return (
        isinstance(condition, Exact)
        and _is_column(condition.lhs, alias, "status")
        and condition.rhs == Status.PUBLISHED
    )


def _is_column(expression: Any, alias: str, name: str) -> bool:
    return getattr(expression, "alias", None) == alias and expression.target.column == name


class SearchRank(models.Func):
    """The position in RANKS of the first scope that contains all words, or len(RANKS).

    Scans the document, even if it is in the index.
    """

    def __init__(self, search: Search):
        super().__init__(F("pk"), output_field=models.IntegerField())
        self.search = search

    def as_sql(self, compiler: Any, connection: Any, *_: Any, **__: Any) -> tuple[str, Any]:
        key, _none = compiler.compile(self.source_expressions[0])
        return DIALECTS[connection.vendor].rank(key, self.search)


class UnindexedColumn(models.Func):
    """A sort column that SQLite does not read from an index, since few rows are sorted faster in memory."""

    template = "%(expressions)s"

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        return self.as_sql(compiler, connection, template="+%(expressions)s")


class PositionIn(models.Func):
    """The position of the row's key in a list of keys."""

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
NEWEST_OF_FEW = (UnindexedColumn(F("sort_earliest")).desc(nulls_last=True), *NEWEST[1:])


class SearchQuerySet(models.QuerySet):
    """A queryset of entries with full-text search."""

    _by_rank: tuple[MatchScope, ...] = ()

    def matching(self, text: str) -> Self:
        """Filter by every word of the text, in either script and with any brackets.

        Returns all records if the text has no word.
        """
        search = Search.parse(text)
        return self.filter(Matches(search)) if search.words else self.all()

    def newest_first(self) -> Self:
        """Order by the earliest possible day, newest first, undated last, with the key as a tie-breaker."""
        newest = self.order_by(*NEWEST)
        newest._by_rank = (MatchScope.ANYWHERE,)
        return newest

    def ranked(self, text: str) -> Self:
        """Order by rank, newest first within each.

        All words in the title rank first, then in title and summary, then in the rest.
        """
        search = Search.parse(text)
        newest = self.newest_first()
        if not search.words:
            return newest
        ranked = newest.order_by(SearchRank(search), *NEWEST)
        if (condition := ranked._search_condition()) is not None and condition.search.words == search.words:
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
        """Return the exact number, for published entries without reading their rows."""
        if self._result_cache is None and not self.query.is_sliced and (now := self._public_at()):
            connection = connections[self.db]
            return DIALECTS[connection.vendor].public_count(connection, self._searched_for(), now)
        return super().count()

    def _fetch_all(self) -> None:
        if self._result_cache is None and self._is_page():
            self._result_cache = self._page()
        super()._fetch_all()

    def _search_condition(self) -> Matches | None:
        """Return the condition of the search, or None unless there is exactly one."""
        where = self.query.where
        conditions = [found for child in where.children if (found := _searched(child))]
        return (
            conditions[0] if len(conditions) == 1 and where.connector == "AND" and not where.negated else None
        )

    def _searched_for(self) -> Search:
        return cast(Matches, self._search_condition()).search

    def _is_page(self) -> bool:
        query = self.query
        return bool(
            self._by_rank
            and query.high_mark is not None
            and query.high_mark - query.low_mark <= MAX_PAGE_SIZE
            and query.standard_ordering
            and not (query.distinct or query.combinator or query.select_for_update)
            and self._search_condition() is not None
        )

    def _page(self) -> list[Any]:
        """Return the rows of the slice, rank by rank, so that a common word needs no sort of all hits."""
        dialect, connection = DIALECTS[connections[self.db].vendor], connections[self.db]
        anywhere = replace(self._searched_for(), scope=MatchScope.ANYWHERE)
        low, high = self.query.low_mark, cast(int, self.query.high_mark)
        if now := self._public_at():
            keys = dialect.public_page(connection, anywhere, HitRange(self._by_rank, now, low, high))
            if keys is None:
                return []
            hits = self._clone()
            hits.query.clear_limits()
            return list(hits.order_by(PositionIn(keys))._with_search(replace(anywhere, found=keys)))
        found = dialect.fetch_keys(connection, anywhere, dialect.sort_limit)
        if found is not None:
            keys, count = found
            if not count and self._is_published_only():
                return []
            return list(self._without_order_index()._with_search(replace(anywhere, found=keys)))
        rows: list[Any] = []
        start = low
        for part in self._by_rank:
            hits = self._unsliced()
            search = replace(anywhere, scope=part)
            stop = start + high - low - len(rows)
            found = dialect.fetch_keys(connection, search, dialect.common_threshold)
            newest = None
            if found is not None:
                keys, count = found
                is_few = count < dialect.sort_limit
                search = replace(search, found=keys, uses_order_index=not is_few)
                hits = hits._without_order_index() if is_few else hits
            else:
                search = replace(search, by_index=False)
                try:
                    newest = dialect.newest_among(search, self._rows(), start, stop)
                except EmptyResultSet:
                    return []
            of_rank = hits._with_search(search)
            fetched = list(hits._with_search(newest) if newest else of_rank[start:stop])
            rows += fetched
            if len(rows) == high - low:
                break
            if start:
                start = 0 if fetched else max(0, start - of_rank.count())
        return rows

    def _is_published_only(self) -> bool:
        condition = self._search_condition()
        return condition is not None and is_published_only(self.query, condition.status.alias)

    def _rows(self) -> KeyQuery:
        """Return the rows of this queryset without the search."""
        rows = self._unsliced().order_by()
        where: Any = rows.query.where
        where.children = [child for child in where.children if not _searched(child)]
        sql, values = rows.values("pk").query.sql_with_params()
        return KeyQuery(sql, values, self._is_published_only())

    def _unsliced(self) -> Self:
        """Return all hits, newest first, whatever their rank."""
        hits = self._clone()
        hits.query.clear_limits()
        return hits.newest_first()

    def _without_order_index(self) -> Self:
        """Return the same order without use of its index."""
        hits = self._clone()
        hits.query.order_by = (*hits.query.order_by[: -len(NEWEST)], *NEWEST_OF_FEW)
        return hits

    def _with_search(self, search: Search) -> Self:
        """Return the same rows with another search, without ranking and prefetching."""
        hits = self._clone()
        where: Any = hits.query.where
        where.children = [
            _searching(child, search) if _searched(child) else child for child in where.children
        ]
        hits._by_rank = ()
        hits._prefetch_related_lookups = ()  # type: ignore[attr-defined]
        return hits

    def _public_at(self) -> datetime.datetime | None:
        """Return the time at which hits must be public, or None if the query has other conditions.

        Without other conditions the rows need not be read.
        """
        query, condition = self.query, self._search_condition()
        if condition is None or not condition.search.by_index:
            return None
        table: str = query.model._meta.db_table  # type: ignore[union-attr]
        aliases = {alias for alias, uses in query.alias_refcount.items() if uses}
        if not aliases == {table} == {condition.status.alias}:
            return None
        if query.distinct or query.combinator or query.annotations or not is_published_only(query, table):
            return None
        published: list[Any] = [child for child in query.where.children if not _searched(child)]
        times = [child.rhs for child in published if _is_time(child, table)]
        is_all = all(_is_status(child, table) or _is_time(child, table) for child in published)
        return min(times) if times and is_all else None


def _is_time(condition: Any, alias: str) -> bool:
    return isinstance(condition, LessThanOrEqual) and _is_column(condition.lhs, alias, "published_at")


def _searching(condition: Any, search: Search) -> Any:
    """Return a copy of the condition for another search."""
    condition, condition.lhs = copy.copy(condition), condition.lhs.copy()
    condition.lhs.search = search
    return condition
