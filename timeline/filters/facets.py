"""Filter conditions: each parses its parameters, filters, describes itself and counts its choices."""

import datetime
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet, Value
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline.i18n.display import localized_html
from timeline.i18n.languages import current_language
from timeline.models import Entry
from timeline.models.entries import GoalState
from timeline.models.kinds import fields_naming
from timeline.models.named import TitleSlugModel
from timeline.models.reference import Reference
from timeline.values.chinese import fold
from timeline.values.partial_date import PartialDate
from timeline.values.text import remove_invisible

Pairs = list[tuple[str, str]]

UNDATED = "undated"

# Longer than any real search, and databases have limits.
MAX_QUERY_LENGTH = 200


@dataclass(frozen=True)
class Chip:
    """An active condition: its label and text, and its parameters."""

    label: str
    text: str
    pairs: Pairs
    # Whether a visitor typed the text, so that its language is unknown.
    is_typed: bool = False


def typed_html(typed: str) -> str:
    """The text as typed, marked as of unknown language."""
    return format_html('<q class="typed" lang="">{}</q>', typed)


class LenientField(forms.Field):
    """A field that accepts any value of its parameters; unusable parts become remarks."""

    def __init__(self, *, read: Callable[[Any], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.read = read

    def clean(self, value: Any) -> Any:
        return self.read(value)


class Condition(django_filters.Filter):
    """A condition on entries. Conditions combine with AND."""

    widget: type[forms.Widget] = forms.TextInput
    parameters: tuple[str, ...] = ()  # If they are not the one with the name of the condition.

    @property
    def field(self) -> forms.Field:
        return LenientField(read=self.read, widget=self.widget, required=False)

    def read(self, given: Any) -> Any:
        """The parsed value; falsy if the condition is not set."""
        raise NotImplementedError

    def filter(self, entries: Any, selected: Any) -> Any:
        return entries.filter(self.as_q(selected)) if selected else entries

    def as_q(self, selected: Any) -> Q:
        raise NotImplementedError

    def choice_queries(self) -> Iterator[QuerySet]:
        """Queries with each countable choice and the key of each entry that it matches."""
        yield from ()

    def chips(self, selected: Any) -> list[Chip]:
        raise NotImplementedError

    def remarks(self, selected: Any) -> list[str]:
        """Messages on the parts that were ignored."""
        return []


@dataclass(frozen=True)
class SearchText:
    """The search text, and whether it was truncated."""

    text: str
    is_truncated: bool

    def __bool__(self) -> bool:
        return bool(self.text)


class SearchCondition(Condition):
    """Matches public entries that contain every word, typed in either script."""

    def read(self, given: str | None) -> SearchText:
        typed = (given or "").strip()
        return SearchText(typed[:MAX_QUERY_LENGTH] if fold(typed) else "", len(typed) > MAX_QUERY_LENGTH)

    def filter(self, entries: Any, selected: SearchText) -> Any:
        return entries.matching_public(selected.text) if selected else entries

    def chips(self, selected: SearchText) -> list[Chip]:
        return (
            [Chip(str(self.label), selected.text, [("q", selected.text)], is_typed=True)] if selected else []
        )

    def remarks(self, selected: SearchText) -> list[str]:
        if not selected.is_truncated:
            return []
        return [_("Only the first %(number)s characters are searched for.") % {"number": MAX_QUERY_LENGTH}]


@dataclass(frozen=True)
class YearRange:
    """A range of years, open at either end, or no date; with the values that are no years."""

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
    def label(self) -> str:
        if self.first is not None and self.last is not None:
            return year_range_text(self.first, self.last)
        if self.first is not None:
            return _("From %(year)s") % {"year": self.first}
        return _("Until %(year)s") % {"year": self.last}


def year_range_text(first: int, last: int) -> str:
    """The text for these years, both included."""
    text = f"{first:04}" if first == last else f"{first:04}/{last:04}"
    return PartialDate.parse(text).display(current_language())


class YearsWidget(forms.Widget):
    """Three parameters: from, to and undated."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        return {part: data.get(part, "").strip() for part in YearCondition.parameters}


class YearCondition(Condition):
    """Matches entries whose date may be within the years, or without a date if requested."""

    widget = YearsWidget
    parameters = ("from", "to", "undated")

    def read(self, given: dict[str, str]) -> YearRange:
        invalid = tuple(text for part in ("from", "to") if (text := given[part]) and _year(text) is None)
        first, last = _year(given["from"]), _year(given["to"])
        is_reversed = first is not None and last is not None and first > last
        if is_reversed:
            first, last = last, first
        return YearRange(first, last, bool(given["undated"]), invalid, is_reversed)

    def as_q(self, selected: YearRange) -> Q:
        within = Q(sort_earliest__isnull=False)
        if selected.first is not None:
            within &= Q(sort_latest__gte=datetime.date(selected.first, 1, 1))
        if selected.last is not None:
            within &= Q(sort_earliest__lte=datetime.date(selected.last, 12, 31))
        undated = Q(sort_earliest=None)
        if not selected.undated:
            return within
        return within | undated if selected.is_range else undated

    def choice_queries(self) -> Iterator[QuerySet]:
        yield choice_query(Entry.objects.undated(), "years", Value(UNDATED), "pk")

    def chips(self, selected: YearRange) -> list[Chip]:
        chips = []
        if selected.is_range:
            ends = [("from", selected.first), ("to", selected.last)]
            pairs = [(name, str(year)) for name, year in ends if year is not None]
            chips.append(Chip(str(self.label), selected.label, pairs))
        if selected.undated:
            chips.append(Chip(str(self.label), _("Date not recorded"), [("undated", "1")]))
        return chips

    def remarks(self, selected: YearRange) -> list[str]:
        remarks: list[str] = [
            format_html(
                _("{typed} is no year and was left out; years run from 1 to 9999."), typed=typed_html(text)
            )
            for text in selected.refused
        ]
        if selected.is_reversed:
            remarks.append(
                _("The years were given the other way round; shown is %(years)s.") % {"years": selected.label}
            )
        return remarks


def _year(text: str) -> int | None:
    """Parses 2013, ２０１３ or 2013年; None for anything else."""
    plain = unicodedata.normalize("NFKC", remove_invisible(text)).strip().removesuffix("年").strip()
    if not (plain.isascii() and plain.isdecimal() and len(plain) <= 4):
        return None
    return int(plain) or None


@dataclass(frozen=True)
class FacetSelection:
    """The values of a facet in the query string, known and unknown."""

    values: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.values)


class Choice(NamedTuple):
    """A choice of a facet for display, with the number of entries under all other conditions."""

    value: str
    label: str
    size: int
    is_chosen: bool


class FacetRelation(NamedTuple):
    """Rows that relate entries to values: the queryset, and the lookups of the entry and of the value."""

    rows: QuerySet
    entry: str
    value: str


class Facet(Condition):
    """Matches entries with any of the selected values, which are choices or slugs of records."""

    widget = forms.SelectMultiple

    def __init__(
        self,
        relations: Callable[[], list[FacetRelation]],
        choices_from: Sequence[tuple[str, Any]] | type[TitleSlugModel],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.relations, self.choices_from = relations, choices_from

    @cached_property
    def records(self) -> dict[str, Any]:
        """By value the record, or the label of the choice."""
        if not isinstance(self.choices_from, type):
            return dict(self.choices_from)
        return {record.slug: record for record in self.choices_from.objects.only("slug", "title", "title_en")}

    def label_of(self, value: str) -> str:
        record = self.records[value]
        if isinstance(record, TitleSlugModel):
            return localized_html(record, "title")
        # A choice, where other pages display the same text as a sentence.
        return str(record).rstrip(".")

    def read(self, given: list[str] | None) -> FacetSelection:
        selected = [value for value in dict.fromkeys(given or []) if value]
        unknown = {value for value in selected if value not in self.records}
        # Former slugs resolve to the record.
        moved = {}
        if unknown and isinstance(self.choices_from, type):
            moved = self.choices_from.objects.resolve_slugs(unknown)
        known = {value: moved[value].slug if value in moved else value for value in selected}
        return FacetSelection(
            tuple(dict.fromkeys(known[value] for value in selected if known[value] in self.records)),
            tuple(value for value in selected if known[value] not in self.records),
        )

    def as_q(self, selected: FacetSelection) -> Q:
        found = Q()
        for relation in self.relations():
            rows = relation.rows.filter(**{f"{relation.value}__in": selected.values})
            found |= Q(pk__in=rows.order_by().values(relation.entry))
        return found

    def chips(self, selected: FacetSelection) -> list[Chip]:
        return [
            Chip(str(self.label), self.label_of(value), [(self.field_name, value)])
            for value in selected.values
        ]

    def remarks(self, selected: FacetSelection) -> list[str]:
        return [
            format_html(
                _("{facet}: {typed} is none of the choices and was left out."),
                facet=self.label,
                typed=typed_html(value),
            )
            for value in selected.unknown
        ]

    def choice_queries(self) -> Iterator[QuerySet]:
        for relation in self.relations():
            yield choice_query(relation.rows, self.field_name, F(relation.value), relation.entry)

    def choices(self, counts: dict[tuple[str, str], int], selected: FacetSelection) -> list[Choice]:
        """The choices with entries, and the selected ones."""
        sizes = {value: counts.get((self.field_name, value), 0) for value in self.records}
        every = [
            Choice(value, self.label_of(value), size, value in selected.values)
            for value, size in sizes.items()
        ]
        return [choice for choice in every if choice.size or choice.is_chosen]


class ChoiceFacet(Facet):
    """The values of a column with choices, which all entries have or those of one kind."""

    def __init__(self, model: type[Entry], column: str) -> None:
        field: Any = model._meta.get_field(column)
        super().__init__(
            lambda: [FacetRelation(model.objects.all(), "pk", column)],
            field.flatchoices,
            label=capfirst(field.verbose_name),
        )


class ReferenceFacet(Facet):
    """The reference records of one model to which entries refer, in whichever column."""

    def __init__(self, model: type[Reference]) -> None:
        super().__init__(
            lambda: [_column_relation(field) for field in fields_naming(model)],
            model,
            label=capfirst(model._meta.verbose_name),
            field_name=model._meta.model_name,
        )


def _column_relation(field: Any) -> FacetRelation:
    """The entries that refer to a record in this column."""
    if field.many_to_many:
        rows = field.remote_field.through._default_manager.all()
        return FacetRelation(rows, field.m2m_field_name(), f"{field.m2m_reverse_field_name()}__slug")
    rows = field.model._default_manager.all()
    if field.null:
        rows = rows.exclude(**{field.name: None})
    return FacetRelation(rows, "pk", f"{field.name}__slug")


class GoalStateFacet(Facet):
    """The state of a goal, which depends on the current date."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(list, GoalState.choices, **kwargs)

    def as_q(self, selected: FacetSelection) -> Q:
        found = Q()
        for value in selected.values:
            found |= Q(pk__in=Entry.objects.goals_with_state(GoalState(value)).values("pk"))
        return found

    def choice_queries(self) -> Iterator[QuerySet]:
        for state in GoalState:
            entries = Entry.objects.goals_with_state(state)
            yield choice_query(entries, self.field_name, Value(state.value), "pk")


def choice_query(rows: QuerySet, name: str, value: Any, entry: str) -> QuerySet:
    """A query of three columns: the name, the value of each row, and the key of its entry."""
    return rows.order_by().values_list(Value(name), value, entry)


def collect_keys(queries: Iterable[QuerySet]) -> dict[tuple[str, str], set[int]]:
    """The results of all queries in one: by name and value, the keys of the entries.

    Counting in the database would need another query for each facet.
    """
    first, *others = queries
    keys: dict[tuple[str, str], set[int]] = defaultdict(set)
    for name, value, key in first.union(*others, all=True):
        keys[name, value].add(key)
    return keys
