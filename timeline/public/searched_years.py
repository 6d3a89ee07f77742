"""The year that a search text is, with the number of the entries of that year."""

import re
from typing import NamedTuple

from django.http import QueryDict

from timeline.filters.entries import EntryFilter, query_string
from timeline.models.entry_queryset import EntryQuerySet
from timeline.values.chinese import fold

_year = re.compile("([1-9][0-9]{3})年?")


class SearchedYear(NamedTuple):
    """A year and the number of its entries, as the filter of years finds them."""

    year: int
    size: int

    @property
    def query(self) -> str:
        """The query string of the list of these entries."""
        return _query_of(self.year)


def year_of(text: str) -> int | None:
    """The year that the text of a search is, in whatever digits, None for any other text."""
    found = _year.fullmatch(fold(text).strip())
    return int(found[1]) if found else None


def find_year(year: int, public: EntryQuerySet) -> SearchedYear:
    """The year with the number of these public entries in it."""
    return SearchedYear(year, EntryFilter(QueryDict(_query_of(year)[1:]), public).qs.count())


def _query_of(year: int) -> str:
    return query_string([("from", str(year)), ("to", str(year))])
