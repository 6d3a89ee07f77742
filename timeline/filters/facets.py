"""Facets: filter conditions with choices, each with its number of entries under all other conditions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django import forms
from django.db.models import Field, Q, QuerySet
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from timeline.filters.conditions import Chip, Condition, typed_html
from timeline.filters.counts import Countable, Key
from timeline.i18n.display import localized_html
from timeline.models import Entry
from timeline.models.kinds import field_of, fields_naming, links_of, path_from_entry
from timeline.models.records import Record, RecordQuerySet
from timeline.models.reference import Reference

# As many as a visitor looks through; a facet can have thousands.
MAX_CHOICES = 20
# One more tells whether there are others.
MAX_COUNTED = MAX_CHOICES + 1
# As many are in view, the others folded.
CHOICES_IN_VIEW = 5


class Option(NamedTuple):
    """A value that a facet can have: in the database, in addresses, and on the page."""

    key: Key
    value: str
    label: str


@dataclass(frozen=True)
class FacetSelection:
    """The values of a facet in the query string: the known ones, at most `MAX_CHOICES`, and the unknown."""

    options: tuple[Option, ...] = ()
    unknown: tuple[str, ...] = ()
    is_truncated: bool = False

    def __bool__(self) -> bool:
        return bool(self.options)

    @property
    def keys(self) -> list[Key]:
        return [option.key for option in self.options]


class Choice(NamedTuple):
    """A choice of a facet for display, with the number of entries under all other conditions."""

    value: str
    label: str
    size: int
    is_chosen: bool


class FacetDisplay(NamedTuple):
    """A facet for display in the form. Choices beyond the most frequent ones are left out."""

    name: str
    label: str
    choices: list[Choice]
    is_partial: bool

    @property
    def _in_view(self) -> set[str]:
        """The values of the chosen choices and then of those with the most entries, the first of equal ones."""
        by_use = sorted(self.choices, key=lambda choice: (not choice.is_chosen, -choice.size))
        return {choice.value for choice in by_use[:CHOICES_IN_VIEW]}

    @property
    def first(self) -> list[Choice]:
        """The choices in view, in the order of the form."""
        in_view = self._in_view
        return [choice for choice in self.choices if choice.value in in_view]

    @property
    def others(self) -> list[Choice]:
        """The folded choices, in the order of the form."""
        in_view = self._in_view
        return [choice for choice in self.choices if choice.value not in in_view]

    @property
    def chosen(self) -> int:
        return sum(choice.is_chosen for choice in self.choices)


class FacetRelation(NamedTuple):
    """Rows that relate entries to keys of options: the queryset, and the lookups of the entry and of the key."""

    rows: QuerySet
    entry: str
    key: str


class Facet(Condition[list[str] | None, FacetSelection]):
    """Matches entries with any of the selected values."""

    widget = forms.SelectMultiple
    choice_type: type[Key] = int

    def __init__(self, relations: Callable[[], list[FacetRelation]], **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.relations = relations

    def resolve(self, values: Sequence[str]) -> Mapping[str, Option]:
        """Return the options that these values of an address stand for; unknown values are left out."""
        raise NotImplementedError

    def options(self, keys: Collection[Key]) -> list[Option]:
        """Return the options with these keys, in the order of the form."""
        raise NotImplementedError

    def is_displayed(self) -> bool:
        """Whether there is anything to choose under any conditions."""
        return True

    def read(self, given: list[str] | None) -> FacetSelection:
        values = [value for value in dict.fromkeys(given or []) if value]
        if not values:
            return FacetSelection()
        known = self.resolve(values)
        options = tuple(dict.fromkeys(known[value] for value in values if value in known))
        unknown = tuple(value for value in values if value not in known)
        return FacetSelection(options[:MAX_CHOICES], unknown, len(options) > MAX_CHOICES)

    def as_q(self, selected: FacetSelection) -> Q:
        found = Q()
        for relation in self.relations():
            rows = relation.rows.filter(**{f"{relation.key}__in": selected.keys})
            found |= Q(pk__in=rows.order_by().values(relation.entry))
        return found

    def chips(self, selected: FacetSelection) -> list[Chip]:
        return [
            Chip(str(self.label), option.label, [(self.field_name, option.value)])
            for option in selected.options
        ]

    def remarks(self, selected: FacetSelection) -> list[str]:
        remarks: list[str] = [
            format_html(
                _("{facet}: {typed} is none of the choices and was left out."),
                facet=self.label,
                typed=typed_html(value),
            )
            for value in selected.unknown
        ]
        if selected.is_truncated:
            remarks.append(
                _("%(facet)s: only the first %(number)s choices are used.")
                % {"facet": self.label, "number": MAX_CHOICES}
            )
        return remarks

    def countable(self, selected: FacetSelection) -> Countable:
        """Return what `count_choices()` counts."""
        pairs = [relation.rows.values_list(relation.key, relation.entry) for relation in self.relations()]
        return Countable(pairs, selected.keys, self.choice_type)

    def display(self, counted: Sequence[tuple[Key, int]], selected: FacetSelection) -> FacetDisplay | None:
        """Return the most frequent choices, and the selected ones; None if there are no options.

        `counted` are those among the entries that meet all other conditions, `MAX_COUNTED` besides the selected ones.
        """
        chosen = selected.keys
        others = [key for key, _size in counted if key not in chosen]
        sizes = dict.fromkeys(chosen, 0) | dict(counted)
        for key in others[MAX_CHOICES:]:
            del sizes[key]
        if not sizes and not self.is_displayed():
            return None
        choices = [
            Choice(option.value, option.label, sizes[option.key], option.key in chosen)
            for option in self.options(sizes)
        ]
        return FacetDisplay(self.field_name, str(self.label), choices, len(others) > MAX_CHOICES)


class ChoiceFacet(Facet):
    """Values of which there are few, each with its label."""

    choice_type = str

    def __init__(
        self,
        relations: Callable[[], list[FacetRelation]],
        labels: Sequence[tuple[str, str | Promise]],
        **kwargs: object,
    ) -> None:
        super().__init__(relations, **kwargs)
        # The labels are lazy.
        self.labels = dict(labels)

    def _option(self, value: str) -> Option:
        return Option(value, value, str(self.labels[value]))

    def resolve(self, values: Sequence[str]) -> Mapping[str, Option]:
        return {value: self._option(value) for value in values if value in self.labels}

    def options(self, keys: Collection[Key]) -> list[Option]:
        return [self._option(value) for value in self.labels if value in keys]


class ColumnFacet(ChoiceFacet):
    """The values of a column with choices, which all entries have or those of one kind."""

    def __init__(self, model: type[Entry], column: str) -> None:
        field = field_of(model, column)
        super().__init__(
            lambda: [FacetRelation(model.objects.all(), "pk", column)],
            field.flatchoices,
            label=capfirst(field.verbose_name),
        )
        self.path = path_from_entry(field)

    def as_q(self, selected: FacetSelection) -> Q:
        return Q(**{f"{self.path}__in": selected.keys})


class RecordFacet(Facet):
    """Public records of one model, which addresses name by their current or a former slug."""

    def __init__(
        self, relations: Callable[[], list[FacetRelation]], model: type[Record], **kwargs: object
    ) -> None:
        super().__init__(relations, **kwargs)
        self.record_model = model

    @property
    def _records(self) -> RecordQuerySet:
        return self.record_model.objects.published().only("slug", "title", "title_en")

    def resolve(self, values: Sequence[str]) -> Mapping[str, Option]:
        found = self._records.resolve_slugs(values)
        return {value: _option_of(record) for value, record in found.items()}

    def options(self, keys: Collection[Key]) -> list[Option]:
        return [_option_of(record) for record in self._records.filter(pk__in=keys)]

    def is_displayed(self) -> bool:
        return bool(self._records.exists())


def _option_of(record: Record) -> Option:
    return Option(record.pk, record.slug, localized_html(record, "title"))


class ReferenceFacet(RecordFacet):
    """The reference records of one model to which entries refer, in whichever column."""

    def __init__(self, model: type[Reference]) -> None:
        super().__init__(
            lambda: [_column_relation(field) for field in fields_naming(model)],
            model,
            label=capfirst(model._meta.verbose_name),
            field_name=model._meta.model_name,
        )


def _column_relation(field: Field) -> FacetRelation:
    """The entries that refer to a record in this column."""
    if links := links_of(field):
        return FacetRelation(links.rows._default_manager.all(), links.owner, links.other)
    rows = field.model._default_manager.all()
    if field.null:
        rows = rows.exclude(**{field.name: None})
    return FacetRelation(rows, "pk", field.name)
