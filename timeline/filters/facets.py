"""By what a visitor narrows the chronicle down: each condition reads the address, filters, says itself and counts its choices."""

import datetime
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet, TextChoices, Value
from django.utils.html import format_html
from django.utils.translation import gettext as _

from timeline.i18n.display import said
from timeline.i18n.languages import current
from timeline.models import Entry
from timeline.models.entries import GoalState
from timeline.models.named import Named
from timeline.values.chinese import fold
from timeline.values.partial_date import PartialDate
from timeline.values.text import remove_invisible

Pairs = list[tuple[str, str]]

UNDATED = "undated"

# Longer words are nobody's search, and a database has its limits.
LONGEST = 200


@dataclass(frozen=True)
class Chip:
    """One condition that holds, in words, and the parts of the address that say it."""

    label: str
    text: str
    pairs: Pairs
    # In whatever language a visitor typed it, which the page does not know.
    is_typed: bool = False


def quoted(typed: str) -> str:
    """What a visitor typed, to the letter, in a language that nobody knows."""
    return format_html('<q class="typed" lang="">{}</q>', typed)


class Field(forms.Field):
    """What an address says of a condition; it is read, never refused: what nobody can use becomes a remark."""

    def __init__(self, *, read: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read = read

    def clean(self, value: Any) -> Any:
        return self.read(value)


class Condition(django_filters.Filter):
    """Something that an entry must meet; conditions are all to be met."""

    widget: type[forms.Widget] = forms.TextInput

    @property
    def field(self) -> forms.Field:
        return Field(read=self.read, widget=self.widget, required=False)

    def read(self, given: Any) -> Any:
        """What is asked for; falsy where nothing is."""
        raise NotImplementedError

    def filter(self, entries: Any, asked: Any) -> Any:
        return entries.filter(self.met(asked)) if asked else entries

    def met(self, asked: Any) -> Q:
        raise NotImplementedError

    def held(self) -> Iterator[QuerySet]:
        """Queries for each choice that can be counted and the key of each entry of which it holds."""
        yield from ()

    def chips(self, asked: Any) -> list[Chip]:
        raise NotImplementedError

    def remarks(self, asked: Any) -> list[str]:
        """What was not understood, in words."""
        return []


@dataclass(frozen=True)
class Typed:
    """Words as they were typed, and whether there were more of them."""

    text: str
    is_cut: bool

    def __bool__(self) -> bool:
        return bool(self.text)


class Words(Condition):
    """Every word stands in the entry, in whatever script it is typed."""

    def read(self, given: str | None) -> Typed:
        typed = (given or "").strip()
        return Typed(typed[:LONGEST] if fold(typed) else "", len(typed) > LONGEST)

    def filter(self, entries: Any, asked: Typed) -> Any:
        return entries.matching(asked.text) if asked else entries

    def chips(self, asked: Typed) -> list[Chip]:
        return [Chip(str(self.label), asked.text, [("q", asked.text)], is_typed=True)] if asked else []

    def remarks(self, asked: Typed) -> list[str]:
        if not asked.is_cut:
            return []
        return [_("Only the first %(number)s characters are searched for.") % {"number": LONGEST}]


@dataclass(frozen=True)
class Years:
    """From one year to another, either of which may be open, or without a date; and what was no year."""

    first: int | None = None
    last: int | None = None
    undated: bool = False
    refused: tuple[str, ...] = ()
    is_reversed: bool = False

    def __bool__(self) -> bool:
        return self.is_range or self.undated

    @property
    def is_range(self) -> bool:
        return self.first is not None or self.last is not None

    @property
    def in_words(self) -> str:
        if self.first is not None and self.last is not None:
            return span_in_words(self.first, self.last)
        if self.first is not None:
            return _("From %(year)s") % {"year": self.first}
        return _("Until %(year)s") % {"year": self.last}


def span_in_words(first: int, last: int) -> str:
    """These years, both included."""
    text = f"{first:04}" if first == last else f"{first:04}/{last:04}"
    return PartialDate.parse(text).display(current())


class YearsWidget(forms.Widget):
    """Three parts of the address: from, to and undated."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {part: data.get(part, "").strip() for part in ("from", "to", "undated")}


class Time(Condition):
    """What the entry's date can mean meets the years; or the entry has no date, where that is asked for."""

    widget = YearsWidget

    def read(self, given: dict[str, str]) -> Years:
        refused = tuple(text for part in ("from", "to") if (text := given[part]) and _year(text) is None)
        first, last = _year(given["from"]), _year(given["to"])
        is_reversed = first is not None and last is not None and first > last
        if is_reversed:
            first, last = last, first
        return Years(first, last, bool(given["undated"]), refused, is_reversed)

    def met(self, asked: Years) -> Q:
        within = Q(sort_earliest__isnull=False)
        if asked.first is not None:
            within &= Q(sort_latest__gte=datetime.date(asked.first, 1, 1))
        if asked.last is not None:
            within &= Q(sort_earliest__lte=datetime.date(asked.last, 12, 31))
        undated = Q(sort_earliest=None)
        if not asked.undated:
            return within
        return within | undated if asked.is_range else undated

    def held(self) -> Iterator[QuerySet]:
        yield named(Entry.objects.undated(), "years", Value(UNDATED), "pk")

    def chips(self, asked: Years) -> list[Chip]:
        chips = []
        if asked.is_range:
            ends = [("from", asked.first), ("to", asked.last)]
            pairs = [(name, str(year)) for name, year in ends if year is not None]
            chips.append(Chip(str(self.label), asked.in_words, pairs))
        if asked.undated:
            chips.append(Chip(str(self.label), _("Date not recorded"), [("undated", "1")]))
        return chips

    def remarks(self, asked: Years) -> list[str]:
        remarks: list[str] = [
            format_html(
                _("{typed} is no year and was left out; years run from 1 to 9999."), typed=quoted(text)
            )
            for text in asked.refused
        ]
        if asked.is_reversed:
            remarks.append(
                _("The years were given the other way round; shown is %(years)s.") % {"years": asked.in_words}
            )
        return remarks


def _year(text: str) -> int | None:
    """2013, ２０１３ or 2013年."""
    plain = unicodedata.normalize("NFKC", remove_invisible(text)).strip().removesuffix("年").strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 4):
        return None
    return int(plain) or None


@dataclass(frozen=True)
class Chosen:
    """What an address says of a facet: the choices that there are, and what is none of them."""

    values: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values)


class Choice(NamedTuple):
    """A choice of a facet as the form shows it: how many entries it gives under all the other conditions."""

    value: str
    label: str
    size: int
    is_chosen: bool


class Tie(NamedTuple):
    """Rows that tie entries to values: by which names the rows know the one and the other."""

    rows: QuerySet
    entry: str
    value: str


class Facet(Condition):
    """Any of the chosen values holds of the entry. Values are those of a list of choices, or the slugs of records."""

    widget = forms.SelectMultiple

    def __init__(
        self, ties: Callable[[], list[Tie]], of: type[TextChoices] | type[Named], **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.ties, self.of = ties, of

    @cached_property
    def records(self) -> dict[str, Any]:
        if issubclass(self.of, TextChoices):
            return {choice.value: choice for choice in self.of}
        return {record.slug: record for record in self.of.objects.only("slug", "title", "title_en")}

    def label_of(self, value: str) -> str:
        record = self.records[value]
        # What stands as a sentence elsewhere is a choice here.
        return said(record, "title") if isinstance(record, Named) else str(record.label).rstrip(".")

    def read(self, given: list[str] | None) -> Chosen:
        asked = [value for value in dict.fromkeys(given or []) if value]
        strange = {value for value in asked if value not in self.records}
        # A record keeps its former addresses.
        moved = self.of.objects.known_as(strange) if strange and issubclass(self.of, Named) else {}
        known = {value: moved[value].slug if value in moved else value for value in asked}
        return Chosen(
            tuple(dict.fromkeys(known[value] for value in asked if known[value] in self.records)),
            tuple(value for value in asked if known[value] not in self.records),
        )

    def met(self, asked: Chosen) -> Q:
        found = Q()
        for tie in self.ties():
            rows = tie.rows.filter(**{f"{tie.value}__in": asked.values})
            found |= Q(pk__in=rows.order_by().values(tie.entry))
        return found

    def chips(self, asked: Chosen) -> list[Chip]:
        return [
            Chip(str(self.label), self.label_of(value), [(self.field_name, value)]) for value in asked.values
        ]

    def remarks(self, asked: Chosen) -> list[str]:
        return [
            format_html(
                _("{facet}: {typed} is none of the choices and was left out."),
                facet=self.label,
                typed=quoted(value),
            )
            for value in asked.unknown
        ]

    def held(self) -> Iterator[QuerySet]:
        for tie in self.ties():
            yield named(tie.rows, self.field_name, F(tie.value), tie.entry)

    def choices(self, counts: dict[tuple[str, str], int], asked: Chosen) -> list[Choice]:
        """What would give something, and what is chosen."""
        every = [
            Choice(
                value,
                self.label_of(value),
                counts.get((self.field_name, value), 0),
                value in asked.values,
            )
            for value in self.records
        ]
        return [choice for choice in every if choice.size or choice.is_chosen]


class Goals(Facet):
    """What is known of a goal's due date, which follows from the day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(list, GoalState, **kwargs)

    def met(self, asked: Chosen) -> Q:
        found = Q()
        for value in asked.values:
            found |= Q(pk__in=Entry.objects.goals_standing(GoalState(value)).values("pk"))
        return found

    def held(self) -> Iterator[QuerySet]:
        for state in GoalState:
            yield named(Entry.objects.goals_standing(state), self.field_name, Value(state.value), "pk")


def named(rows: QuerySet, name: str, value: Any, entry: str) -> QuerySet:
    """A query of three columns: the name, the value of each row, and the key of its entry."""
    return rows.order_by().values_list(Value(name), value, entry)


def gathered(queries: Iterable[QuerySet]) -> dict[tuple[str, str], set[int]]:
    """The answers to all of these in one query: by name and value the keys of the entries.

    To count in the database would mean to find anew for each facet what the others leave.
    """
    first, *others = queries
    keys: dict[tuple[str, str], set[int]] = defaultdict(set)
    for name, value, key in first.union(*others, all=True):
        keys[name, value].add(key)
    return keys
