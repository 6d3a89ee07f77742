"""What tells public entries of the same title apart: the year, the document number, the kind, or a number."""

import contextlib
import contextvars
import datetime
import functools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Model
from django.utils.translation import pgettext

from timeline.models import Entry, Kind
from timeline.values.date_points import Point
from timeline.values.document_numbers import DocumentNumber
from timeline.values.partial_date import PartialDate

# The most entries whose distinctions are kept in memory. If more share their titles, every title has its year.
MAX_ENTRIES = 1000


class EqualTitle(NamedTuple):
    """A public entry whose title another one has too, with what may tell them apart."""

    pk: int
    title: str
    title_en: str
    kind: str
    day: datetime.date | None
    document_number: DocumentNumber | None

    @property
    def year(self) -> int | None:
        return self.day.year if self.day else None

    @property
    def translated(self) -> str:
        """The title on a page in English."""
        return self.title_en or self.title


@dataclass(frozen=True)
class Distinction:
    """What distinguishes an entry from others of its title, in the form of one criterion."""

    criterion: str
    value: object

    def display(self, language: str) -> str:
        return _DISPLAYS[self.criterion](self.value, language)


def _year_text(year: object, language: str) -> str:
    if not isinstance(year, int):
        return pgettext("after a title", "date not recorded")
    return PartialDate(Point(year)).display(language)


_DISPLAYS: Mapping[str, Callable[[object, str], str]] = {
    "year": _year_text,
    "document_number": lambda number, _language: str(
        number or pgettext("after a title", "number not recorded")
    ),
    "kind": lambda kind, _language: str(Kind(str(kind)).label),
    "number": lambda number, _language: str(number),
}


def distinguish(entries: Sequence[EqualTitle]) -> Iterator[tuple[int, Distinction]]:
    """The distinctions of entries of one title, by key: by the first criterion in which all of them differ."""
    for criterion in ("year", "document_number", "kind"):
        values = [getattr(entry, criterion) for entry in entries]
        if len({*values}) == len(values):
            break
    else:
        # In the order of their creation, so that a later entry changes no number.
        entries = sorted(entries)
        criterion, values = "number", [*range(1, len(entries) + 1)]
    for entry, value in zip(entries, values, strict=True):
        yield entry.pk, Distinction(criterion, value)


@dataclass(frozen=True)
class Distinctions:
    """The distinctions of public entries by key, for Chinese and for English titles."""

    original: Mapping[int, Distinction]
    translated: Mapping[int, Distinction]


@functools.lru_cache(maxsize=2)
def distinctions(edition: str) -> Distinctions | None:
    """The distinctions in one version of the content, by one query; None if there are too many."""
    # Among all entries, for that is what an index answers. What only drafts share makes no group below.
    entries = Entry.objects.order_by()
    keys = [
        entries.filter(**{f"{column}__in": entries.equal_values(column)}).values("pk")
        for column in ("title", "title_en")
    ]
    columns = ("pk", "title", "title_en", "kind", "sort_earliest", "policy__document_number")
    public = entries.published().filter(pk__in=keys[0].union(keys[1])).values_list(*columns)
    found = [EqualTitle(*row) for row in public[: MAX_ENTRIES + 1]]
    if len(found) > MAX_ENTRIES:
        return None
    return Distinctions(
        _by_title(found, lambda entry: entry.title), _by_title(found, lambda entry: entry.translated)
    )


def _by_title(entries: Sequence[EqualTitle], title_of: Callable[[EqualTitle], str]) -> dict[int, Distinction]:
    groups: dict[str, list[EqualTitle]] = defaultdict(list)
    for entry in entries:
        groups[title_of(entry)].append(entry)
    return {key: one for group in groups.values() if len(group) > 1 for key, one in distinguish(group)}


# The version of the content of the page that is being made, "" outside public pages.
_edition: contextvars.ContextVar[str] = contextvars.ContextVar("edition", default="")


@contextlib.contextmanager
def ended_after() -> Iterator[None]:
    """End after the block what `begin()` in it began."""
    token = _edition.set("")
    try:
        yield
    finally:
        _edition.reset(token)


def begin(edition: str) -> None:
    """From now on, titles are told apart as in this version of the content."""
    _edition.set(edition)


def edition() -> str:
    """The version of the content in which titles are told apart on the page that is being made; "" if they are not."""
    return _edition.get()


def distinction_of(record: Model, *, is_translated: bool) -> Distinction | None:
    """What tells the record from others of its title on the page that is being made, if anything has to."""
    version = edition()
    # A row of columns says itself whether it is an entry, and has its key.
    if not version or not (isinstance(record, Entry) or getattr(record, "is_entry", False)):
        return None
    found = distinctions(version)
    if found is None:
        # Not where it would have to be loaded, nor in rows of columns, which have a date beside the title.
        day = vars(record).get("sort_earliest") if isinstance(record, Entry) else None
        return Distinction("year", day.year) if day else None
    return (found.translated if is_translated else found.original).get(record.pk)
