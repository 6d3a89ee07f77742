"""Filter conditions on text and years: each parses its parameters, filters and describes itself."""

import datetime
import html
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import django_filters
from django import forms
from django.db.models import Q
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeData
from django.utils.translation import gettext as _

from timeline.i18n.languages import current_language
from timeline.models import Goal
from timeline.models.entry_queryset import EntryQuerySet
from timeline.values.chinese import fold
from timeline.values.partial_date import PartialDate
from timeline.values.text import remove_invisible

# The conditions of an address.
Pairs = Sequence[tuple[str, str]]

UNDATED = "undated"
YEAR_PARAMETERS = ("from", "to", UNDATED)

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

    @property
    def plain_text(self) -> str:
        """The text without markup, for titles."""
        return html.unescape(strip_tags(self.text)) if isinstance(self.text, SafeData) else self.text


def typed_html(typed: str) -> str:
    """The text as typed, marked as of unknown language."""
    return format_html('<q class="typed" lang="">{}</q>', typed)


# What a condition reads from its parameters, and the value that it makes of it.
Given = TypeVar("Given")
Selected = TypeVar("Selected")


class LenientField(forms.Field, Generic[Given]):
    """A field that accepts any value of its parameters; unusable parts become remarks."""

    def __init__(self, read: Callable[[Given], object], widget: type[forms.Widget]) -> None:
        super().__init__(widget=widget, required=False)
        self.read = read

    def clean(self, value: Given) -> object:
        return self.read(value)


class Condition(django_filters.Filter, Generic[Given, Selected]):
    """A condition on entries. Conditions combine with AND."""

    widget: type[forms.Widget] = forms.TextInput
    parameters: tuple[str, ...] = ()  # If they are not the one with the name of the condition.

    @property
    def field(self) -> forms.Field:
        return LenientField(self.read, self.widget)

    def read(self, given: Given) -> Selected:
        """The parsed value; falsy if the condition is not set."""
        raise NotImplementedError

    def filter(self, entries: EntryQuerySet, selected: Selected) -> EntryQuerySet:
        return entries.filter(self.as_q(selected)) if selected else entries

    def as_q(self, selected: Selected) -> Q:
        raise NotImplementedError

    def chips(self, selected: Selected) -> list[Chip]:
        raise NotImplementedError

    def remarks(self, selected: Selected) -> list[str]:
        """Messages on the parts that were ignored."""
        return []


@dataclass(frozen=True)
class SearchText:
    """The search text, and whether it was truncated."""

    text: str
    is_truncated: bool

    def __bool__(self) -> bool:
        return bool(self.text)


class SearchCondition(Condition[str | None, SearchText]):
    """Matches public entries that contain every word, typed in either script."""

    def read(self, given: str | None) -> SearchText:
        typed = (given or "").strip()
        return SearchText(typed[:MAX_QUERY_LENGTH] if fold(typed) else "", len(typed) > MAX_QUERY_LENGTH)

    def filter(self, entries: EntryQuerySet, selected: SearchText) -> EntryQuerySet:
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

    def value_from_datadict(self, data: Mapping[str, str], files: object, name: str) -> dict[str, str]:
        return {part: data.get(part, "").strip() for part in YEAR_PARAMETERS}


class YearCondition(Condition[dict[str, str], YearRange]):
    """Matches entries whose date may be within the years, goals due in them, and if requested entries without a date."""

    widget = YearsWidget
    parameters = YEAR_PARAMETERS

    def read(self, given: dict[str, str]) -> YearRange:
        invalid = tuple(text for part in ("from", "to") if (text := given[part]) and _year(text) is None)
        first, last = _year(given["from"]), _year(given["to"])
        is_reversed = first is not None and last is not None and first > last
        if is_reversed:
            first, last = last, first
        return YearRange(first, last, given["undated"] not in ("", "0"), invalid, is_reversed)

    def as_q(self, selected: YearRange) -> Q:
        within = Q(sort_earliest__isnull=False)
        # Not those that are to be met without an end.
        due = Q(due_by__lt=datetime.date.max)
        if selected.first is not None:
            first = datetime.date(selected.first, 1, 1)
            within &= Q(sort_latest__gte=first)
            due &= Q(due_by__gte=first)
        if selected.last is not None:
            last = datetime.date(selected.last, 12, 31)
            within &= Q(sort_earliest__lte=last)
            due &= Q(due_by__lte=last)
        within |= Q(pk__in=Goal.objects.filter(due).order_by().values("pk"))
        undated = Q(sort_earliest=None)
        if not selected.undated:
            return within
        return within | undated if selected.is_range else undated

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
