"""The filter of entries by text, facets and years from a query string, as a queryset."""

from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

import django_filters
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from timeline.filters.conditions import Chip, Condition, Pairs, SearchCondition, YearCondition, typed_html
from timeline.filters.counts import count_choices
from timeline.filters.facets import (
    MAX_COUNTED,
    ChoiceFacet,
    ColumnFacet,
    Facet,
    FacetDisplay,
    FacetRelation,
    RecordFacet,
    ReferenceFacet,
)
from timeline.models import REFERENCES, Citation, Entry, GoalState, Policy, Source
from timeline.models.entry_queryset import EntryQuerySet
from timeline.search.query import SearchResults


class Order(NamedTuple):
    """An order of the list: its name in addresses, its label, the title of a list in it, and whether it needs a search text."""

    name: str
    label: str | Promise
    title: str | Promise = ""
    needs_words: bool = False


BY_DATE = Order("", _("by date"))
BY_RELEVANCE = Order("relevance", _("by relevance"), _("By relevance"), needs_words=True)
BY_CHANGE = Order("changed", _("last changed first"), _("Last changed first"))
ORDERS = (BY_DATE, BY_RELEVANCE, BY_CHANGE)


class OrderLink(NamedTuple):
    """An order that can be chosen, with the query string of the list in it."""

    label: str | Promise
    query: str
    is_current: bool


def _goal_states() -> list[FacetRelation]:
    return [FacetRelation(Entry.objects.goals_with_state(), "pk", "goal_state")]


def _sources() -> list[FacetRelation]:
    return [FacetRelation(Citation.objects.all(), "entry", "source")]


class RemovableChip(NamedTuple):
    """A chip with the query string without it."""

    chip: Chip
    query: str


class Relaxation(NamedTuple):
    """A condition, the number of entries without it, and the query string without it."""

    label: str
    chips: list[Chip]
    size: int
    query: str


def query_string(pairs: Pairs) -> str:
    """The query string with its question mark; empty without conditions."""
    return "?" + urlencode(pairs) if pairs else ""


def _ordered_query(pairs: Pairs, order: Order) -> str:
    """The query string of these conditions in this order; by date if it is not one for them."""
    if not order.name or order.needs_words and all(name != "q" for name, _value in pairs):
        return query_string(pairs)
    return query_string([*pairs, ("order", order.name)])


class EntryFilter(django_filters.FilterSet):
    """The conditions of public entries. Conditions combine with AND, the values of one facet with OR.

    Any query string is accepted; `remarks` reports the parts that were ignored.
    """

    q = SearchCondition(label=_("Words searched for"))
    kind = ColumnFacet(Entry, "kind")
    type = ColumnFacet(Policy, "document_type")
    goal = ChoiceFacet(_goal_states, GoalState.choices, label=_("Goal"))
    source = RecordFacet(_sources, Source, label=_("Source"))
    years = YearCondition(label=_("Years"))

    @classmethod
    def get_filters(cls) -> dict[str, Condition]:
        """The conditions above, with a facet for each model of reference records, except sources, after the kind."""
        found: dict[str, Condition] = {}
        for name, condition in super().get_filters().items():
            found[name] = condition
            if name == "kind":
                facets = [ReferenceFacet(model) for model in REFERENCES if model is not Source]
                found |= {facet.field_name: facet for facet in facets}
        return found

    @cached_property
    def selected(self) -> dict[str, Any]:
        """The parsed value of each condition, by name."""
        # Validates the form, which accepts any query string.
        self.form.full_clean()
        return self.form.cleaned_data

    @cached_property
    def raw_text(self) -> dict[str, str]:
        """The values of the text inputs, exactly as typed."""
        return {name: self.data.get(name, "") for name in ("q", "from", "to")}

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is chosen, and nothing typed that the form shows, be it no condition."""
        return not self.query and not any(self.raw_text.values())

    @property
    def _possible_orders(self) -> list[Order]:
        return [order for order in ORDERS if self.selected["q"] or not order.needs_words]

    @cached_property
    def order(self) -> Order:
        """The requested order; by date if it is unknown, or not one for this list."""
        requested = self.data.get("order")
        return next((order for order in self._possible_orders if order.name == requested), BY_DATE)

    @property
    def orders(self) -> list[OrderLink]:
        """The orders of this list."""
        return [
            OrderLink(order.label, _ordered_query(self.pairs, order), order is self.order)
            for order in self._possible_orders
        ]

    @property
    def by_relevance(self) -> SearchResults[Entry]:
        """The matching entries by relevance, with what their cards show."""
        among = self.entries_without("q") if self.is_narrowed else None
        return SearchResults(self.selected["q"].text, self.queryset.for_hits().with_relations(), among)

    @property
    def by_last_public_change(self) -> EntryQuerySet:
        """The matching entries, those changed last first."""
        return self.qs.by_last_public_change()

    def entries_without(self, left_out: str) -> EntryQuerySet:
        """The entries that meet all other conditions."""
        entries = self.queryset.all()
        for name, selected in self.selected.items():
            if name != left_out:
                entries = self.filters[name].filter(entries, selected)
        return entries

    @property
    def facets(self) -> list[FacetDisplay]:
        """The facets with any options, even if the other conditions leave no choice."""
        facets = {name: condition for name, condition in self.filters.items() if isinstance(condition, Facet)}
        countable = {name: facet.countable(self.selected[name]) for name, facet in facets.items()}
        # To facets of which nothing is selected, all conditions are others.
        free = {name: facet for name, facet in countable.items() if not facet.selected}
        counted = count_choices(free, self.entries_without(""), MAX_COUNTED)
        for name in countable.keys() - free.keys():
            counted |= count_choices({name: countable[name]}, self.entries_without(name), MAX_COUNTED)
        displayed = (facet.display(counted[name], self.selected[name]) for name, facet in facets.items())
        return [facet for facet in displayed if facet is not None]

    @property
    def undated_size(self) -> int:
        """The number of undated entries under the conditions other than years."""
        return int(self.entries_without("years").undated().count())

    @cached_property
    def _chips(self) -> dict[str, list[Chip]]:
        return {
            name: self.filters[name].chips(selected) for name, selected in self.selected.items() if selected
        }

    @cached_property
    def pairs(self) -> Pairs:
        """The conditions as pairs of a query string, in a canonical order."""
        return [pair for chips in self._chips.values() for chip in chips for pair in chip.pairs]

    @property
    def chosen(self) -> int:
        """The number of conditions, without the search text."""
        return sum(not one.chip.is_typed for one in self.chips)

    @property
    def chips(self) -> list[RemovableChip]:
        return [
            RemovableChip(chip, self._query_without([chip]))
            for chips in self._chips.values()
            for chip in chips
        ]

    @property
    def relaxations(self) -> list[Relaxation]:
        """Each condition without which there would be entries."""
        found = [
            Relaxation(
                str(self.filters[name].label),
                chips,
                self.entries_without(name).count(),
                self._query_without(chips),
            )
            for name, chips in self._chips.items()
        ]
        return [relaxation for relaxation in found if relaxation.size]

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether there are other conditions than the search text."""
        return any(selected for name, selected in self.selected.items() if name != "q")

    @cached_property
    def search_size(self) -> int:
        """The number of entries that meet the search text alone."""
        return int(self.filters["q"].filter(self.queryset, self.selected["q"]).count())

    @property
    def search_query(self) -> str:
        """The query string of the search text alone."""
        return query_string([("q", self.selected["q"].text)])

    @property
    def query(self) -> str:
        """The query string of all conditions and the order."""
        return self._query_without([])

    @property
    def condition_query(self) -> str:
        """The query string of all conditions, for files and feeds, which have orders of their own."""
        return query_string(self.pairs)

    def _query_without(self, chips: list[Chip]) -> str:
        dropped = {pair for chip in chips for pair in chip.pairs}
        return _ordered_query([pair for pair in self.pairs if pair not in dropped], self.order)

    @property
    def pairs_beside_words(self) -> Pairs:
        """The other conditions than the search text, with which another text is searched for, and the order."""
        pairs = [(name, value) for name, value in self.pairs if name != "q"]
        return [*pairs, ("order", self.order.name)] if self.order.name else pairs

    @property
    def remarks(self) -> list[str]:
        remarks = [
            remark
            for name, selected in self.selected.items()
            for remark in self.filters[name].remarks(selected)
        ]
        requested = self.data.get("order", "")
        if requested and all(order.name != requested for order in ORDERS):
            text = gettext("{typed} is no order of this list and was left out.")
            remarks.append(format_html(text, typed=typed_html(requested)))
        return remarks
